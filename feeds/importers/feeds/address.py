"""A feed by its address, to be imported again and again: what did not change since costs one request and no write."""

import hashlib
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import httpx2

from feeds.importers import ImportOptions, ImportRefused, ImportStore, Origin, Summary, import_file
from feeds.importers.feeds.fetching import Validators, fetch
from feeds.importers.feeds.identity import address_name
from feeds.outbound import Guard, Networks, Resolve, is_fetchable, shown, system_resolve
from feeds.settings import Settings
from storage.clock import Clock, utc_now
from storage.keys import LONGEST_KEY, is_long
from storage.model import FeedSource
from storage.protocol import FeedSources


class Ledger(ImportStore, FeedSources, Protocol):
    """What an import by address needs of a store."""


async def import_url(
    store: Ledger,
    url: str,
    *,
    settings: Settings,
    options: ImportOptions,
    clock: Clock = utc_now,
    resolve: Resolve = system_resolve,
) -> Summary | None:
    """Import what is at an http or https address; None, and nothing written, if the server says that it is as it was.

    It is asked so only if the last import of this address succeeded, with the same placement.
    Its server is the operator's choice, and may be anywhere; where it redirects to is held to `settings.outbound_allow`.
    Raises ImportRefused, whose message is one line, and the store's Unavailable.
    """
    public, source = shown_address(url), source_key(url)
    placement = options.placement
    wanted = json.dumps([placement.section, sorted(placement.categories.items())])
    known = await store.get_feed_source(source)
    before = Validators(known.etag, known.last_modified) if known and known.placement == wanted else Validators()
    typed = httpx2.URL(url)
    guard = Guard(Networks.of(settings.outbound_allow), trusted=typed, resolve=resolve)
    with TemporaryDirectory(prefix="dateline-") as folder:
        path = Path(folder) / "feed"
        try:
            fetched = await fetch(typed, path, before, guard)
        except ImportRefused as error:
            raise ImportRefused(f"{public}: {error}") from None
        if fetched is None:
            return None
        origin = Origin(fetched.url, fetched.charset, address_name(url), fetched.addresses)
        summary = await import_file(store, path, settings=settings, clock=clock, options=options, origin=origin)
    etag, last_modified = fetched.validators
    if summary.articles or not summary.refused:
        await store.keep_feed_source(FeedSource(url=source, etag=etag, last_modified=last_modified, placement=wanted))
    return summary


def shown_address(url: str) -> str:
    """The address as it may be shown: without what may be a secret. Raises ImportRefused for what is none."""
    if not is_fetchable(url):
        raise ImportRefused("no http or https address: give one as in https://agency.example/feed.xml")
    if is_long(url):
        raise ImportRefused(f"the address is longer than {LONGEST_KEY:,} bytes")
    return shown(url)


def source_key(url: str) -> str:
    """What a store knows the address by: as it may be shown, told apart by a digest where that leaves anything out."""
    public = shown(url)
    if "***" not in public:
        return public
    query = httpx2.URL(url).query
    return f"{public}#{hashlib.sha256(query).hexdigest()[:32]}"
