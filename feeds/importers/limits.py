"""What an article may have at most, whoever brings it: a feed or page of it must not take seconds to make, and an index has to
hold its keys.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from feeds.clean.fields import MAX_LINE, MAX_TEXT, MAX_WORDS
from feeds.newsroom.submissions import MAX_AUTHORS, MAX_ENCLOSURES, MAX_SECTIONS, MAX_TAGS
from storage.keys import article_keys, comment_keys, is_long, long_keys
from storage.model import Article, ArticleRecord

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


_LOST = re.compile(r"<img(?![^<>]*\ssrc=)[^<>]*>")


def without_lost_pictures(article: Article) -> tuple[Article, int]:
    """The article without pictures of which no address is left, for they were part of the text (`data:`) or nowhere, and how many
    there were. What is said of one stays.
    """
    if "<img" not in article.body_html or not (lost := len(_LOST.findall(article.body_html))):
        return article, 0
    return replace(article, body_html=article.body_html.replace("<img>", "")), lost


def _counted(article: Article, lists: dict[str, tuple[object, ...]]) -> Iterator[str]:
    for name, kept in lists.items():
        yield f"{len(getattr(article, name)) - len(kept):,} of its {name}"


def refusal(article: Article) -> str:
    """Why no store would keep the article; '' if it may."""
    return ", ".join(f"its {name} is too long" for name in long_keys(article_keys(article)))


def without_long_keys(record: ArticleRecord) -> tuple[ArticleRecord, tuple[str, ...]]:
    """The record without comments and old addresses that no store would keep, and what was cut: '1 of its comments'."""
    comments = tuple(comment for comment in record.comments if not long_keys(comment_keys(comment)))
    paths = tuple(path for path in record.old_paths if not is_long(path))
    cut = {
        "comments": len(record.comments) - len(comments),
        "old addresses": len(record.old_paths) - len(paths),
    }
    named = tuple(f"{count:,} of its {what}" for what, count in cut.items() if count)
    return (replace(record, comments=comments, old_paths=paths), named) if named else (record, ())
