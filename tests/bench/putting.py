"""What an adapter costs that sends all it has, changed or not: an article that is put as it is, beside a look at it."""

import asyncio
import hashlib
import json
from pathlib import Path

from storage.clock import utc_now
from storage.connect import open_store
from storage.model import Token
from tests.bench.load import Poll, Target, connection, exchange, field, request, same, side_by_side
from tests.bench.report import Report
from tests.bench.servers import dateline

_TOKEN = "a token for the benchmark"
_ROUNDS, _POLLS = 40, 100
_LINK = '<p>Ferries left <a href="https://harbour.example/boats/{n}">boat {n}</a> at dawn, and came back at night.</p>'
_BODIES = {
    "a short body": "<p>The first boat left at dawn.</p>",
    "5 kB with 40 links": "".join(_LINK.format(n=number) for number in range(40)) + "<p>" + "Calm sea. " * 80 + "</p>",
}


def report_putting(report: Report, database: Path) -> None:
    asyncio.run(_add_token(database))
    with dateline(database) as server:
        asked: dict[str, Poll] = {}
        for number, (name, html) in enumerate(_BODIES.items()):
            body = json.dumps(
                {"headline": "Ferries resume", "tags": ["Ports"], "status": "published", "body_html": html}
            )
            put = _sent("PUT", f"/api/articles/by-guid/bench-{number}", body.encode())
            with connection(server.port) as once:
                article = exchange(once, put)
                location = field(article, "location")
            assert location is not None, article
            read = _sent("GET", location.removeprefix("https://bench.example"))
            asked |= {f"{what} {name}": Poll(sent, 200) for what, sent in (("put", put), ("get", read))}
        costs = side_by_side(
            {
                name: Target(server.pids, server.port, same(poll, rounds=_ROUNDS, polls=_POLLS))
                for name, poll in asked.items()
            }
        )
    for name in _BODIES:
        title = f"PUT by guid, unchanged, and GET of the same: {name}"
        report.compare(title, costs[f"put {name}"], costs[f"get {name}"], "us CPU", bar=2)


async def _add_token(database: Path) -> None:
    store = await open_store(f"sqlite:///{database}")
    digest = hashlib.sha256(_TOKEN.encode()).hexdigest()
    await store.add_token(Token(name="adapter", hash=digest, scopes=frozenset({"publish"}), created_at=utc_now()))
    await store.close()


def _sent(method: str, path: str, body: bytes = b"") -> bytes:
    fields = [f"Authorization: Bearer {_TOKEN}", *([f"Content-Length: {len(body)}"] if body else [])]
    return request(path, *fields).replace(b"GET", method.encode(), 1) + body
