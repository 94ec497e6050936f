"""What a filter leaves of the list of all articles, by a loop over all of it: what the store is compared with."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import combinations
from typing import Any
from unittest.mock import patch

from storage.model import Article, ArticleFilter, ArticleStatus
from storage.protocol import Store
from storage.sql import filters


def leaves(wanted: ArticleFilter, article: Article) -> bool:
    """Whether all conditions are true of the article."""
    return (
        wanted.status in (None, article.status)
        and wanted.guid in (None, article.guid)
        and (wanted.section is None or any(f"{path}/".startswith(f"{wanted.section}/") for path in article.sections))
        and (wanted.tag is None or wanted.tag in {tag.slug for tag in article.tags})
        and (wanted.author is None or wanted.author in {author.slug for author in article.authors})
        and (wanted.updated_since is None or (article.modified_at or wanted.updated_since) >= wanted.updated_since)
    )


async def filtered(store: Store, wanted: ArticleFilter, *, limit: int) -> list[int]:
    """The ids on all pages of a list."""
    ids: list[int] = []
    below = None
    while True:
        found = await store.filter_articles(wanted, before_id=below, limit=limit)
        assert len(found.articles) <= limit
        ids += [article.id for article in found.articles]
        stopped_at = found.articles[-1].id if len(found.articles) == limit else found.stopped_at
        if stopped_at is None:
            return ids
        assert below is None or stopped_at < below, "each page comes further"
        below = stopped_at


async def check_filters(store: Store, *, together: int = 2) -> None:
    """Every filter of so many conditions, and of one more, of whatever is known of any article or of none, page by page."""
    articles = await store.list_articles(limit=1000)
    with patch.object(filters, "WALKED", 3):
        for wanted in _filters(articles, together):
            expected = [article.id for article in articles if leaves(wanted, article)]
            assert await filtered(store, wanted, limit=2) == expected, wanted


def _filters(articles: Sequence[Article], together: int) -> Iterator[ArticleFilter]:
    conditions = list(_conditions(articles))
    yield ArticleFilter()
    for count in range(1, together + 1):
        for chosen in combinations(conditions, count):
            if len({name for name, _ in chosen}) == count:
                yield ArticleFilter(**dict(chosen))  # type: ignore[arg-type]


def _conditions(articles: Iterable[Article]) -> Iterator[tuple[str, object]]:
    """Each once, with what no article has."""
    known: dict[str, set[Any]] = {
        "status": set(),
        "guid": {"urn:nobody"},
        "section": {"nowhere", "wor", "world/africa/"},
        "tag": {"nothing"},
        "author": {"nobody"},
        "updated_since": set(),
    }
    for article in articles:
        known["status"].add(article.status)
        known["section"].update(article.sections, (path.partition("/")[0] for path in article.sections))
        known["tag"].update(tag.slug for tag in article.tags)
        known["author"].update(author.slug for author in article.authors)
        known["updated_since"].add(article.modified_at)
    newest = [*articles][:1]
    known["guid"].update(article.guid for article in newest)
    dates = sorted(known["updated_since"], key=str)
    known["updated_since"] = {*dates[:1], *dates[-2:]}
    return ((name, value) for name, values in known.items() for value in sorted(values, key=str))


def every_filter(section: str, tag: str, author: str, since: datetime) -> Iterator[ArticleFilter]:
    """Each condition alone, and each two of them together."""
    status = ArticleStatus.PUBLISHED
    conditions = (
        ("section", section),
        ("tag", tag),
        ("author", author),
        ("updated_since", since),
        ("status", status),
        ("guid", "urn:x"),
    )
    for count in (1, 2):
        for chosen in combinations(conditions, count):
            yield ArticleFilter(**dict(chosen))  # type: ignore[arg-type]
