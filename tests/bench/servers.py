"""Servers under measurement: Dateline, a bare ASGI application, and nginx where it is installed."""

import getpass
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import NamedTuple
from urllib.request import urlopen

from tests.ports import free_port

NGINX = """
user {user}; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log; daemon off;
events {{ worker_connections 768; }}
http {{
  types {{ application/rss+xml rss; application/atom+xml atom; application/feed+json json; }}
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  # Not the 1000 of the default: a measured connection must not end under way.
  keepalive_requests 10000000;
  sendfile on; tcp_nopush on;
  {http}
  server {{ listen 127.0.0.1:{port}; root {folder}; {server} }}
}}
"""
DEBIAN = (
    "types_hash_max_size 2048; gzip on; access_log {folder}/access.log;",
    "index index.html index.htm index.nginx-debian.html; location / {{ try_files $uri $uri/ =404; }}",
)
"""What Debian's nginx.conf and its default site say beyond the above."""
DEBIAN_WITHOUT_LOG = (DEBIAN[0].replace("{folder}/access.log", "off"), DEBIAN[1])
TUNED = ("access_log off; open_file_cache max=10000; gzip_static on;", "")


class Server(NamedTuple):
    port: int
    pids: tuple[int, ...]


@contextmanager
def process(*command: str, port: int, env: dict[str, str] | None = None, folder: Path | None = None) -> Iterator[int]:
    """The process id of a server that listens; it is ended with the block."""
    started = subprocess.Popen(command, env=env, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                if monotonic() > until or started.poll() is not None:
                    raise RuntimeError(f"{' '.join(command)} does not listen") from None
                sleep(0.05)
        yield started.pid
    finally:
        started.send_signal(signal.SIGTERM)
        started.wait(20)


@contextmanager
def dateline(database: Path, **settings: str) -> Iterator[Server]:
    port = free_port()
    # Neither the caller's settings nor those of a .env file.
    env = {name: value for name, value in os.environ.items() if not name.startswith(("DATELINE_", "DATABASE_"))}
    # One name for all: URLs are in the bytes, and the same bytes are what is compared.
    env |= {"DATELINE_DATABASE_URL": f"sqlite:///{database}", "DATELINE_BASE_URL": "https://bench.example"}
    env |= {f"DATELINE_{name.upper()}": value for name, value in settings.items()}
    command = (sys.executable, "-m", "feeds.cli", "serve", "--port", str(port))
    with process(*command, port=port, env=env, folder=database.parent) as pid:
        # The supervisor listens before its worker is ready.
        workers = _children(pid)
        urlopen(f"http://127.0.0.1:{port}/readyz", timeout=30).close()
        yield Server(port, workers)


def _children(pid: int) -> tuple[int, ...]:
    """The processes that a server has started; waits for the first."""
    until = monotonic() + 30
    while not (children := Path(f"/proc/{pid}/task/{pid}/children").read_text().split()):
        assert monotonic() < until, "the server has no worker"
        sleep(0.01)
    return tuple(map(int, children))


def deliverer(server: Server) -> int:
    """The process that delivers, which a server starts beside its workers where somebody subscribes; waits for it."""
    fields = Path(f"/proc/{server.pids[0]}/stat").read_text().rpartition(")")[2].split()
    until = monotonic() + 30
    while not (others := {*_children(int(fields[1]))} - {*server.pids}):
        assert monotonic() < until, "the server does not deliver"
        sleep(0.01)
    [found] = others
    return found


@contextmanager
def bare(kind: str) -> Iterator[Server]:
    port = free_port()
    with process(sys.executable, "-m", "tests.bench.bare", str(port), kind, port=port) as pid:
        yield Server(port, (pid,))


@contextmanager
def nginx(folder: Path, directives: tuple[str, str]) -> Iterator[Server | None]:
    """An nginx that serves the folder's files; None where there is none. `directives`: of its http and its server block."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        yield None
        return
    port = free_port()
    config = folder / f"nginx-{port}.conf"
    http, server = (part.format(folder=folder) for part in directives)
    config.write_text(NGINX.format(folder=folder, port=port, http=http, server=server, user=getpass.getuser()))
    with process(program, "-c", str(config), "-p", str(folder), port=port) as pid:
        # The master listens before it has a worker.
        yield Server(port, (pid, *_children(pid)))
