"""The frame that every list of articles or comments has in common.

Entries are made aside from the event loop: a busy day's take longer than anybody else should wait.
"""

import asyncio
from datetime import datetime

from feeds.document import DeletedItem, FeedDocument, FeedItem
from feeds.kinds.base import Publication
from feeds.kinds.items import article_items, comment_items, deleted_items
from storage.model import ArticleList, CommentEntry, Snapshot, Tombstone
from storage.scopes import SITE


async def articles_document(
    listed: ArticleList,
    publication: Publication,
    *,
    title: str,
    path: str,
    description: str = "",
    valid_until: datetime | None = None,
    finished: bool = False,
    whole: bool = False,
) -> FeedDocument:
    """`path` is the page's, unencoded; `whole`: the list was read without a limit."""
    items = await asyncio.to_thread(article_items, listed.articles, listed.sections, listed.snapshot, publication)
    return _document(
        items,
        listed.tombstones,
        listed.snapshot,
        publication,
        title=title,
        path=path,
        description=description,
        valid_until=valid_until,
        finished=finished,
        complete=whole or len(items) < publication.feed_items,
    )


async def comments_document(
    entries: tuple[CommentEntry, ...],
    tombstones: tuple[Tombstone, ...],
    snapshot: Snapshot,
    publication: Publication,
    *,
    title: str,
    path: str,
    of_one_article: bool = False,
) -> FeedDocument:
    site = snapshot.scopes[SITE].version
    items = await asyncio.to_thread(comment_items, entries, publication, site, of_one_article=of_one_article)
    complete = len(items) < publication.feed_items
    return _document(items, tombstones, snapshot, publication, title=title, path=path, complete=complete)


def _document(
    items: tuple[FeedItem, ...],
    tombstones: tuple[Tombstone, ...],
    snapshot: Snapshot,
    publication: Publication,
    *,
    title: str,
    path: str,
    description: str = "",
    valid_until: datetime | None = None,
    finished: bool = False,
    complete: bool,
) -> FeedDocument:
    deleted = deleted_items(tombstones)
    page_url = publication.urls.of(path)
    return FeedDocument(
        title=title,
        description=description or publication.description,
        page_url=page_url,
        feed_url=page_url + "feed",
        language=publication.language,
        updated=_updated(items, deleted) or publication.created_at,
        items=items,
        deleted=deleted,
        rights=publication.rights,
        snapshot=snapshot,
        valid_until=valid_until,
        finished=finished,
        complete=complete,
    )


def _updated(items: tuple[FeedItem, ...], deleted: tuple[DeletedItem, ...]) -> datetime | None:
    return max([item.updated for item in items] + [stone.when for stone in deleted], default=None)
