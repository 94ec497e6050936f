"""Members of a partner: kept, listed, read, given another key, ended."""

from starlette.responses import Response

from feeds.newsroom.partners.members import end_members, keep_member, replace_key
from feeds.web.api.member_resources import EndedCount, KeptMember, Member, MemberPage
from feeds.web.api.operations import Call, answer
from feeds.web.api.paging import Page, TextCursor, cut
from storage.errors import NotFound

_DONE = {"Cache-Control": "no-store"}


class MembersQuery(Page):
    cursor: TextCursor = None
    flagged: bool = False
    """Only those whose keys seem to have leaked."""


async def list_members(call: Call) -> Response:
    """A page of a partner's, by id. Raises NotFound."""
    query = call.asked(MembersQuery)
    rows = await call.site.store.list_members(
        _partner(call), after=query.cursor or "", limit=query.limit + 1, flagged=query.flagged
    )
    members, further = cut(rows, query.limit, lambda member: member.name)
    return answer(MemberPage(items=list(map(Member.of, members)), next=further))


async def put_member(call: Call) -> Response:
    """201 with the key, this once; 200 without it where there is the member already. Raises NotFound, Invalid."""
    store = call.site.store
    member, secret = await keep_member(store, _partner(call), _member(call), call.body, clock=call.site.clock)
    partner = await store.get_partner(_partner(call))
    shown = KeptMember.with_key(member, partner, secret, call.site.urls)
    return answer(shown, 201 if secret else 200)


async def read_member(call: Call) -> Response:
    """One of them. Raises NotFound."""
    return answer(Member.of(await call.site.store.get_member(_partner(call), _member(call))))


async def rotate_key(call: Call) -> Response:
    """The member with its new key, this once. Raises NotFound."""
    member, secret = await replace_key(call.site.store, _partner(call), _member(call))
    partner = await call.site.store.get_partner(_partner(call))
    return answer(KeptMember.with_key(member, partner, secret, call.site.urls))


async def clear_member(call: Call) -> Response:
    """The member, not flagged any more. Raises NotFound."""
    return answer(Member.of(await call.site.store.clear_member(_partner(call), _member(call))))


async def end_member(call: Call) -> Response:
    """204. Raises NotFound."""
    if not await call.site.store.end_members(_partner(call), [_member(call)]):
        raise NotFound(f"There is no member {_member(call)!r} of that partner.")
    return Response(None, 204, _DONE)


async def end_many(call: Call) -> Response:
    """How many there were. Raises NotFound, Invalid."""
    return answer(EndedCount(ended=await end_members(call.site.store, _partner(call), call.body)))


def _partner(call: Call) -> str:
    name: str = call.request.path_params["name"]
    return name


def _member(call: Call) -> str:
    id_: str = call.request.path_params["member"]
    return id_
