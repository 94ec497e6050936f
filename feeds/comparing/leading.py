"""Where addresses of the old site lead to here."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable

import httpx2

from feeds.comparing.asking import Answer, Site, Unread
from feeds.comparing.discovering import feed_below
from feeds.comparing.entries import PASSWORD_FORM, read_feed
from feeds.comparing.results import AddressResult, Led

_REMEMBERED = 10_000
"""Links of which it is known where they lead: entries of many feeds have the same."""
_NOWHERE = frozenset({404, 410})


class Leads:
    def __init__(self, old: Site, here: Site) -> None:
        self._old, self._here = old, here
        self._known: OrderedDict[str, asyncio.Future[Answer]] = OrderedDict()

    async def of(self, links: Iterable[str]) -> dict[str, Answer]:
        """How this server answers each link to the old site; without those to elsewhere, and those of which nothing is known."""
        urls = {link: url for link in links if (url := self._old.parsed(link)) is not None}
        answers = await asyncio.gather(*map(self._answer, urls.values()), return_exceptions=True)
        found = {}
        for link, answer in zip(urls, answers, strict=True):
            if isinstance(answer, Answer):
                found[link] = answer
            elif not isinstance(answer, Unread):
                raise answer
        return found

    async def judged(self, url: httpx2.URL) -> AddressResult:
        """What became of an address of the old site's. What leads nowhere here is asked for there."""
        address = str(url)
        try:
            answer = await self._answer(url)
        except Unread as error:
            return AddressResult(url=address, led=Led.UNREAD, status=0, detail=str(error))
        led = _led(answer)
        if led is Led.LOST:
            led = await self._there(url)
        known = answer.status == httpx2.codes.OK
        leads_to = answer.url.raw_path.decode("ascii") if known else str(answer.url) if led is Led.AWAY else ""
        return AddressResult(url=address, led=led, status=answer.status, redirects=answer.statuses, leads_to=leads_to)

    async def _there(self, url: httpx2.URL) -> Led:
        """A sitemap may name what is no more, and what only those with a password may read."""
        try:
            answer = await self._old.ask(self._old.at(url))
        except Unread:
            return Led.LOST
        if answer.status in _NOWHERE:
            return Led.NEVER
        if (
            answer.status == httpx2.codes.OK
            and PASSWORD_FORM.encode() in answer.body
            and await self._all_protected(url)
        ):
            return Led.PROTECTED
        return Led.LOST

    async def _all_protected(self, page: httpx2.URL) -> bool:
        """Whether a page with a field for a password is that of one article, or of a list of such alone."""
        try:
            answer = await self._old.ask(self._old.at(feed_below(page)))
        except Unread:
            return False
        entries = await asyncio.to_thread(read_feed, answer.body, answer.content_type, str(answer.url))
        return entries is not None and all(entry.protected for entry in entries)

    async def _answer(self, url: httpx2.URL) -> Answer:
        """Raises Unread."""
        address = str(self._old.own(url))
        if address in self._known:
            self._known.move_to_end(address)
        else:
            self._known[address] = asyncio.ensure_future(self._here.ask(self._here.at(url), "HEAD"))
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return await self._known[address]


def _led(answer: Answer) -> Led:
    if answer.status == httpx2.codes.OK:
        return Led.MOVED if answer.statuses else Led.SAME
    if answer.status in _NOWHERE:
        return Led.LOST
    return Led.AWAY if 300 <= answer.status < 400 else Led.UNREAD
