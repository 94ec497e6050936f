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

NGINX = """
user {user}; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log; daemon off;
events {{ worker_connections 64; }}
http {{
  access_log off; keepalive_requests 1000000; types {{ application/rss+xml rss; }}
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:{port}; root {folder}; {tuning} }}
}}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def process(*command: str, port: int, env: dict[str, str] | None = None) -> Iterator[int]:
    """The process id of a server that listens; it is ended with the block."""
    started = subprocess.Popen(command, env={**os.environ, **(env or {})}, stderr=subprocess.DEVNULL)
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
def dateline(database: Path, **settings: str) -> Iterator[tuple[int, int]]:
    """(port, process id)."""
    port = free_port()
    env = {f"DATELINE_{name.upper()}": value for name, value in settings.items()}
    # One name for all: URLs are in the bytes, and the same bytes are what is compared.
    env |= {"DATELINE_DATABASE_URL": f"sqlite:///{database}", "DATELINE_BASE_URL": "https://bench.example"}
    with process(sys.executable, "-m", "feeds.cli", "serve", "--port", str(port), port=port, env=env) as pid:
        yield port, pid


@contextmanager
def bare(kind: str) -> Iterator[tuple[int, int]]:
    """(port, process id)."""
    port = free_port()
    with process(sys.executable, "-m", "tests.bench.bare", str(port), kind, port=port) as pid:
        yield port, pid


@contextmanager
def nginx(folder: Path, *, tuned: bool) -> Iterator[tuple[int, tuple[int, ...]] | None]:
    """(port, process ids) of an nginx that serves the folder's files; None where there is none."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        yield None
        return
    port = free_port()
    config = folder / f"nginx-{port}.conf"
    tuning = "open_file_cache max=100;" if tuned else ""
    config.write_text(NGINX.format(folder=folder, port=port, tuning=tuning, user=getpass.getuser()))
    with process(program, "-c", str(config), "-p", str(folder), port=port) as pid:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        yield port, (pid, *map(int, children))
