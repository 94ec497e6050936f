"""An agency's web server, a real one, on this machine: it answers as it is told, counts what it is asked, and knows its
validators.
"""

import gzip
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    parts: Iterable[bytes] | None = None
    """Sent instead of the body, until the client has enough."""


@dataclass
class Agency:
    """`answers` by path; `asked` holds each request's path and headers, in lower case."""

    url: str
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def publish(
        self, feed: str, *, etag: str = '"1"', modified: str = "Wed, 22 Mar 2023 08:00:00 GMT", path: str = "/feed"
    ) -> str:
        """Put a feed at a path; return its URL."""
        headers = {"ETag": etag, "Last-Modified": modified, "Content-Type": "application/rss+xml"}
        self.answers[path] = Answer(feed.encode(), headers={name: value for name, value in headers.items() if value})
        return self.url + path

    def zip(self, path: str = "/feed") -> None:
        answer = self.answers[path]
        answer.body = gzip.compress(answer.body)
        answer.headers["Content-Encoding"] = "gzip"

    def answer(self, path: str, headers: dict[str, str]) -> Answer:
        self.asked.append((path, headers))
        answer = self.answers.get(path, Answer(status=404))
        etag, modified = answer.headers.get("ETag"), answer.headers.get("Last-Modified")
        known = headers.get("if-none-match")
        same = known == etag if known else modified is not None and headers.get("if-modified-since") == modified
        return Answer(status=304) if answer.status == 200 and same else answer


class _Handler(BaseHTTPRequestHandler):
    agency: Agency

    def do_GET(self) -> None:
        answer = self.agency.answer(self.path, {name.lower(): value for name, value in self.headers.items()})
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            for part in answer.parts or [answer.body]:
                self.wfile.write(part)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def opened() -> Iterator[Agency]:
    """An agency that answers on a free port of 127.0.0.1 until the block ends."""

    class Handler(_Handler):
        agency = Agency("")

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        agency = Handler.agency
        agency.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield agency
        finally:
            server.shutdown()
            thread.join()
