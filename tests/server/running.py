"""`dateline serve` as its operators run it: a process of its own, with a database in a folder of its own."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tests.ports import free_port
from tests.server.wire import PATIENCE, Wire, dial

_SERVES = r"^Dateline serves http://127\.0\.0\.1:(\d+)/"
COMMAND = (sys.executable, "-m", "feeds.cli")


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """This process's without its settings; warnings are errors there too."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DATELINE_", "DATABASE_", "PORT"))}
    chosen = {
        "DATELINE_DATABASE_URL": f"sqlite:///{folder}/dateline.db",
        "DATELINE_BASE_URL": "https://news.example",
        "DATELINE_MEDIA_DIR": f"{folder}/media",
        "DATELINE_SYNCHRONOUS": "NORMAL",
    }
    return kept | {"PYTHONWARNINGS": "error", "PYTHONUTF8": "1"} | chosen | settings


def before_all(folder: Path, code: str) -> str:
    """A PYTHONPATH by which every process of a server runs this first: to wait less, for one."""
    place = folder / "before"
    place.mkdir(exist_ok=True)
    (place / "sitecustomize.py").write_text(code + "\n")
    return str(place)


@dataclass
class Running:
    process: subprocess.Popen[str]
    port: int = 0
    said: list[str] = field(default_factory=list)
    """Lines of standard error so far, from the one on that says where it serves."""
    _said_before: list[str] = field(default_factory=list)
    _heard: threading.Condition = field(default_factory=threading.Condition)

    def listen(self) -> None:
        """Collect what the server says, so that it never waits for a reader."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._heard:
                self.said.append(line)
                self._heard.notify_all()
        with self._heard:
            self._heard.notify_all()

    def hear(self, pattern: str) -> re.Match[str]:
        """Wait until it says a line that matches."""
        with self._heard:
            assert self._heard.wait_for(lambda: self._find(pattern) or self.process.poll() is not None, PATIENCE)
        found = self._find(pattern)
        assert found is not None, self.said
        return found

    def put_apart_what_came_before(self, pattern: str) -> None:
        """Notices of the start, which stand in no test's way; `hear` finds them still."""
        with self._heard:
            first = next(place for place, line in enumerate(self.said) if re.search(pattern, line))
            self._said_before += self.said[:first]
            del self.said[:first]

    def _find(self, pattern: str) -> re.Match[str] | None:
        return next((match for line in self._said_before + self.said if (match := re.search(pattern, line))), None)

    def workers(self) -> set[int]:
        """Process ids of its workers that live."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return {int(child) for child in children if _is_worker(int(child))}

    def worker_of(self, wire: Wire) -> int:
        """The process that has the other end of a connection on which it has answered."""
        inode = _inode(self.port, wire.port)
        (owner,) = [pid for pid in self.workers() if f"socket:[{inode}]" in _files(pid)]
        return owner

    @asynccontextmanager
    async def wire_to_each(self, workers: int) -> AsyncIterator[dict[int, Wire]]:
        """An open connection to each worker: the kernel spreads them, so that some come twice before all have come."""
        async with AsyncExitStack() as stack:
            wires: dict[int, Wire] = {}
            async with asyncio.timeout(PATIENCE):
                while len(wires) < workers:
                    wire = await stack.enter_async_context(dial(self.port))
                    assert (await wire.ask("/healthz")).status == 200
                    wires.setdefault(self.worker_of(wire), wire)
            yield wires

    def stop(self) -> int:
        """Tell it to end, and return its exit code."""
        self.process.terminate()
        return self.process.wait(PATIENCE)


@contextmanager
def running(
    folder: Path,
    *arguments: str,
    program: tuple[str, ...] = COMMAND,
    stdout: int | IO[str] = subprocess.DEVNULL,
    port: int = 0,
    **settings: str,
) -> Iterator[Running]:
    """A server on that port, or on one that is free and kept for it when it has ended, ready to answer, until the block ends. Its
    access log goes to `stdout`.
    """
    with subprocess.Popen(
        [*program, "serve", "--port", str(port or free_port()), *arguments],
        cwd=folder, env=environment(folder, **settings), stdout=stdout, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        server = Running(process)
        listener = threading.Thread(target=server.listen)
        listener.start()
        try:
            server.port = int(server.hear(_SERVES)[1])
            server.put_apart_what_came_before(_SERVES)
            yield server
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(PATIENCE)
            finally:
                process.kill()
                listener.join()


def _is_worker(pid: int) -> bool:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return b"feeds.server.process" in command and state != "Z"


def _inode(server: int, client: int) -> str:
    """Of the server's end, by both ports (proc(5), /proc/net/tcp)."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, *_rest = fields = line.split()
        if local.endswith(f":{server:04X}") and remote.endswith(f":{client:04X}"):
            return fields[9]
    raise AssertionError("the server has not accepted this connection")


def _files(pid: int) -> set[str]:
    files = set()
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            files.add(os.readlink(f"/proc/{pid}/fd/{name}"))
        except FileNotFoundError:
            # Closed meanwhile.
            continue
    return files
