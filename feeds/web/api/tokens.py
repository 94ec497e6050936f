"""Tokens: which there are, and their end. They are made where the server runs, by `dateline token create`."""

from starlette.responses import Response

from feeds.web.api.operations import Call, answer
from feeds.web.api.paging import Page, TextCursor, cut
from feeds.web.api.resources import Token, TokenPage


class TokensQuery(Page):
    cursor: TextCursor = None


async def list_tokens(call: Call) -> Response:
    """A page of all tokens, by name. Raises nothing of its own."""
    query = call.asked(TokensQuery)
    rows = [row for row in await call.site.store.list_tokens() if query.cursor is None or row.name > query.cursor]
    tokens, next = cut(rows, query.limit, lambda token: token.name)
    return answer(TokenPage(items=[Token.of(token) for token in tokens], next=next))


async def revoke_token(call: Call) -> Response:
    """204. Raises NotFound."""
    await call.site.store.revoke_token(call.request.path_params["name"])
    return Response(None, 204, {"Cache-Control": "no-store"})
