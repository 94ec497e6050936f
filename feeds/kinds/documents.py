"""The frame that every list of articles or comments has in common."""

import asyncio
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from feeds import paths
from feeds.document import DeletedItem, FeedDocument, FeedItem, Paging
from feeds.kinds.base import Made, NoSuchFeed, Publication
from feeds.kinds.items import Items, article_items, article_key, comment_items, comment_key, deleted_items
from feeds.kinds.late import week_ends
from feeds.kinds.paging import PAGED, paging, with_query
from feeds.kinds.podcasts import podcast_of
from feeds.validity import LASTING, Validity
from feeds.wording import saying
from storage.model import ArticleList, CommentList, Position
from storage.scopes import SITE

T = TypeVar("T")

_FEW = 8
"""Entries that are made at once, in less time than a thread takes to be woken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What a feed says of itself, whatever it lists."""

    title: str
    path: str
    """The page's, unencoded; the feed stands below it."""
    page: str = ""
    """The HTML twin as a reference, where it is not at `path`."""
    description: str = ""
    """'' says what the newsroom says of itself."""
    query: Mapping[str, str] = field(default_factory=dict)
    """What names this page of the list."""
    archive: bool = False
    """It is a document of the newsroom's archive (RFC 5005, section 4)."""
    previous_archive: str = ""
    next_archive: str = ""
    """The archive's documents beside it, as URLs of feeds."""
    chained: bool = False
    """The pages beside it are such documents themselves, and come first."""
    validity: Validity = LASTING
    limit: int = 0
    """Entries that it shows at most; 0: as many as the newsroom's feeds do."""


async def articles_document(
    listed: ArticleList, publication: Publication, heading: Heading, made: Made
) -> FeedDocument:
    """What arrived late is shown after the articles listed."""
    site_version = listed.snapshot.scopes[SITE].version
    items = await _items(
        listed.articles + listed.late.entries,
        lambda article: article_key(article, site_version, publication.for_partners),
        partial(article_items, sections=listed.sections, site_version=site_version, publication=publication),
        made,
    )
    limit = heading.limit or publication.feed_items
    places = [Position(article.published_at, article.id) for article in listed.articles if article.published_at]
    pages = _pages(publication, heading, places, newer=listed.newer, older=listed.older)
    return _document(publication, heading, items, listed, pages, limit=limit)


async def comments_document(
    listed: CommentList, publication: Publication, heading: Heading, made: Made, *, of_one_article: bool = False
) -> FeedDocument:
    site_version = listed.snapshot.scopes[SITE].version
    items = await _items(
        listed.comments + listed.late.entries,
        lambda entry: comment_key(entry, site_version, publication.for_partners, of_one_article=of_one_article),
        partial(comment_items, publication=publication, site_version=site_version, of_one_article=of_one_article),
        made,
    )
    places = [Position(entry.comment.created_at, entry.comment.id) for entry in listed.comments]
    pages = _pages(publication, heading, places, newer=listed.newer, older=listed.older)
    return _document(publication, heading, items, listed, pages, limit=publication.feed_items)


async def _items(
    things: Sequence[T], key: Callable[[T], Hashable], make: Callable[[Sequence[T]], Items], made: Made
) -> Items:
    """The entries of the things, in their order. Those that are not known are made, aside from the event loop if they are many: a
    busy day's take longer than anybody else should wait.
    """
    keys = [key(thing) for thing in things]
    known = made.find(keys)
    new = [thing for thing, key in zip(things, keys, strict=True) if key not in known]
    items, left_out = make(new) if len(new) <= _FEW else await asyncio.to_thread(make, new)
    made.add(items)
    known |= {item.key: item for item in items}
    return [known[key] for key in keys if key in known], left_out


def _pages(
    publication: Publication, heading: Heading, places: Sequence[Position], *, newer: bool, older: bool
) -> Paging:
    pages = paging(_feed_url(publication, heading), heading.query, places, newer=newer, older=older)

    before, after = (pages.next, pages.previous) if heading.chained else ("", "")
    return replace(
        pages,
        current=publication.urls.feed(paths.HOME()) if heading.archive else "",
        previous_archive=before or heading.previous_archive,
        next_archive=after or heading.next_archive,
    )


def _feed_url(publication: Publication, heading: Heading) -> str:
    return publication.urls.feed(heading.path)


def _document(
    publication: Publication,
    heading: Heading,
    made: Items,
    listed: ArticleList | CommentList,
    pages: Paging,
    *,
    limit: int,
) -> FeedDocument:
    items, left_out = made
    if PAGED in heading.query and not items:
        raise NoSuchFeed(saying("this feed has no page %(number)s: it ends before", number=heading.query[PAGED]))
    page_url = publication.urls.base + heading.page if heading.page else publication.urls.of(heading.path)
    deleted = deleted_items(tuple(dict.fromkeys(listed.tombstones + listed.late.tombstones))[:limit])
    return FeedDocument(
        title=heading.title,
        description=heading.description or publication.description,
        page_url=page_url,
        feed_url=with_query(_feed_url(publication, heading), heading.query),
        language=publication.language,
        updated=_updated(items, deleted) or publication.created_at,
        items=tuple(items),
        omissions=listed.omissions + left_out,
        deleted=deleted,
        icon_url=publication.icon_url,
        icon_size=publication.icon_size,
        rights=publication.rights,
        licence_url=publication.licence_url,
        max_age=publication.max_age,
        hubs=publication.hubs,
        cloud=publication.cloud,
        analytics_html=publication.analytics_html,
        note=publication.wording.gettext(
            "This is a feed, for a feed reader. The same as a page to read: %(url)s", url=page_url
        ),
        paging=pages,
        snapshot=listed.snapshot,
        podcast=podcast_of(publication, heading.path, items),
        archive=heading.archive,
        validity=heading.validity & week_ends(listed.late),
        limit=limit,
        left=listed.left,
    )


def _updated(items: Sequence[FeedItem], deleted: tuple[DeletedItem, ...]) -> datetime | None:
    return max([item.updated for item in items] + [stone.when for stone in deleted], default=None)
