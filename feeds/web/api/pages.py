"""Standing pages: put, list, read, delete."""

from starlette.responses import Response

from feeds.http.conditional import not_modified
from feeds.http.headers import field_value
from feeds.newsroom.standing import delete_page, find_page, put_page
from feeds.web.api.operations import REVALIDATED, Call, answer
from feeds.web.api.paging import Page, TextCursor, cut
from feeds.web.api.preconditions import etag, if_match
from feeds.web.api.resources import StandingPage, StandingPages


class PagesQuery(Page):
    cursor: TextCursor = None


async def list_standing(call: Call) -> Response:
    """A page of all standing pages, by path. Raises nothing of its own."""
    query = call.asked(PagesQuery)
    rows = await call.site.store.list_pages(after=query.cursor or "", limit=query.limit + 1)
    pages, next = cut(rows, query.limit, lambda page: page.path)
    return answer(StandingPages(items=[StandingPage.of(page, call.site.urls) for page in pages], next=next))


async def read_standing(call: Call) -> Response:
    """The page at a path, or 304. Raises NotFound."""
    page = await find_page(call.site.store, _path(call))
    known, now = field_value(call.request.headers, "if-none-match"), call.site.clock()
    if not_modified(known, None, etag=etag(page), modified_at=page.modified_at or now, now=now):
        return Response(None, 304, {"ETag": etag(page), "Cache-Control": REVALIDATED})
    return answer(StandingPage.of(page, call.site.urls), headers={"ETag": etag(page)}, cache=REVALIDATED)


async def put_standing(call: Call) -> Response:
    """The page as it is kept: 201 where there was none. Raises Invalid naming every wrong field, Stale where If-Match names another
    version, Conflict for a path that something else has.
    """
    page, is_new = await put_page(call.site.store, _path(call), call.body, if_version=if_match(call.request))
    shown = StandingPage.of(page, call.site.urls)
    return answer(shown, 201 if is_new else 200, {"Location": shown.urls.api, "ETag": etag(page)})


async def delete_standing(call: Call) -> Response:
    """204. Raises NotFound, Stale, Conflict if too many edits meet."""
    await delete_page(call.site.store, _path(call), if_version=if_match(call.request))
    return Response(None, 204, {"Cache-Control": "no-store"})


def _path(call: Call) -> str:
    path: str = call.request.path_params["path"]
    return path
