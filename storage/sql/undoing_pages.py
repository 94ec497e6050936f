"""Taking back what an import did to standing pages."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from storage.model import Page, PageStatus
from storage.sql.mixin import Write
from storage.sql.page_moves import Claim, can_have, make_way, move_together, possible_moves
from storage.sql.page_transfer import origin_of
from storage.sql.pages import pages_at, put_page, remove_page
from storage.sql.paths import find_paths, lead_to_article, lead_to_page

EDITED = "edited here since"
ELSEWHERE = "something else has the path that it had"


def move_pages_back(write: Write, noted: Mapping[str, Mapping[str, Any]]) -> None:
    """Move the pages of these origins to where they were, all at once: some may be where others of them were."""
    claims = []
    for origin, was in noted.items():
        page = _page_of(write, origin)
        if page is not None and was["fields"] is not None and _unedited(write, origin, page):
            fields = was["fields"]
            claims.append(Claim(origin, page, fields["path"], fields["status"] == PageStatus.PUBLISHED))
    if moves := possible_moves(write.db, claims):
        move_together(write, moves)


def _page_of(write: Write, origin: str) -> Page | None:
    known = origin_of(write.db, origin)
    return pages_at(write.db, [known.path]).get(known.path) if known else None


def _unedited(write: Write, origin: str, page: Page) -> bool:
    known = origin_of(write.db, origin)
    return known is not None and page.version == known.version


def undo_page(write: Write, origin: str, was: Mapping[str, Any]) -> tuple[str, str]:
    """Take back what an import made of a page, known by its origin: ('', ''), or its name and why it stays as it is (EDITED), or is
    what it was, but not where (ELSEWHERE).
    """
    page = _page_of(write, origin)
    if page is None:
        return "", ""
    name = f"{page.title} ({page.path})"
    if not _unedited(write, origin, page):
        return name, EDITED
    fields = was["fields"]
    if fields is None:
        remove_page(write, page)
        write.db.execute("DELETE FROM page_origins WHERE origin = ?", (origin,))
        _lead_back(write, was, page.path)
        return "", ""
    wanted = replace(page, **fields | {"status": PageStatus(fields["status"])})
    _lead_back(write, was, page.path)
    claim = Claim(origin, page, wanted.path, wanted.public)
    has_way = can_have(write.db, claim)
    if has_way:
        make_way(write, claim)
    else:
        # Readers do not see it where it never was.
        wanted = replace(wanted, path=page.path, status=wanted.status if page.public else PageStatus.DRAFT)
    kept = put_page(write, page, wanted)
    # What the source says is news again: the same import changes it once more.
    write.db.execute("UPDATE page_origins SET digest = '', version = ? WHERE origin = ?", (kept.version, origin))
    return ("", "") if has_way else (name, ELSEWHERE)


def lead_on_again(write: Write, origin: str, was: Mapping[str, Any]) -> None:
    """Lead to a page from where it had been, and others were put, unless readers see something there: after those went back."""
    page = _page_of(write, origin)
    if page is None:
        return
    for path in was.get("let_go", ()):
        standing = pages_at(write.db, [path]).get(path)
        is_free = path == page.path or standing is None or not standing.public
        if is_free and can_have(write.db, Claim(origin, page, path, public=True)):
            lead_to_page(write.db, path, page.path)


def _lead_back(write: Write, was: Mapping[str, Any], page: str) -> None:
    """Lead to a page, or to the article that it was, what had led there, unless readers see something else by it."""
    paths: Sequence[str] = was.get("paths", ())
    led = find_paths(write.db, paths, aliases=False) if paths else {}
    free = [path for path in paths if path not in led or led[path].gone or led[path].page == page]
    if article_id := was.get("article"):
        write.db.execute(f"DELETE FROM paths WHERE {write.db.among('path')}", (write.db.array(free),))
        lead_to_article(write.db, article_id, free)
        return
    for path in free:
        lead_to_page(write.db, path, page)
