"""What an article may have at most, whoever brings it: a feed or page of it must not take seconds to make."""

from collections.abc import Iterator
from dataclasses import replace

from feeds.clean.fields import MAX_LINE, MAX_TEXT, MAX_WORDS
from feeds.newsroom.submissions import MAX_AUTHORS, MAX_ENCLOSURES, MAX_SECTIONS, MAX_TAGS
from storage.model import Article

_LISTS = {"tags": MAX_TAGS, "authors": MAX_AUTHORS, "enclosures": MAX_ENCLOSURES, "sections": MAX_SECTIONS}
_TEXTS = {
    "headline": MAX_WORDS, "summary": MAX_TEXT, "dateline": MAX_LINE, "rights": MAX_LINE, "editorial_note": MAX_TEXT,
    "correction": MAX_TEXT,
}  # fmt: skip


def within_limits(article: Article) -> tuple[Article, tuple[str, ...]]:
    """The article with the first of what it has too many of, and what was cut: '9,800 tags', 'summary'."""
    lists = {name: getattr(article, name)[:most] for name, most in _LISTS.items() if len(getattr(article, name)) > most}
    texts = {name: getattr(article, name)[:most] for name, most in _TEXTS.items() if len(getattr(article, name)) > most}
    if not lists and not texts:
        return article, ()
    return replace(article, **lists, **texts), (*_counted(article, lists), *texts)


def _counted(article: Article, lists: dict[str, tuple[object, ...]]) -> Iterator[str]:
    for name, kept in lists.items():
        yield f"{len(getattr(article, name)) - len(kept):,} of its {name}"
