"""Whatever was edited at the source, a second import follows it: what is here then is what an import of the last export alone
would have brought.
"""

import json
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from feeds.importers import export_lines
from storage.protocol import Store
from storage.scopes import COMMENTS, HOME
from tests.importers.changing_sites import Edit, edited, export, founded, lives
from tests.importers.reading import NOW, keep
from tests.stores import Stores, opened_store

_ARTICLE = (
    "guid", "headline", "slug", "sections", "authors", "tags", "summary", "body_html", "status", "published_at",
    "comments_open", "editorial_note",
)  # fmt: skip
_COMMENT = ("id", "parent_id", "author_name", "author_email", "author_url", "body_html", "status", "created_at")


async def shown(store: Store) -> tuple[dict[str, Any], ...]:
    """Articles with their threads, the sections that they are in and the pages, in the fields that an export decides; what is
    withdrawn, or in the trash, is as if it were not here.
    """
    articles: dict[str, Any] = {}
    sections: dict[str, Any] = {}
    pages: dict[str, Any] = {}
    async for line in export_lines(store, private=True):
        said = json.loads(line)
        if "article" in said and said["article"]["status"] != "withdrawn":
            thread = [
                {name: comment[name] for name in _COMMENT}
                for comment in said["comments"]
                if comment["status"] != "trash"
            ]
            articles[said["article"]["guid"]] = [{name: said["article"].get(name) for name in _ARTICLE}, thread]
        elif "section" in said:
            sections[said["section"]["path"]] = (said["section"]["title"], said["section"]["description"])
        elif "page" in said:
            pages[said["page"]["path"]] = [said["page"][name] for name in ("title", "body_html", "status")]
    used = {path for article, _ in articles.values() for path in article["sections"]}
    return articles, {path: one for path, one in sections.items() if path in used}, pages


async def listed(store: Store) -> tuple[list[str], list[tuple[str, str]]]:
    """What readers see, in its order."""
    home = await store.read_articles(HOME, limit=50)
    replies = await store.read_comments(COMMENTS, limit=50)
    return [article.guid for article in home.articles], [
        (found.comment.guid, found.comment.body_html) for found in replies.comments
    ]


async def follows(url: str, life: list[list[Edit]], stores: Stores) -> None:
    site = founded()
    with TemporaryDirectory() as name, stores.new() as fresh_url:
        folder = Path(name)
        async with opened_store(url, lambda: NOW) as store, opened_store(fresh_url, lambda: NOW) as fresh:
            await keep(store, folder, export(site))
            for changes in life:
                site = edited(site, changes)
                summary = await keep(store, folder, export(site))
                assert summary.conflicts.named == ()
                again = await keep(store, folder, export(site))
                assert again.import_id == 0
            await keep(fresh, folder, export(site))
            assert await shown(store) == await shown(fresh)
            assert await listed(store) == await listed(fresh)


def test_any_edit_at_the_source_is_followed(stores: Stores) -> None:
    stores.play_any(partial(follows, stores=stores), examples=12, life=lives)


@pytest.mark.nightly
def test_very_many_edits_at_the_source(stores: Stores) -> None:
    stores.play_any(partial(follows, stores=stores), examples=2000, life=lives)
