"""The old site beside this server: every feed that somebody may be subscribed to, and every address that the old site names."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from pathlib import Path
from typing import Protocol, TypeVar

import httpx2

from feeds import paths
from feeds.comparing.asking import Site, Unread
from feeds.comparing.discovering import (
    Candidate,
    Kind,
    OurStore,
    announced,
    is_wordpress,
    of_address,
    of_newsroom,
    of_store,
)
from feeds.comparing.entries import Entry
from feeds.comparing.explaining import Explainer, Hidden
from feeds.comparing.gathered import Gathered
from feeds.comparing.leading import Leads
from feeds.comparing.reading import FeedReading
from feeds.comparing.results import Results
from feeds.comparing.sitemaps import named_addresses
from feeds.importers.seen import Seen

Progress = Callable[[str, int, int | None], None]
"""Told what is being done, how much of it is done, and of how much."""
_LISTS = (Kind.NEWSROOM, Kind.SECTION, Kind.TAG, Kind.AUTHOR)
_Item = TypeVar("_Item")
_Made = TypeVar("_Made")


class NothingToCompare(Exception):
    """One of the two sites does not answer, or the old one has no feed. The message says what to do."""


class CompareStore(OurStore, Hidden, Protocol):
    """What a comparison needs of our store."""


class Comparison:
    """One run. What grows with the site is in files of `folder`; `sample`: feeds of a kind, and addresses, at most; 0: all."""

    def __init__(
        self,
        old: Site,
        here: Site,
        store: CompareStore,
        results: Results,
        folder: Path,
        *,
        sample: int,
        progress: Progress,
    ) -> None:
        self._old, self._here, self._store = old, here, store
        self._results, self._sample, self._progress = results, sample, progress
        self._leads = Leads(old, here)
        self._reading = FeedReading(old, here, self._leads, Explainer(store))
        self._seen = Seen(), Seen()
        feeds, addresses = self._seen
        self._feeds = {kind: Gathered(folder / f"feeds of {kind.name}", feeds) for kind in Kind}
        self._addresses = Gathered(folder / "addresses to ask", addresses)

    async def run(self) -> None:
        """Fills the results. Raises NothingToCompare."""
        try:
            await self._discover()
            for kind in _LISTS:
                await self._compare_feeds(kind)
            # Those that entries of the lists name are among them by now.
            await self._compare_feeds(Kind.COMMENTS)
            if not self._results.verdict.feeds:
                raise NothingToCompare(
                    f"no feed was found at {self._old.name}: is it the address of the old site's home page?"
                )
            await self._compare_addresses()
        finally:
            for gathered in (*self._feeds.values(), self._addresses):
                gathered.close()
            for seen in self._seen:
                seen.close()

    async def _discover(self) -> None:
        try:
            home = await self._old.ask(self._old.base)
        except Unread as error:
            raise NothingToCompare(f"{self._old.name}: {error}") from None
        if home.status != httpx2.codes.OK:
            raise NothingToCompare(
                f"{self._old.name} answers {home.status}: give the address of the old site's home page"
            )
        if not self._old.holds(home.url):
            raise NothingToCompare(
                f"{self._old.name} redirects to {home.url}: give the address at which the old site is"
            )
        await self._check_here()
        self._reading.announced.update(str(self._old.own(url)) for url in announced(home) if self._old.holds(url))
        for candidate in of_newsroom(self._old, home):
            self._add_feed(candidate)
        async for candidate in of_store(self._old, self._store):
            self._add_feed(candidate)
        wordpress = is_wordpress(home)
        self._addresses.add(str(self._old.own(self._old.base)))
        async for named in named_addresses(self._old, self._results.add_sitemap):
            self._addresses.add(str(self._old.own(named.url)))
            if found := of_address(named, wordpress=wordpress):
                self._add_feed(found)
            self._progress("reading sitemaps", self._addresses.count, None)

    async def _check_here(self) -> None:
        """Whether this server is at the other end, and what its newest imports are."""
        try:
            answer = await self._here.ask(self._here.base.join(paths.READINESS))
        except Unread as error:
            why = str(error)
        else:
            why = f"it answers {answer.status}"
            if answer.status == httpx2.codes.OK and answer.body.startswith(b"ready"):
                return await self._reading.look_here()
        raise NothingToCompare(
            f"no Dateline answers at {self._here.name} ({why}): start it, or say where it is by --here"
        )

    def _add_feed(self, candidate: Candidate) -> None:
        self._feeds[candidate.kind].add(str(self._old.own(candidate.url)))

    async def _compare_feeds(self, kind: Kind) -> None:
        gathered = self._feeds[kind]
        chosen = gathered.sample(self._sample)
        total = min(self._sample or gathered.count, gathered.count)
        self._results.verdict.feeds_left_out += gathered.count - total
        done = 0
        candidates = (Candidate(httpx2.URL(address), kind) for address in chosen)
        async for read in _in_order(candidates, self._old.at_once, self._reading.compare):
            done += 1
            self._progress(f"comparing feeds ({kind})", done, total)
            if read is not None:
                self._results.add_feed(read.result)
                for entry in read.entries:
                    self._add_entry(entry)

    def _add_entry(self, entry: Entry) -> None:
        """What an entry of the old site's leads to is looked at as well: a site may have no sitemap."""
        for link, is_feed in ((entry.link, False), (entry.comments, True)):
            url = self._old.parsed(link)
            if url is not None and is_feed:
                self._add_feed(Candidate(url, Kind.COMMENTS))
            elif url is not None:
                self._addresses.add(str(self._old.own(url)))

    async def _compare_addresses(self) -> None:
        total = min(self._sample or self._addresses.count, self._addresses.count)
        self._results.verdict.addresses_left_out += self._addresses.count - total
        urls = (httpx2.URL(address) for address in self._addresses.sample(self._sample))
        done = 0
        async for result in _in_order(urls, self._here.at_once, self._leads.judged):
            done += 1
            self._progress("asking for addresses", done, total)
            self._results.add_address(result)


async def _in_order(
    items: Iterable[_Item], at_once: int, make: Callable[[_Item], Awaitable[_Made]]
) -> AsyncIterator[_Made]:
    """What is made of each, in their order, a few at once."""
    waiting: deque[asyncio.Future[_Made]] = deque()
    try:
        for item in items:
            waiting.append(asyncio.ensure_future(make(item)))
            if len(waiting) >= 2 * at_once:
                yield await waiting.popleft()
        while waiting:
            yield await waiting.popleft()
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
