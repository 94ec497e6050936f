"""The change log: what a partner or a script asks to learn what is new."""

from starlette.responses import Response

from feeds.web.api.operations import Call, answer
from feeds.web.api.paging import Number, NumberCursor, Page, cut
from feeds.web.api.resources import Change, ChangePage


class ChangesQuery(Page):
    since: Number = 0
    """The `seq` of the last change that is known; 0 for all."""
    cursor: NumberCursor = None


async def list_changes(call: Call) -> Response:
    """A page of the changes after one, in their order. Raises nothing of its own."""
    query = call.asked(ChangesQuery)
    after = query.since if query.cursor is None else query.cursor
    rows = await call.site.store.changes_since(after, limit=query.limit + 1)
    changes, next = cut(rows, query.limit, lambda change: change.seq)
    return answer(ChangePage(items=[Change.of(change) for change in changes], next=next))
