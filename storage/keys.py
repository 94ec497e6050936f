"""Keys: texts that are looked up by, which an index has to hold whole. How long they may be, whatever the store."""

from collections.abc import Iterable, Iterator

from storage.authors import email_key, name_key
from storage.errors import Invalid
from storage.model import Article, Comment, SubscriptionRequest

LONGEST_KEY = 2_000
"""Bytes in UTF-8. An index of PostgreSQL takes entries of 2,704, which are a key and what stands before or beside it."""
_LONGEST_OF_TWO = 1_000
"""Of an email and a name, as they are compared: one index has both."""

_LONGEST_OF_SUBSCRIPTION = 1_300
"""Of a callback and a topic: one index has both."""

Key = tuple[str, str, int]
"""What it is called, the text, and the bytes that it may have."""


def is_long(text: str, most: int = LONGEST_KEY) -> bool:
    """Whether it has more bytes. A character has at most four; one that is none is refused elsewhere."""
    return 4 * len(text) > most and len(text.encode(errors="replace")) > most


def long_keys(keys: Iterable[Key]) -> dict[str, str]:
    """What is too long, each with a sentence that says what to do."""
    return {name: f"Use at most {most:,} bytes in UTF-8." for name, text, most in keys if is_long(text, most)}


def require_short(name: str, *texts: str) -> None:
    """Raises Invalid, with the field `name`, if one of the texts is too long to be looked up by."""
    _require_short((name, text, LONGEST_KEY) for text in texts)


def require_short_keys(before: Article | None, after: Article) -> None:
    """Raises Invalid if a key that the article did not have before is too long: one that an earlier release took may stay."""
    _require_short(set(article_keys(after)).difference(article_keys(before) if before else ()))


def require_short_comment(comment: Comment) -> None:
    """Raises Invalid if a key of the comment is too long."""
    _require_short(comment_keys(comment))


def require_short_subscription(request: SubscriptionRequest) -> None:
    """Raises Invalid if what a subscription is known by, or its feed, is too long."""
    _require_short(
        [
            ("callback", request.callback, _LONGEST_OF_SUBSCRIPTION),
            ("asked", request.asked, _LONGEST_OF_SUBSCRIPTION),
            ("path", request.path, LONGEST_KEY),
            ("callback_host", request.callback_host, LONGEST_KEY),
            ("client", request.client, LONGEST_KEY),
        ]
    )


def article_keys(article: Article) -> Iterator[Key]:
    """Its own, and those of the authors and tags that it names; sections are there already."""
    yield "guid", article.guid, LONGEST_KEY
    yield "slug", article.slug, LONGEST_KEY
    for author in article.authors:
        yield "authors", author.slug, LONGEST_KEY
    for tag in article.tags:
        yield "tags", tag.slug, LONGEST_KEY


def comment_keys(comment: Comment) -> Iterator[Key]:
    yield "guid", comment.guid, LONGEST_KEY
    yield "ip_hash", comment.ip_hash, LONGEST_KEY
    yield "author_email", email_key(comment.author_email), _LONGEST_OF_TWO
    yield "author_name", name_key(comment.author_name), _LONGEST_OF_TWO


def _require_short(keys: Iterable[Key]) -> None:
    if wrong := long_keys(keys):
        raise Invalid(wrong)
