"""Redirects: put, list, delete."""

from typing import Annotated

from pydantic import AfterValidator, Field
from starlette.responses import Response

from feeds.aside import aside
from feeds.clean.fields import read
from feeds.web.api.operations import Call, answer
from feeds.web.api.paging import Page, Query, TextCursor, cut
from feeds.web.api.resources import Redirect, RedirectPage
from feeds.web.redirects import RedirectFields, keep_redirects, old_path
from storage.errors import Conflict
from storage.model import Outcome


class RedirectsQuery(Page):
    cursor: TextCursor = None


class OldQuery(Query):
    old: Annotated[str, Field(max_length=2_000), AfterValidator(old_path)]
    """The old path, as the list shows it."""


async def list_redirects(call: Call) -> Response:
    """A page of all redirects, by old path. Raises nothing of its own."""
    query = call.asked(RedirectsQuery)
    rows = await call.site.store.list_redirects(after=query.cursor or "", limit=query.limit + 1)
    aliases, next = cut(rows, query.limit, lambda alias: alias.path)
    return answer(RedirectPage(items=[Redirect.of(alias) for alias in aliases], next=next))


async def put_redirect(call: Call) -> Response:
    """The redirect as it is kept: 201 where there was none. Raises Invalid naming every wrong field, Conflict where something
    stands at the old path, or the new one leads back to it.
    """
    fields = await aside(read, RedirectFields, call.body)
    [redirected] = await keep_redirects(call.site.store, call.site.urls.base, [fields])
    if redirected.outcome is None:
        raise Conflict(f"{redirected.why}: nothing was changed.")
    return answer(Redirect.of(redirected.alias), 201 if redirected.outcome is Outcome.ADDED else 200)


async def delete_redirect(call: Call) -> Response:
    """204. Raises NotFound."""
    await call.site.store.remove_redirect(call.asked(OldQuery).old)
    return Response(None, 204, {"Cache-Control": "no-store"})
