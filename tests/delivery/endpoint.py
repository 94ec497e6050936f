"""A cache's address for purges: a server on a socket that writes down what it is told, and fails when it is told to."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Told(NamedTuple):
    """A request."""

    method: str
    path: str
    fields: dict[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def keys(self) -> list[str]:
        if self.body:
            return list(json.loads(self.body)["tags"])
        return (self.fields.get("xkey-purge") or self.fields["surrogate-key"]).split()


class Recorder:
    def __init__(self) -> None:
        self.told: list[Told] = []
        """Requests that were answered 200."""
        self.refused: list[Told] = []
        self.status = 200
        self.headers: dict[str, str] = {}
        self.url = ""

    @property
    def keys(self) -> set[str]:
        """All that it was told to forget."""
        return {key for told in self.told for key in told.keys}

    def take(self, told: Told) -> int:
        (self.told if self.status == 200 else self.refused).append(told)
        return self.status


@contextmanager
def recording(port: int = 0) -> Iterator[Recorder]:
    recorder = Recorder()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            fields = {name.lower(): value for name, value in self.headers.items()}
            self.send_response(recorder.take(Told(self.command, self.path, fields, body)))
            for name, value in recorder.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_PURGE = do_POST = answer

        def log_message(self, *_args: Any) -> None:
            """Nothing: it is not the test's output."""

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        recorder.url = f"http://127.0.0.1:{server.server_port}/"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield recorder
        finally:
            server.shutdown()
            thread.join()
