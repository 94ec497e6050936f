"""One feed, read there and here as its subscriber does: by the address that the subscriber has."""

import asyncio
import re
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import httpx2

from feeds import paths
from feeds.comparing.asking import Answer, Site, Unread
from feeds.comparing.discovering import Candidate, Kind, page_above
from feeds.comparing.entries import Entry, read_feed
from feeds.comparing.explaining import Explainer
from feeds.comparing.judging import OURS, Judgement, judge, links_to_follow
from feeds.comparing.leading import Leads
from feeds.comparing.reasons import Why
from feeds.comparing.results import FeedResult

Entries = tuple[Entry, ...]

_WHY = {404: Why.UNKNOWN, 410: Why.GONE}
_NAMED = frozenset({Kind.SECTION, Kind.TAG, Kind.AUTHOR})
_BY_US = re.compile(rb"<generator[^>]*>Dateline</generator>")
_HEAD = 8_192
"""Bytes of a feed in which it says what made it."""


class Read(NamedTuple):
    result: FeedResult
    entries: Entries
    """Of the old feed."""


class FeedReading:
    def __init__(self, old: Site, here: Site, leads: Leads, explainer: Explainer) -> None:
        self._old, self._here, self._leads, self._explainer = old, here, leads, explainer
        self._newest: dict[bool, datetime | None] = {}
        self.announced: set[str] = set()
        """Addresses of feeds that the old site's home page names."""

    async def look_here(self) -> None:
        """Learn the dates of the newest article and the newest comment that came from elsewhere."""
        for of_comments, page in ((False, paths.HOME()), (True, paths.COMMENTS())):
            _, entries = await self._feed(self._here, self._here.base.join(paths.feed_path(page, ".rss")))
            imported = (entry.at for entry in entries or () if entry.at and not entry.id.startswith(OURS))
            self._newest[of_comments] = max(imported, default=None)

    async def compare(self, candidate: Candidate) -> Read | None:
        """None where the old site has no such feed."""
        url, kind = candidate
        try:
            answer, theirs = await self._feed(self._old, self._old.at(url))
        except Unread as error:
            return Read(FeedResult(url=str(url), kind=kind, why=Why.UNREAD_THERE, detail=str(error)), ())
        if detail := self._unread(url, answer, theirs):
            return Read(FeedResult(url=str(url), kind=kind, why=Why.UNREAD_THERE, detail=detail), ())
        if theirs is None:
            return None
        result = await self._beside(candidate, theirs)
        # WordPress has such a feed of every page, whether or not it can be replied to.
        if kind is Kind.COMMENTS and not theirs and result.why in (Why.UNKNOWN, Why.GONE):
            return None
        # And an empty one of whatever it does not know: an author whom we call otherwise.
        if kind in _NAMED and not theirs and not result.same and not await self._is_there(page_above(url)):
            return None
        if kind is Kind.COMMENTS and result.why in (Why.UNKNOWN, Why.GONE) and await self._is_of_page(url):
            result = replace(result, why=Why.ON_PAGE)
        return Read(result, theirs)

    def _unread(self, url: httpx2.URL, answer: Answer, entries: Entries | None) -> str:
        """Why nobody knows what subscribers are shown there; '' where it was read, or nothing is there.

        An address that was tried on the chance is no feed if a page is there; one that the site announces is.
        """
        if answer.status in _WHY or entries is not None:
            return ""
        if answer.status != httpx2.codes.OK:
            return f"its server answers {answer.status}"
        if answer.statuses and "login" in answer.url.path.lower():
            return "it leads to a login"
        return "what its server answers is no feed" if str(self._old.own(url)) in self.announced else ""

    async def _is_of_page(self, feed: httpx2.URL) -> bool:
        """Whether what a feed is of leads to a standing page here."""
        page = str(page_above(feed))
        answer = (await self._leads.of([page])).get(page)
        return (
            answer is not None and answer.status == httpx2.codes.OK and await self._explainer.is_page(answer.url.path)
        )

    async def _is_there(self, page: httpx2.URL) -> bool:
        try:
            return (await self._old.ask(self._old.at(page))).status == httpx2.codes.OK
        except Unread:
            return True

    async def _beside(self, candidate: Candidate, theirs: Entries) -> FeedResult:
        url, kind = candidate
        try:
            answer, ours = await self._feed(self._here, self._here.at(url))
        except Unread as error:
            return FeedResult(url=str(url), kind=kind, why=Why.UNREAD_HERE, detail=str(error))
        leads_to = answer.url.raw_path.decode("ascii")
        if answer.status != httpx2.codes.OK or ours is None:
            if theirs and all(entry.protected for entry in theirs):
                return FeedResult(url=str(url), kind=kind, judgement=Judgement(withheld=len(theirs)))
            why, detail = _without_feed(answer)
            return FeedResult(url=str(url), kind=kind, leads_to=leads_to, why=why, detail=detail)
        judgement = await self._judged(candidate, theirs, ours)
        return FeedResult(url=str(url), kind=kind, leads_to=leads_to, judgement=judgement)

    async def _judged(self, candidate: Candidate, theirs: Entries, ours: Entries) -> Judgement:
        led = await self._leads.of(links_to_follow(theirs, ours))
        places = {
            link: "" if answer.status in _WHY else str(answer.url)
            for link, answer in led.items()
            if answer.status < 500
        }
        of_comments = candidate.kind is Kind.COMMENTS or "comments" in candidate.url.raw_path.decode("ascii")
        judgement = judge(theirs, ours, places, newest=self._newest.get(of_comments))
        missing = [await self._explainer.explain(found, led) for found in judgement.missing]
        return replace(
            judgement,
            missing=tuple(found for found in missing if found.why is not Why.ON_PAGE),
            left_behind=tuple(found for found in missing if found.why is Why.ON_PAGE),
        )

    async def _feed(self, site: Site, url: httpx2.URL) -> tuple[Answer, Entries | None]:
        """Raises Unread."""
        answer = await site.ask(url)
        if answer.status != httpx2.codes.OK:
            return answer, None
        if site is self._old and self._here.is_future(answer.url) and not self._old.holds(answer.url):
            raise Unread("it redirects to this server's own address")
        if site is self._old and _BY_US.search(answer.body, 0, _HEAD):
            raise Unread("Dateline answers it already: lead this comparison past the rule in the proxy")
        # feedparser takes its milliseconds; others are asked meanwhile.
        return answer, await asyncio.to_thread(read_feed, answer.body, answer.content_type, str(answer.url))


def _without_feed(answer: Answer) -> tuple[Why, str]:
    if answer.status in _WHY:
        return _WHY[answer.status], ""
    if answer.status == httpx2.codes.OK:
        return Why.NO_FEED, f"{answer.url.raw_path.decode('ascii')} ({answer.content_type or 'of no type'})"
    if 300 <= answer.status < 400:
        return Why.NO_FEED, f"it leads to {answer.url}"
    return Why.UNREAD_HERE, f"this server answers {answer.status}"
