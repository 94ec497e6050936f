"""Bans: kept, listed, lifted."""

from starlette.responses import Response

from feeds.newsroom.bans import ban
from feeds.web.api.operations import Call, answer
from feeds.web.api.paging import NumberCursor, Page, cut
from feeds.web.api.resources import Ban, BanPage, KeptBan


class BansQuery(Page):
    cursor: NumberCursor = None


async def add_ban(call: Call) -> Response:
    """201 with the ban, or 200 with the one that is there. Raises Invalid naming every wrong field."""
    assert call.token is not None, "nobody bans without a token"
    site = call.site
    banned = await ban(site.store, call.body, policy=site.comment_policy, by=f"api:{call.token.name}", clock=site.clock)
    kept = KeptBan(**Ban.fields_of(banned.ban), trashed=banned.trashed)
    return answer(kept, 201 if banned.is_new else 200)


async def list_bans(call: Call) -> Response:
    """A page of those that stand, newest first. Raises nothing of its own."""
    query = call.asked(BansQuery)
    rows = await call.site.store.list_bans(before_id=query.cursor, limit=query.limit + 1)
    bans, further = cut(rows, query.limit, lambda one: one.id)
    return answer(BanPage(items=[Ban(**Ban.fields_of(one)) for one in bans], next=further))


async def lift_ban(call: Call) -> Response:
    """204. Raises NotFound."""
    await call.site.store.lift_ban(call.id)
    return Response(None, 204, {"Cache-Control": "no-store"})
