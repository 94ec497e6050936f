"""Where all public articles are, by id: a page of them is one range, however many there are."""

from collections.abc import Sequence
from datetime import datetime

from storage import scopes
from storage.model import Location, LocationList, LocationPage, LocationPages, NewsList, Subject, article_path
from storage.omissions import Name
from storage.scopes import HOME, locations_scope, with_older
from storage.sql.engine import Connection
from storage.sql.mixin import StoreMixin, snapshot
from storage.sql.rows import ARTICLE, Row, from_us, require_text, to_articles, to_us


class SitemapMixin(StoreMixin):
    async def location_pages(self, *, limit: int, also: Sequence[str] = ()) -> LocationPages:
        return await self._read_shown(lambda db: _read_pages(db, limit, also))

    async def read_locations(self, page: int, *, also: Sequence[str] = ()) -> LocationList:
        return await self._read_shown(lambda db: _read_page(db, page, also))

    async def read_news(self, since: datetime, *, limit: int, also: Sequence[str] = ()) -> NewsList:
        return await self._read_shown(lambda db: _read_news(db, since, limit, also))


def _read_pages(db: Connection, limit: int, also: Sequence[str]) -> LocationPages:
    numbers = _page_numbers(db, limit)
    states = snapshot(db, (*with_older(HOME), *also))
    dates = _dates(db, [locations_scope(number) for number in numbers])
    changed_at = max(states.scopes[scope].modified_at for scope in with_older(HOME))
    return LocationPages(
        # Of a page that a worker of an earlier release began there is no date: not one is later than that of all articles.
        pages=tuple(LocationPage(number, dates.get(locations_scope(number), changed_at)) for number in numbers),
        snapshot=states,
    )


def _dates(db: Connection, names: Sequence[str]) -> dict[str, datetime]:
    """When scopes were last raised; those that ever were."""
    rows = db.execute(
        f"""
        SELECT scopes.name, scopes.modified_at FROM scopes WHERE {db.among("scopes.name")}
        """,
        (db.array(names),),
    )
    return {name: from_us(modified_at) for name, modified_at in rows}


def _page_numbers(db: Connection, limit: int) -> list[int]:
    """A look-up for each page: the first article after the end of the one before."""
    pages: list[int] = []
    while len(pages) < limit:
        end = pages[-1] * scopes.LOCATIONS if pages else 0
        row = db.execute("SELECT id FROM articles WHERE id > ? AND public = 1 ORDER BY id LIMIT 1", (end,)).fetchone()
        if row is None:
            break
        pages.append(scopes.location_page(row[0]))
    return pages


def _read_page(db: Connection, page: int, also: Sequence[str]) -> LocationList:
    rows = db.execute(
        """
        SELECT id, seq, day, slug, canonical_url, published_at, updated_at, corrected_at, edited_at FROM articles
        WHERE id > ? AND id <= ? AND public = 1 ORDER BY id
        """,
        ((page - 1) * scopes.LOCATIONS, page * scopes.LOCATIONS),
    )
    return LocationList(
        locations=tuple(
            db.omissions.sift(rows.fetchall(), _location, lambda row: Name(Subject.ARTICLE, row[0], row[1]))
        ),
        snapshot=snapshot(db, (locations_scope(page), *also)),
    )


def _location(row: Row) -> Location:
    require_text(row)
    _, _, day, slug, canonical_url, *moments = row
    edited_at = max(moment for moment in moments if moment is not None)
    return Location(path=article_path(day, slug), canonical_url=canonical_url, edited_at=from_us(edited_at))


def _read_news(db: Connection, since: datetime, limit: int, also: Sequence[str]) -> NewsList:
    scope = "listings.scope_id = (SELECT id FROM scopes WHERE name = ?) AND listings.gone = 0"
    rows = db.execute(
        f"""
        SELECT {ARTICLE} FROM article_listings AS listings CROSS JOIN articles ON articles.id = listings.item_id
        WHERE {scope} AND listings.at > ? ORDER BY listings.at DESC, listings.item_id DESC LIMIT ?
        """,
        (HOME, to_us(since), limit),
    ).fetchall()
    before = db.execute(
        f"SELECT at FROM article_listings AS listings WHERE {scope} AND at <= ? ORDER BY at DESC LIMIT 1",
        (HOME, to_us(since)),
    ).fetchone()
    return NewsList(
        articles=to_articles(db, rows),
        before=from_us(before[0]) if before else None,
        snapshot=snapshot(db, (*with_older(HOME), *also)),
    )
