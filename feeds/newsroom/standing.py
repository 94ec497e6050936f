"""Standing pages as they are submitted: About, Contact, Privacy."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

from pydantic import AfterValidator, Field

from feeds.aside import aside
from feeds.clean.fields import Fields, Words, read
from feeds.clean.text import one_line
from feeds.newsroom.revising import ATTEMPTS, Stale, revise
from feeds.newsroom.submissions import Body
from feeds.own_paths import is_own
from storage.errors import Conflict, Invalid, NotFound
from storage.keys import LONGEST_KEY, is_long
from storage.model import Page, PageStatus
from storage.protocol import Pages

_NOT_IN_PATH = frozenset('?#%<>"\\\ufffd')


def page_path(text: str) -> str:
    """'/about/team/' of 'about/team'. Raises ValueError for what cannot be a path."""
    parts = text.strip("/").split("/")
    if not all(_may_be_part(part) for part in parts):
        raise ValueError("Give the parts of a path with slashes between them, as in about/team")
    path = f"/{'/'.join(parts)}/"
    if is_long(path):
        raise ValueError(f"Use at most {LONGEST_KEY:,} bytes in UTF-8")
    return path


def _may_be_part(part: str) -> bool:
    is_line = part == one_line(part) and not any(char.isspace() or char in _NOT_IN_PATH for char in part)
    return is_line and part.strip(".") != ""


class PageFields(Fields):
    title: Words
    body_html: Annotated[Body | None, AfterValidator(lambda html: html or "")] = ""
    """HTML; cleaned as an article's is. Relative links are relative to the page."""
    status: Annotated[PageStatus, Field(strict=False)] | None = None
    """When absent, what it was; of a new page, `draft`."""
    path: Annotated[str, Field(max_length=2_000), AfterValidator(page_path)] | None = None
    """Where the page moves to; its former path leads there from then on. Absent: it stays."""


async def put_page(
    store: Pages, path: str, data: Mapping[str, object], *, if_version: frozenset[int] | None = None
) -> tuple[Page, bool]:
    """Keep a page made of `PageFields` at a path, in place of the one that is there; and whether there was none. Nothing is written
    when nothing differs.

    `if_version`: the versions at which alone it may be replaced; None for any, and for none.
    Raises Invalid naming every wrong field, Stale, Conflict for a path that something else has, and where too many edits meet.
    """
    at = _asked_path(path)
    fields = await aside(read, PageFields, data)

    async def write(kept: Page) -> Page:
        page = replace(
            kept,
            path=fields.path or kept.path,
            title=fields.title,
            body_html=fields.body_html or "",
            status=fields.status or kept.status,
        )
        if page.public or page.path != kept.path:
            _require_free(page.path)
        return await store.update_page(kept.path, page, if_version=kept.version)

    for attempt in range(1, ATTEMPTS + 1):
        try:
            return await revise(lambda: store.get_page(at), write, if_version=if_version), False
        except NotFound:
            if if_version is not None:
                raise Stale(f"There is no page {at}; read it again") from None
        try:
            return await store.add_page(_new(at, fields)), True
        except Conflict:
            # Where another page came first it is replaced; what else has a path keeps it.
            if attempt == ATTEMPTS or not await _is_there(store, at):
                raise
    raise AssertionError("the last attempt returns or raises")


def _new(path: str, fields: PageFields) -> Page:
    """Raises Conflict, Invalid."""
    _require_free(path)
    if fields.path not in (None, path):
        raise Invalid({"path": f"There is no page {path} that could move: put it where it is to be."})
    return Page(
        path=path,
        title=fields.title,
        body_html=fields.body_html or "",
        status=fields.status or PageStatus.DRAFT,
    )


async def find_page(store: Pages, path: str) -> Page:
    """Raises NotFound."""
    return await store.get_page(_found_path(path))


async def delete_page(store: Pages, path: str, *, if_version: frozenset[int] | None = None) -> None:
    """Raises NotFound, Stale, Conflict where too many edits meet."""
    at = _found_path(path)

    async def write(kept: Page) -> Page:
        await store.delete_page(at, if_version=kept.version)
        return kept

    await revise(lambda: store.get_page(at), write, if_version=if_version)


async def _is_there(store: Pages, path: str) -> bool:
    try:
        await store.get_page(path)
    except NotFound:
        return False
    return True


def _require_free(path: str) -> None:
    """Raises Conflict."""
    if is_own(path):
        raise Conflict(f"The path {path} is the site's own, and no page may be there: choose another path.")


def _asked_path(path: str) -> str:
    """Raises Invalid, and Conflict for the front page's."""
    if not path.strip("/"):
        _require_free("/")
    try:
        return page_path(path)
    except ValueError as error:
        raise Invalid({"path": f"{error}."}) from None


def _found_path(path: str) -> str:
    """Raises NotFound for what no page could have."""
    try:
        return page_path(path)
    except ValueError:
        raise NotFound(f"There is no page {path}.") from None
