"""Partners' accounts: what each took, how fresh it was, and what it does not have yet."""

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field
from starlette.responses import Response

from feeds.newsroom.partners.account import DAYS, Account, Entry, read_account
from feeds.newsroom.partners.account_csv import account_csv
from feeds.web.api.operations import Call, answer
from feeds.web.api.paging import Query, digits
from feeds.web.api.resources import Resource

CSV = "text/csv"
_MOST_DAYS = 366


class AccountQuery(Query):
    days: Annotated[int, Field(ge=1, le=_MOST_DAYS), BeforeValidator(digits)] = DAYS
    """How far back."""


class AccountEntry(Resource):
    action: str
    """`insert`, `edit` or `withdraw`."""
    article: int
    guid: str
    headline: str
    """Now; empty of an article that is no more."""
    told_at: datetime
    """Since when it concerns whoever has these terms."""
    taken_at: datetime | None
    """When the partner first had it, or what came in its place; null: not as far as is known."""
    outstanding: bool
    """A correction or withdrawal of what the partner has, or may have, and which it does not have yet."""

    @classmethod
    def of(cls, entry: Entry) -> "AccountEntry":
        change = entry.change
        return cls(
            action=change.action.value,
            article=change.article_id,
            guid=change.guid,
            headline=entry.headline,
            told_at=change.at,
            taken_at=entry.taken_at,
            outstanding=entry.outstanding,
        )


class Freshness(Resource):
    """Seconds from when something concerned the partner to when it took it."""

    median: float
    worst: float
    count: int

    @classmethod
    def of(cls, account: Account) -> "Freshness | None":
        delays = account.delays
        if delays is None:
            return None
        return cls(median=delays.median.total_seconds(), worst=delays.worst.total_seconds(), count=delays.count)


class PartnerAccount(Resource):
    name: str
    begin: datetime
    """Of the period."""
    visited_at: datetime | None
    """When it was here last."""
    since: datetime | None
    """When it first took something on its present terms."""
    taken: int
    outstanding: int
    freshness: Freshness | None
    """Of what came after the first pick-up; null where nothing was taken."""
    items: list[AccountEntry]
    """What it was told in the period, the newest first; and before that, what is outstanding."""
    whole: bool
    """Whether that is all: of a log that is longer than 10,000 entries, these are looked at."""
    next: str | None
    """Null: they come at once."""


async def read_partner_account(call: Call) -> Response:
    """The account. Raises NotFound."""
    account = await _account(call)
    return answer(
        PartnerAccount(
            name=account.partner.name,
            begin=account.begin,
            visited_at=account.visited_at,
            since=account.since,
            taken=len(account.taken),
            outstanding=len(account.outstanding),
            freshness=Freshness.of(account),
            items=list(map(AccountEntry.of, account.entries)),
            whole=account.whole,
            next=None,
        )
    )


async def read_partner_account_csv(call: Call) -> Response:
    """The same as CSV. Raises NotFound."""
    return csv_of(await _account(call))


def csv_of(account: Account) -> Response:
    fields = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="account.csv"'}
    return Response(account_csv(account).encode("utf-8", "replace"), headers=fields, media_type=CSV)


async def _account(call: Call) -> Account:
    """Raises NotFound."""
    partner = await call.site.store.get_partner(call.request.path_params["name"])
    query = call.asked(AccountQuery)
    return await read_account(call.site.store, partner, now=call.site.store.now(), days=query.days)
