"""The change log: what a partner or a script asks to learn what is new."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import Response

from feeds import paths
from feeds.web.api.operations import Call, answer
from feeds.web.api.paging import Number, NumberCursor, Page, cut
from feeds.web.api.resources import Change, ChangePage
from storage.errors import Pruned
from storage.model import UNSEEN


class ChangesQuery(Page):
    since: Number = 0
    """The `seq` of the last change that is known; 0 for all that ever were: 410 where some of those are kept no more."""
    cursor: NumberCursor = None


async def list_changes(call: Call) -> Response:
    """A page of the changes after one, in their order, without those of partners and their terms; it may have fewer items than were
    asked for, though more follow. Raises HTTPException (410) where some of them are kept no more."""
    query = call.asked(ChangesQuery)
    after = query.since if query.cursor is None else query.cursor
    try:
        rows = await call.site.store.changes_since(after, limit=query.limit + 1)
    except Pruned as pruned:
        onward = f"{paths.API_CHANGES}?since={pruned.seq}"
        raise HTTPException(
            HTTPStatus.GONE,
            f"Changes up to {pruned.seq} are kept no more. Read {paths.API_ARTICLES} to its end, then go on from {onward}: "
            "what is told twice does no harm.",
            {"Link": f'<{onward}>; rel="start"'},
        ) from None
    changes, next = cut(rows, query.limit, lambda change: change.seq)
    items = [Change.of(change) for change in changes if change.subject not in UNSEEN]
    return answer(ChangePage(items=items, next=next))
