"""Sections: create, list, read, rename, delete."""

from starlette.responses import Response

from feeds.newsroom.publishing import create_section, edit_section, find_section
from feeds.web.api.operations import Call, answer
from feeds.web.api.paging import Page, TextCursor, cut
from feeds.web.api.resources import Section, SectionPage
from storage import model


class SectionsQuery(Page):
    cursor: TextCursor = None


async def add_section(call: Call) -> Response:
    """201 with the section. Raises Invalid naming every wrong field, Conflict if its path is or was taken, Repeated."""
    site = call.site

    def created(section: model.Section) -> Response:
        shown = Section.of(section, site.urls)
        return answer(shown, 201, {"Location": shown.urls.api})

    return created(await create_section(site.store, call.body, clock=site.clock, once=call.once(created)))


async def list_sections(call: Call) -> Response:
    """A page of all sections, by path. Raises nothing of its own."""
    query = call.asked(SectionsQuery)
    rows = [row for row in await call.site.store.get_sections() if query.cursor is None or row.path > query.cursor]
    sections, next = cut(rows, query.limit, lambda section: section.path)
    return answer(SectionPage(items=[Section.of(section, call.site.urls) for section in sections], next=next))


async def read_section(call: Call) -> Response:
    """The section at a path. Raises NotFound."""
    return answer(Section.of(await find_section(call.site.store, _path(call)), call.site.urls))


async def rename_section(call: Call) -> Response:
    """The section with its new title and description. Raises NotFound, Invalid naming every wrong field."""
    return answer(Section.of(await edit_section(call.site.store, _path(call), call.body), call.site.urls))


async def delete_section(call: Call) -> Response:
    """204. Raises NotFound, Conflict while it has articles or sections in it."""
    await call.site.store.delete_section(_path(call))
    return Response(None, 204, {"Cache-Control": "no-store"})


def _path(call: Call) -> str:
    path: str = call.request.path_params["path"]
    return path
