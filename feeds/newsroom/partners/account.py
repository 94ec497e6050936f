"""A partner's account: what it took and when, how fresh that was, and which corrections and withdrawals it does not have yet.

Made of what is proven alone (`pickups`). It reaches back as far as the log of what the partner is told, and to its newest entries.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate
from statistics import median
from typing import Protocol

from storage.model import Action, EntitledChange, Partner, PartnerPickup, PartnerRead, PartnerVisit
from storage.protocol import Articles, Entitlements, Partners

DAYS = 7
"""Of an account, unless others are asked for."""
LOOKED_AT = 10_000
"""Entries of a log at most, the newest."""


class AccountStore(Articles, Partners, Entitlements, Protocol):
    """What an account asks of a store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that a partner was told."""

    change: EntitledChange
    """`at`: since when it concerns everybody with these terms."""
    taken_at: datetime | None
    """When the partner first had this, or what came in its place; None: not as far as is known."""
    headline: str
    """Of the article now; '' of one that is no more."""
    outstanding: bool
    """A correction or withdrawal of what the partner has, or may have, and which it does not have yet."""

    @property
    def delay(self) -> timedelta | None:
        """From when it concerned the partner to when it took it."""
        return None if self.taken_at is None else max(self.taken_at - self.change.at, timedelta())


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    partner: Partner
    begin: datetime
    """Of the period."""
    visited_at: datetime | None
    """When it was here last; None: never."""
    since: datetime | None
    """When it first took something on its present terms: what was told before is not counted. None: it has not."""
    entries: tuple[Entry, ...]
    """Of the period, the newest first; and before it, what is outstanding."""
    whole: bool
    """Whether these are all: the log is longer than what was looked at."""

    def with_headlines(self, headlines: Mapping[int, str]) -> "Account":
        entries = (replace(one, headline=headlines.get(one.change.article_id, "")) for one in self.entries)
        return replace(self, entries=tuple(entries))

    @property
    def outstanding(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.outstanding)

    @property
    def taken(self) -> tuple[Entry, ...]:
        """In the period."""
        return tuple(entry for entry in self.entries if entry.taken_at is not None and entry.change.at >= self.begin)

    @property
    def delays(self) -> "Delays | None":
        """None where nothing was taken that can be counted."""
        waited = [
            entry.delay.total_seconds()
            for entry in self.taken
            if entry.delay is not None and self.since is not None and entry.change.at > self.since
        ]
        if not waited:
            return None
        return Delays(median=timedelta(seconds=median(waited)), worst=timedelta(seconds=max(waited)), count=len(waited))


@dataclass(frozen=True, slots=True, kw_only=True)
class Delays:
    """From when something concerned a partner to when it took it."""

    median: timedelta
    worst: timedelta
    count: int


async def read_accounts(
    store: AccountStore, partners: Sequence[Partner], *, now: datetime, days: int = DAYS
) -> Sequence[Account]:
    """Of each, in their order. Partners with the same terms are told the same."""
    visits, reads = await store.partner_visits(), await store.partner_reads()
    begin = now - timedelta(days=days)
    logs: dict[int, Log] = {}
    accounts = []
    for partner in partners:
        log = logs.get(partner.set_id)
        if log is None:
            changes = await store.entitled_newest(partner.set_id, limit=LOOKED_AT)
            log = logs[partner.set_id] = Log(changes, begin)
        visit, pickups = visits.get(partner.id), tuple[PartnerPickup, ...]()
        if visit is not None:
            pickups = await store.partner_pickups(partner.id, partner.set_id, log.articles, after=log.first - 1)
        accounts.append(account_of(partner, log, pickups, visit, reads.get(partner.id)))
    return accounts


async def read_account(store: AccountStore, partner: Partner, *, now: datetime, days: int = DAYS) -> Account:
    """One, with headlines."""
    [account] = await read_accounts(store, [partner], now=now, days=days)
    return account.with_headlines(await store.headlines({one.change.article_id for one in account.entries}))


class Log:
    """What partners with the same terms were told."""

    def __init__(self, changes: Sequence[EntitledChange], begin: datetime) -> None:
        """`changes`: the newest entries of their log, the newest first; `begin` of the period."""
        self.begin = begin
        self.whole = len(changes) < LOOKED_AT
        self.first = changes[-1].number if changes else 0
        self.told: defaultdict[int, list[EntitledChange]] = defaultdict(list)
        """By article, the newest first."""
        for change in changes:
            self.told[change.article_id].append(change)
        self.looked_at = [
            change
            for change in changes
            if change.at >= begin or (change.action is not Action.INSERT and self.told[change.article_id][0] is change)
        ]
        """All of the period, and before it what may be outstanding."""
        self.articles = {change.article_id for change in self.looked_at}


def account_of(
    partner: Partner, log: Log, pickups: Sequence[PartnerPickup], visit: PartnerVisit | None, read: PartnerRead | None
) -> Account:
    """`pickups`: on its present terms, of the articles that are looked at."""
    # Where its terms changed since it came, it has taken nothing on the present ones.
    since = visit.since if visit is not None and visit.set_id == partner.set_id else None
    have = _Have(pickups, read if read is not None and read.set_id == partner.set_id else None)
    entries = []
    for change in log.looked_at:
        taken_at = have.taken_at(change)
        is_told = taken_at is None and since is not None and change.at > since
        outstanding = is_told and _is_missed(log.told[change.article_id], change, have)
        if change.at >= log.begin or outstanding:
            entries.append(Entry(change=change, taken_at=taken_at, headline="", outstanding=outstanding))
    return Account(
        partner=partner,
        begin=log.begin,
        visited_at=visit.at if visit is not None else None,
        since=since,
        entries=tuple(entries),
        whole=log.whole,
    )


def _is_missed(told: Sequence[EntitledChange], change: EntitledChange, have: "_Have") -> bool:
    """Whether what an article has come to is a correction or a withdrawal to who does not have it. `told`: the newest first."""
    latest, *_, oldest = (*told, told[-1])
    if change is not latest or change.action is Action.INSERT:
        return False
    had = have.newest(change.article_id)
    known = next((one for one in told if one.number <= had), None)
    if known is not None:
        return known.action is not Action.WITHDRAW
    # What was told before the log begins is not known: nor is it that the partner has nothing of it.
    return have.has_any(change.article_id) or oldest.action is not Action.INSERT


class _Have:
    """What a partner provably has."""

    def __init__(self, pickups: Sequence[PartnerPickup], read: PartnerRead | None) -> None:
        steps = {read.number: read.at} if read is not None else {}
        for one in pickups:
            if not one.article_id:
                # When it came last is kept for longer than when it came first.
                steps[one.number] = min(one.at, steps.get(one.number, one.at))
        self._steps = sorted(steps)
        # Another worker may have heard of a later step before.
        self._first_at = list(accumulate((steps[number] for number in reversed(self._steps)), min))[::-1]
        self._of: defaultdict[int, list[PartnerPickup]] = defaultdict(list)
        for one in pickups:
            if one.article_id:
                self._of[one.article_id].append(one)

    def taken_at(self, change: EntitledChange) -> datetime | None:
        ats = [one.at for one in self._of.get(change.article_id, ()) if one.number >= change.number]
        place = bisect_left(self._steps, change.number)
        if place < len(self._steps):
            ats.append(self._first_at[place])
        return min(ats, default=None)

    def has_any(self, article_id: int) -> bool:
        return article_id in self._of

    def newest(self, article_id: int) -> int:
        """The number up to which it has what was told of an article."""
        of_it = (one.number for one in self._of.get(article_id, ()))
        return max(self._steps[-1:] + list(of_it), default=0)
