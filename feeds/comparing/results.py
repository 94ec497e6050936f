"""What came of a comparison: a row for each feed and address, on disk, and the counts that the verdict is made of."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from feeds.comparing.gathered import Rows
from feeds.comparing.judging import Difference, Finding, Judgement
from feeds.comparing.reasons import SENTENCES, Why


class Led(StrEnum):
    """Where an address of the old site leads here."""

    SAME = "same"
    MOVED = "moved"
    AWAY = "away"
    LOST = "lost"
    NEVER = "lost-there"
    PROTECTED = "protected"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedResult:
    """Of one address that somebody may be subscribed to."""

    url: str
    kind: str
    leads_to: str = ""
    """The path here, after redirects; '' where there is none."""
    why: Why | None = None
    """Why the whole feed is lost, or could not be compared; None where it was compared."""
    detail: str = ""
    judgement: Judgement = field(default_factory=Judgement)

    @property
    def same(self) -> bool:
        return self.why is None and self.judgement.same


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressResult:
    url: str
    led: Led
    status: int
    """At the end of the redirects."""
    redirects: tuple[int, ...] = ()
    leads_to: str = ""
    detail: str = ""


@dataclass(slots=True, kw_only=True)
class Verdict:
    """Counts."""

    feeds: int = 0
    """Compared, or tried: those that the old site has."""
    same: int = 0
    lost: int = 0
    """Feeds that are not here, or are none."""
    ended: int = 0
    """Feeds of a page's comments, of which there are none here: their readers are told so (410)."""
    unread: int = 0
    """Feeds that could not be read on either side."""
    known: int = 0
    """Entries that are in both."""
    new: int = 0
    missing: int = 0
    written_here: int = 0
    withheld: int = 0
    left_behind: int = 0
    """Comments on pages, in lists of comments: counted once a list."""
    differences: int = 0
    feeds_left_out: int = 0
    """By the sample."""
    addresses: int = 0
    led: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Led, 0))
    addresses_left_out: int = 0

    @property
    def clean(self) -> bool:
        """Nobody would miss anything or be shown anything anew, as far as was looked, but for comments on pages."""
        return self.same + self.ended == self.feeds and not self.led[Led.LOST] and not self.led[Led.UNREAD]


class Results:
    """Rows are dictionaries, as the report in JSON has them."""

    def __init__(self, folder: Path, *, old: str, here: str, at: datetime) -> None:
        self.old, self.here, self.at = old, here, at
        self.verdict = Verdict()
        self.feeds, self.odd_feeds = Rows(folder / "feeds"), Rows(folder / "odd-feeds")
        self.addresses, self.odd_addresses = Rows(folder / "addresses"), Rows(folder / "odd-addresses")
        """The odd ones are those that a person is told of."""

    def add_feed(self, result: FeedResult) -> None:
        judgement, verdict = result.judgement, self.verdict
        verdict.feeds += 1
        verdict.same += result.same
        verdict.lost += result.why in (Why.GONE, Why.UNKNOWN, Why.NO_FEED)
        verdict.ended += result.why is Why.ON_PAGE
        verdict.unread += result.why in (Why.UNREAD_HERE, Why.UNREAD_THERE)
        verdict.known += judgement.known
        verdict.new += len(judgement.new)
        verdict.missing += len(judgement.missing)
        verdict.written_here += judgement.written_here
        verdict.withheld += judgement.withheld
        verdict.left_behind += len(judgement.left_behind)
        verdict.differences += len(judgement.differences)
        row = _feed_row(result)
        self.feeds.add(row)
        if not result.same or judgement.differences or judgement.left_behind:
            self.odd_feeds.add(row)

    def add_address(self, result: AddressResult) -> None:
        self.verdict.addresses += 1
        self.verdict.led[result.led] += 1
        row = asdict(result)
        self.addresses.add(row)
        if result.led in (Led.LOST, Led.UNREAD):
            self.odd_addresses.add(row)

    def add_sitemap(self, url: str, status: int, why: str) -> None:
        """One that names addresses nobody has asked for, for it could not be read."""
        self.add_address(AddressResult(url=url, led=Led.UNREAD, status=status, detail=f"a sitemap: {why}"))

    def close(self) -> None:
        for rows in (self.feeds, self.odd_feeds, self.addresses, self.odd_addresses):
            rows.close()


def _feed_row(result: FeedResult) -> dict[str, Any]:
    judgement = result.judgement
    return {
        "url": result.url,
        "kind": result.kind,
        "leads_to": result.leads_to,
        "same": result.same,
        "why": result.why,
        "reason": _sentence(result.why, result.detail) if result.why else "",
        "known": judgement.known,
        "written_here": judgement.written_here,
        "withheld": judgement.withheld,
        "new": [_finding_row(found) for found in judgement.new],
        "missing": [_finding_row(found) for found in judgement.missing],
        "left_behind": [_finding_row(found) for found in judgement.left_behind],
        "differences": [_difference_row(found) for found in judgement.differences],
    }


def _finding_row(found: Finding) -> dict[str, Any]:
    return _entry_row(found) | {"why": found.why, "reason": _sentence(found.why, found.detail)}


def _difference_row(found: Difference) -> dict[str, Any]:
    return _entry_row(found) | {"what": found.what, "there": found.there, "here": found.here}


def _entry_row(found: Finding | Difference) -> dict[str, Any]:
    entry = found.entry
    return {
        "id": entry.id,
        "title": entry.title,
        "link": entry.link,
        "published": entry.at.isoformat() if entry.at else None,
    }


def _sentence(why: Why, detail: str) -> str:
    return f"{SENTENCES[why]}: {detail}" if detail else SENTENCES[why]
