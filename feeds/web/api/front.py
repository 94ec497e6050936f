"""What the newsroom puts where on its pages, and its authors: read and change."""

from starlette.responses import Response

from feeds.newsroom.front import (
    AuthorPatch,
    NavigationFields,
    PinnedFields,
    edit_author,
    pin_articles,
    set_navigation,
)
from feeds.web.api.access import PUBLISH
from feeds.web.api.operations import Call, Operation, answer
from feeds.web.api.paging import Page, TextCursor, cut
from feeds.web.api.resources import Byline, BylinePage, Navigation, Pinned


class AuthorsQuery(Page):
    cursor: TextCursor = None


async def read_navigation(call: Call) -> Response:
    """The paths of the sections in it. Raises nothing of its own."""
    return answer(Navigation(sections=list(await call.site.store.get_navigation())))


async def put_navigation(call: Call) -> Response:
    """As it is kept. Raises Invalid naming every wrong field."""
    await set_navigation(call.site.store, call.body)
    return await read_navigation(call)


async def read_pinned(call: Call) -> Response:
    """The ids of the articles, public or not. Raises nothing of its own."""
    return answer(Pinned(articles=list(await call.site.store.get_pinned())))


async def put_pinned(call: Call) -> Response:
    """As they are kept. Raises Invalid naming every wrong field."""
    await pin_articles(call.site.store, call.body)
    return await read_pinned(call)


async def list_authors(call: Call) -> Response:
    """A page of all authors, by slug. Raises nothing of its own."""
    query = call.asked(AuthorsQuery)
    rows = await call.site.store.list_authors(after=query.cursor or "", limit=query.limit + 1)
    authors, next = cut(rows, query.limit, lambda author: author.slug)
    return answer(BylinePage(items=[Byline.of(author, call.site.urls) for author in authors], next=next))


async def read_author(call: Call) -> Response:
    """The author of a slug. Raises NotFound."""
    author = await call.site.store.get_author(call.request.path_params["slug"])
    return answer(Byline.of(author, call.site.urls))


async def patch_author(call: Call) -> Response:
    """The author as kept. Raises NotFound, Invalid naming every wrong field."""
    author = await edit_author(call.site.store, call.request.path_params["slug"], call.body)
    return answer(Byline.of(author, call.site.urls))


FRONT_OPERATIONS = (
    Operation(
        name="readNavigation",
        method="GET",
        path="/navigation",
        summary="The sections that the navigation of every page shows",
        handler=read_navigation,
        scopes=(PUBLISH,),
        answer=Navigation,
    ),
    Operation(
        name="putNavigation",
        method="PUT",
        path="/navigation",
        summary="Choose the sections that the navigation of every page shows, and their order",
        handler=put_navigation,
        scopes=(PUBLISH,),
        body=NavigationFields,
        example={"sections": ["world", "world/africa", "business"]},
        answer=Navigation,
    ),
    Operation(
        name="readPinned",
        method="GET",
        path="/pinned",
        summary="The articles that the front page begins with",
        handler=read_pinned,
        scopes=(PUBLISH,),
        answer=Pinned,
    ),
    Operation(
        name="putPinned",
        method="PUT",
        path="/pinned",
        summary="Choose the articles that the front page begins with; no feed changes",
        handler=put_pinned,
        scopes=(PUBLISH,),
        body=PinnedFields,
        example={"articles": [1]},
        answer=Pinned,
    ),
    Operation(
        name="listAuthors",
        method="GET",
        path="/authors",
        summary="Every author, by slug",
        handler=list_authors,
        scopes=(PUBLISH,),
        query=AuthorsQuery,
        answer=BylinePage,
    ),
    Operation(
        name="readAuthor",
        method="GET",
        path="/authors/{slug}",
        summary="One author",
        handler=read_author,
        scopes=(PUBLISH,),
        answer=Byline,
        refusals=(404,),
    ),
    Operation(
        name="editAuthor",
        method="PATCH",
        path="/authors/{slug}",
        summary="Change an author's name, own page, or the line about them",
        handler=patch_author,
        scopes=(PUBLISH,),
        body=AuthorPatch,
        example={"about": "Reports from East Africa."},
        answer=Byline,
        refusals=(404,),
    ),
)
