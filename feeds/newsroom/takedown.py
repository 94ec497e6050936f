"""Taking an article back everywhere: from readers at once, and from partners until each has said that it knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from feeds.newsroom.publishing import withdraw
from storage.clock import Clock
from storage.model import Article, Partner
from storage.protocol import Articles, Entitlements, Partners


class TakedownStore(Articles, Partners, Entitlements, Protocol):
    """What taking back asks of a store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A partner that had the article."""

    partner: Partner
    at: datetime | None
    """When it came back for what follows the withdrawal, and so has it; None: it has not."""


async def take_down(store: TakedownStore, article_id: int, reason: str, *, clock: Clock) -> Article:
    """Withdraw an article, and note why where the newsroom alone reads it; it stays so where it is withdrawn already.

    Partners' views are brought up. Raises NotFound, Conflict, Unreadable.
    """

    noted = f"Withdrawn on {clock():%Y-%m-%d %H:%M} UTC: {reason}"
    article = await withdraw(store, article_id, note=noted)
    await store.expand_views()
    return article


async def who_knows(store: TakedownStore, article_id: int) -> Sequence[Told]:
    """Partners whose terms had let them see the article, by name.

    A partner keeps the cursor of what it is told with what that comes with: when it asks for what comes after the withdrawal, it
    has it. Of one that reads feeds alone nobody knows.
    """
    numbers, reads = await store.withdrawals_of(article_id), await store.partner_reads()
    told = []
    for partner in await store.list_partners():
        number, read = numbers.get(partner.set_id), reads.get(partner.id)
        if number is not None:
            knows = read is not None and read.set_id == partner.set_id and read.number >= number
            told.append(Told(partner=partner, at=read.at if read is not None and knows else None))
    return told
