"""A feed by its address, to be imported again and again: what did not change since costs one request and no write."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import httpx

from feeds.importers import Archive, ImportRefused, Origin, Placement, Summary, import_file
from feeds.importers.fetching import Validators, fetch
from feeds.settings import Settings
from storage.connect import Clock, utc_now
from storage.model import FeedSource
from storage.protocol import Sources


class Ledger(Archive, Sources, Protocol):
    """What an import by address needs of a store."""


async def import_url(
    store: Ledger,
    url: str,
    *,
    settings: Settings,
    placement: Placement,
    media: Path | None = None,
    clock: Clock = utc_now,
) -> Summary | None:
    """Import what is at an http or https address; None, and nothing written, if the server says that it is as it was.

    It is asked so only if the last import of this address succeeded, with the same placement.
    Raises ImportRefused, whose message is one line, and the store's Unavailable.
    """
    public = without_password(url)
    wanted = json.dumps([placement.section, sorted(placement.categories.items())])
    known = await store.get_feed_source(public)
    before = Validators(known.etag, known.last_modified) if known and known.placement == wanted else Validators()
    with TemporaryDirectory(prefix="dateline-") as folder:
        path = Path(folder) / "feed"
        try:
            fetched = await fetch(url, path, before)
        except ImportRefused as error:
            raise ImportRefused(f"{public}: {error}") from None
        if fetched is None:
            return None
        origin = Origin(fetched.url, fetched.charset)
        summary = await import_file(
            store, path, settings=settings, clock=clock, media=media, placement=placement, origin=origin
        )
    etag, last_modified = fetched.validators
    if summary.articles or not summary.refused:
        await store.keep_feed_source(FeedSource(url=public, etag=etag, last_modified=last_modified, placement=wanted))
    return summary


def without_password(url: str) -> str:
    """The address as it may be kept and shown. Raises ImportRefused for what is none."""
    try:
        parsed = httpx.URL(url)
        if parsed.scheme not in ("http", "https") or not parsed.host:
            raise httpx.InvalidURL(url)
    except (httpx.InvalidURL, UnicodeError):
        raise ImportRefused("no http or https address: give one as in https://agency.example/feed.xml") from None
    return str(parsed.copy_with(username=None, password=None))
