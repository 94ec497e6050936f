"""What stands between a server and its clients: a relay that a test makes silent, or lets cut connections."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

Rule = Callable[[bytes], bool]
"""Whether this packet is the one."""


def never(_packet: bytes) -> bool:
    return False


class Proxy:
    """Relays to a server's socket, which may become another's."""

    def __init__(self, server: Path) -> None:
        self.server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.cut_before: Rule = never
        """Of what clients say: it does not reach the server, and both connections end."""
        self.cut_after: Rule = never
        """Of what clients say: it reaches the server, whose answer reaches nobody."""
        self.is_silent = False
        """Takes whatever is said, and passes on nothing."""
        self.cuts = 0
        self.accepted = 0
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._start(self._accept)

    def _start(self, target: Callable[..., None], *arguments: object) -> None:
        self._threads.append(threading.Thread(target=target, args=arguments, daemon=True))
        self._threads[-1].start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.accepted += 1
                server = socket.socket(socket.AF_UNIX)
                self._open += [client, server]
                try:
                    server.connect(str(self.server))
                except OSError:
                    _shut(client)
                    continue
                self._start(self._relay, client, server, True)
                self._start(self._relay, server, client, False)

    def _relay(self, source: socket.socket, sink: socket.socket, from_client: bool) -> None:
        with suppress(OSError):
            while packet := source.recv(65536):
                if self.is_silent:
                    continue
                if from_client and self.cut_before(packet):
                    self.cuts += 1
                    break
                if from_client and self.cut_after(packet):
                    self.cuts += 1
                    # The answer is for nobody.
                    _shut(source)
                    sink.sendall(packet)
                    self._hear_out(sink)
                    return
                sink.sendall(packet)
        for end in (source, sink):
            _shut(end)

    @staticmethod
    def _hear_out(server: socket.socket) -> None:
        with suppress(OSError):
            server.shutdown(socket.SHUT_WR)

    def cut_all(self) -> None:
        for each in self._open:
            _shut(each)

    def close(self) -> None:
        _shut(self._listener)
        self._threads[0].join()
        self._listener.close()
        self.cut_all()
        for thread in self._threads:
            thread.join()
        for each in self._open:
            each.close()


def _shut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxied(url: str) -> Iterator[tuple[Proxy, str]]:
    """A relay to a server on a Unix socket, and the URL that leads through it."""
    parts = urlsplit(url)
    [folder] = parse_qs(parts.query)["host"]
    [port] = parse_qs(parts.query).get("port", ["5432"])
    proxy = Proxy(Path(folder) / f".s.PGSQL.{port}")
    try:
        yield (
            proxy,
            parts._replace(
                netloc=f"dateline@127.0.0.1:{proxy.port}", query="sslmode=disable&gssencmode=disable"
            ).geturl(),
        )
    finally:
        proxy.close()
