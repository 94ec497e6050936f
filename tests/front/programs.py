"""nginx and Varnish as `deploy/` has them, before hosts of a test: nothing of these files is another but ports and folders."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import NamedTuple

from tests.ports import free_port
from tests.server.wire import PATIENCE

DEPLOY = Path(__file__).parent.parent.parent / "deploy"


class Front(NamedTuple):
    port: int
    process: subprocess.Popen[bytes]
    folder: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def counted(self, name: str) -> int:
        """One of Varnish's counters, as MAIN.cache_hit."""
        told = subprocess.run(
            ["varnishstat", "-1", "-n", self.folder, "-f", name], capture_output=True, text=True, check=True
        )
        return int(told.stdout.split()[1])


def replaced(text: str, **pairs: str) -> str:
    """Each of what stands there exactly once: a file that says it otherwise is not the one that is tested."""
    for old, new in pairs.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


@contextmanager
def varnish(folder: Path, hosts: Sequence[int]) -> Iterator[Front]:
    """`deploy/varnish.vcl` in front of two hosts' ports."""
    folder.mkdir()
    port = free_port()
    one, two = hosts
    vcl = folder / "varnish.vcl"
    text = (DEPLOY / "varnish.vcl").read_text()
    vcl.write_text(replaced(text, **{'.port = "8000"': f'.port = "{one}"', '.port = "8001"': f'.port = "{two}"'}))
    command: list[str | Path] = [
        *("varnishd", "-F", "-j", "none", "-n", folder, "-a", f"127.0.0.1:{port}", "-f", vcl, "-s", "malloc,64m"),
        *("-T", "none", "-p", "vsl_space=1m"),
    ]  # fmt: skip
    with started(command, folder, port) as front:
        yield front


@contextmanager
def nginx(folder: Path, hosts: Sequence[int]) -> Iterator[Front]:
    """`deploy/nginx.conf` in front of two hosts' ports."""
    folder.mkdir()
    port = free_port()
    one, two = hosts
    config = folder / "nginx.conf"
    text = replaced(
        (DEPLOY / "nginx.conf").read_text(),
        **{
            "server 127.0.0.1:8000 ": f"server 127.0.0.1:{one} ",
            "server 127.0.0.1:8001 ": f"server 127.0.0.1:{two} ",
            "listen 80;": f"listen 127.0.0.1:{port};",
            "pid /run/nginx.pid;": f"pid {folder}/nginx.pid; error_log {folder}/error.log;",
            "/var/cache/nginx/dateline": f"{folder}/cache",
            "/var/log/nginx/": f"{folder}/",
            "gzip off;": "gzip off; " + " ".join(
                f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
            ),
        },
    )  # fmt: skip
    config.write_text(text)
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    # Who starts as root works as another user, to whom the folder would be closed.
    user = "user root; " if os.geteuid() == 0 else ""
    with started([program, "-c", config, "-p", folder, "-g", f"{user}daemon off;"], folder, port) as front:
        yield front


@contextmanager
def started(command: Sequence[str | Path], folder: Path, port: int) -> Iterator[Front]:
    with (folder / "said").open("wb") as said, subprocess.Popen(command, stdout=said, stderr=said) as process:
        try:
            until = monotonic() + PATIENCE
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    assert process.poll() is None, (folder / "said").read_text()
                    assert monotonic() < until, (folder / "said").read_text()
                    sleep(0.02)
            yield Front(port, process, folder)
        finally:
            process.terminate()
            process.wait(PATIENCE)
