"""A poll for what is kept: the fast path beside the ASGI layer, a bare application, and nginx with the same bytes."""

import asyncio
import gzip
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from feeds.newsroom.partners.keys import key_hash, new_key
from feeds.settings import Settings
from storage.clock import utc_now
from storage.connect import open_store
from storage.model import Partner, PartnerKey
from tests.bench.load import Poll, Target, connection, exchange, field, request, same, side_by_side
from tests.bench.newsroom import Shape, article
from tests.bench.report import NOT_AVAILABLE, Report
from tests.bench.servers import DEBIAN, DEBIAN_WITHOUT_LOG, TUNED, Server, bare, dateline, nginx

ROUNDS = 16
"""The first of them uncounted."""
POLLS = 1000
FRESH_POLLS = 300
FEED = "/feed.rss"
GZIP = "Accept-Encoding: gzip"


def report_polls(report: Report, database: Path, folder: Path) -> None:
    """`folder` is what the nginxes serve."""
    with ExitStack() as running:
        start = running.enter_context
        fast = start(dateline(database))
        asyncio.run(_publish(database))
        before, _ = ask(fast)
        asyncio.run(_publish(database))
        etag, body = ask(fast)
        same_bytes(folder, FEED, body)
        conditional, full = request(FEED, GZIP, f"If-None-Match: {etag}"), request(FEED, GZIP)
        targets = {
            "304": _often(fast, conditional, 304),
            "304 fresh": _fresh(fast, conditional),
            "200": _often(fast, full, 200),
            "226": _often(fast, request(FEED, GZIP, "A-IM: feed", f"If-None-Match: {before}"), 226),
        }
        key = asyncio.run(_take_partner(database))
        theirs, of_partner = "/partner/feed.rss", f"Authorization: Bearer {key}"
        own_tag, _ = ask(fast, theirs, of_partner)
        targets["304 partner"] = _often(fast, request(theirs, GZIP, f"If-None-Match: {own_tag}", of_partner), 304)
        keyed = start(dateline(database, surrogate_keys="xkey", cdn_max_age="3600"))
        targets |= {"304 keyed": _often(keyed, conditional, 304), "200 keyed": _often(keyed, full, 200)}
        asgi = start(dateline(database, fast_path="false"))
        targets |= {"304 asgi": _often(asgi, conditional, 304), "200 asgi": _often(asgi, full, 200)}
        small, large = start(bare("small")), start(bare("large"))
        targets |= {
            "304 bare": _often(small, conditional, 304),
            "304 fresh bare": _fresh(small, conditional),
            "200 bare": _often(large, full, 200),
        }
        if "rate_limit" in Settings.model_fields:
            limited = start(dateline(database, rate_limit="1", rate_burst="1"))
            targets["429"] = _often(limited, conditional, 429)
        for name, directives in (("debian", DEBIAN), ("debian, no log", DEBIAN_WITHOUT_LOG), ("tuned", TUNED)):
            served = start(nginx(folder, directives))
            if served is not None:
                targets |= _of_files(name, served)
        costs = side_by_side(targets)
    _write(report, costs, len(body))


async def _publish(database: Path) -> None:
    """One more article, now."""
    store = await open_store(f"sqlite:///{database}")
    now = utc_now()
    await store.add_article(replace(article(1, 0, Shape()), guid=f"urn:bench:{now}", day=now.date(), published_at=now))
    await store.close()


async def _take_partner(database: Path) -> str:
    """A key of a new partner, who sees everything."""
    store = await open_store(f"sqlite:///{database}")
    partner, key, now = (
        await store.add_partner(Partner(name=f"Partner {utc_now()}".replace(":", ""))),
        new_key(),
        utc_now(),
    )
    await store.add_partner_key(partner.name, PartnerKey(name="bench", hash=key_hash(key), created_at=now))
    await store.expand_views()
    await store.close()
    return key


def ask(server: Server, path: str = FEED, *fields: str) -> tuple[str, bytes]:
    """The validator and the bytes of the feed."""
    with connection(server.port) as poll:
        head, _, body = exchange(poll, request(path, GZIP, *fields)).partition(b"\r\n\r\n")
    etag = field(head, "etag")
    assert etag is not None
    return etag, body


def same_bytes(folder: Path, path: str, compressed: bytes) -> None:
    """A feed as a file that nginx serves, with its gzip form, which gzip_static wants, beside it."""
    file = folder / path.lstrip("/")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.decompress(compressed))
    file.with_name(f"{file.name}.gz").write_bytes(compressed)


def _of_files(name: str, served: Server) -> dict[str, Target]:
    with connection(served.port) as poll:
        etag = field(exchange(poll, request(FEED, GZIP)), "etag")
    conditional = request(FEED, GZIP, f"If-None-Match: {etag}")
    return {
        f"304 {name}": _often(served, conditional, 304),
        f"304 fresh {name}": _fresh(served, conditional),
        f"200 {name}": _often(served, request(FEED, GZIP), 200),
    }


def _often(server: Server, sent: bytes, status: int) -> Target:
    return Target(server.pids, server.port, same(Poll(sent, status), rounds=ROUNDS, polls=POLLS))


def _fresh(server: Server, sent: bytes) -> Target:
    polls = same(Poll(sent, 304, fresh=True), rounds=ROUNDS, polls=FRESH_POLLS)
    return Target(server.pids, server.port, polls)


def _write(report: Report, costs: dict[str, float], size: int) -> None:
    def against(name: str, ours: str, reference: str, bar: float | None = None) -> None:
        report.compare(name, costs.get(ours), costs.get(reference), "us CPU", bar=bar)

    against("304 kept alive, nginx as Debian configures it", "304", "304 debian", 1.0)
    against("304 kept alive, the same without its access log", "304", "304 debian, no log")
    against("304 kept alive, nginx tuned", "304", "304 tuned", 1.5)
    against("304 kept alive, our ASGI layer", "304", "304 asgi")
    against("304 kept alive, bare ASGI application", "304", "304 bare")
    sized = f"200 gzip of {size / 1000:.0f} kB kept alive"
    against(f"{sized}, nginx tuned", "200", "200 tuned", 1.5)
    against(f"{sized}, our ASGI layer", "200", "200 asgi")
    against(f"{sized}, bare ASGI application", "200", "200 bare")
    against("304 with keys for a cache in front, our own without", "304 keyed", "304", 1.05)
    against("200 with keys for a cache in front, our own without", "200 keyed", "200", 1.05)
    against("304 of a partner's feed, our own of the public's", "304 partner", "304", 1.3)
    against("304 on a new connection each, bare ASGI application", "304 fresh", "304 fresh bare", 0.85)
    against("304 on a new connection each, nginx tuned", "304 fresh", "304 fresh tuned")
    report.compare("429, our own 304", costs.get("429"), costs["304"], "us CPU", bar=1.1, missing=NOT_AVAILABLE)
    against("226 with one change of 50 entries, our own 200", "226", "200")
