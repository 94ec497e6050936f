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
    """Since when it provably knows; None: it does not."""


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
    has it. Of one that reads feeds it is known where a feed told it so by a tombstone; a mirror may be certified.
    """
    known = await store.withdrawal_known(article_id)
    return [Told(partner=one, at=known[one.id]) for one in await store.list_partners() if one.id in known]
