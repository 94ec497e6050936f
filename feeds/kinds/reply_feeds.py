"""The replies to a commenter's own comments: for whoever has the feed's key, and nobody else."""

import re
import secrets
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from feeds import paths
from feeds.document import FeedDocument
from feeds.kinds.base import NOTHING_MADE, FeedGone, Kind, Made, NoSuchFeed, Params, Publication
from feeds.kinds.documents import Heading, comments_document
from feeds.kinds.late import late_since
from feeds.kinds.titles import replies_title
from feeds.validity import Validity
from feeds.wording import saying
from storage.model import ReplyList
from storage.protocol import ReplyFeeds
from storage.scopes import COMMENTS, HOME, SITE

_KEY = re.compile(r"[A-Za-z0-9_-]{22}")


def new_key() -> str:
    """128 random bits, which nobody guesses."""
    return secrets.token_urlsafe(16)


def is_key(text: str) -> bool:
    """Whether it may be one that was given out."""
    return _KEY.fullmatch(text) is not None


def hash_of(key: str) -> str:
    """What the store has of a key."""
    return sha256(key.encode(errors="replace")).hexdigest()


async def read_replies(
    store: ReplyFeeds, publication: Publication, key: str, now: datetime, also: tuple[str, ...] = ()
) -> ReplyList:
    """Raises NoSuchFeed, FeedGone. The address is in neither message: messages are logged."""
    found = await store.read_replies(
        hash_of(key), limit=publication.feed_items, also=(SITE, *also), late_since=late_since(now)
    )
    if found is None:
        raise NoSuchFeed(saying("there is no such feed of replies"))
    if found.feed.ended:
        raise FeedGone(saying("this feed of replies was ended by its owner"))
    return found


async def build_replies(
    store: ReplyFeeds,
    publication: Publication,
    params: Params,
    now: datetime,
    made: Made = NOTHING_MADE,
) -> FeedDocument:
    found = await read_replies(store, publication, params["key"], now)
    heading = Heading(
        title=replies_title(publication),
        path=paths.REPLY_FEED(**params),
        description=publication.wording.gettext("What answers the comments that you chose to follow."),
        validity=Validity(since=found.feed.changed_at),
    )
    # Its older pages are nobody's: whoever polls it has them. No hub is told of its address.
    return await comments_document(
        replace(found.replies, older=False), replace(publication, hubs=(), cloud=""), heading, made
    )


REPLY_FEED = Kind(
    name="replies",
    page=paths.REPLY_FEED,
    build=build_replies,
    scopes=lambda _: (COMMENTS, HOME),
    in_wordpress=False,
    private=True,
)
"""No list names it, and it is not among KINDS."""
