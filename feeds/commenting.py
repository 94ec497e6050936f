"""What becomes of a reader's reply: who may write where, what is kept of it, and how its author takes it back."""

import hmac
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil
from typing import Protocol
from uuid import UUID

from feeds.addresses import subscriber_of
from feeds.fields import read
from feeds.replies import NamelessReply, Reply
from feeds.reply_policy import Policy
from storage.connect import Clock
from storage.errors import Conflict, Invalid
from storage.model import Comment, CommentHistory, CommentStatus
from storage.protocol import Articles, Comments

REMEDY = timedelta(minutes=10)
"""How long the author of a reply may take it back."""


class Threads(Articles, Comments, Protocol):
    """What commenting asks of a store."""


class Refused(Exception):
    """A reply that is not kept, though its fields may be right. The message is for its author."""


class Closed(Refused):
    """The article, or the comment that it answers, takes no replies (now)."""


class TooLate(Refused):
    """The reply cannot be taken back any more."""


class Duplicate(Refused):
    """The same reply is there already."""


class TooFast(Refused):
    """The author wrote a moment ago. `retry_after` is in seconds, 1 or more."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


def ip_hash(secret: bytes, address: str) -> str:
    """A keyed hash of what one subscriber has, an IPv4 address or an IPv6 network; '' for anything else."""
    known_as = subscriber_of(address)
    return hmac.digest(secret, f"ip {known_as}".encode(), "sha256").hex() if known_as else ""


async def reply(
    store: Threads,
    article_id: int,
    data: Mapping[str, object],
    *,
    policy: Policy,
    clock: Clock,
    ip: str = "",
    moderator: bool = False,
    hold: bool = False,
) -> Comment:
    """Keep a reply made of `Reply`'s fields; its status says whether it is shown yet.

    `ip`: the reader's address, '' when unknown. `moderator`: who sends it moderates, so need not pause and may give a status.
    `hold`: it is not shown before a moderator has seen it, whatever the rules say.
    Raises NotFound, Closed, Invalid naming every wrong field, Duplicate, TooFast.
    """
    now = clock()
    article = await store.get_article(article_id)
    if not article.public:
        raise Closed("The article is not published.")
    if not policy.is_open(article, now):
        raise Closed("Comments on this article are closed.")
    try:
        draft = read(Reply if policy.names_required else NamelessReply, data, moderator)
    except Invalid as wrong:
        # One answer names all: the parent too, which only the store can judge.
        parent = None if "parent" in wrong.fields else data.get("parent")
        raise Invalid(wrong.fields | await _parent_faults(store, article_id, parent)) from None
    comment = Comment(
        guid="",
        article_id=article_id,
        parent_id=draft.parent,
        author_name=draft.author_name,
        author_email=draft.author_email,
        author_url=draft.author_url or "",
        body_html=draft.body,
        created_at=now,
        ip_hash=ip_hash(policy.secret, ip),
    )
    history = await _history(store, comment)
    if draft.parent is not None:
        parent = _parent(history, policy.depth)
        if parent != draft.parent:
            comment = replace(comment, parent_id=parent)
            history = await _history(store, comment)
    if history.duplicate:
        raise Duplicate("You have written this already.")
    if not moderator and history.last_at is not None:
        _check_pause(now - history.last_at, policy.pause)
    status = policy.status_of(comment, known=history.approved_before, address=ip)
    if hold and status is CommentStatus.APPROVED:
        status = CommentStatus.PENDING
    comment = replace(comment, guid=_guid(policy.secret, comment, history), status=draft.status or status)
    try:
        return await store.add_comment(comment, list_after=policy.list_after)
    except Conflict:
        raise Duplicate("You have written this already.") from None


def _guid(secret: bytes, comment: Comment, history: CommentHistory) -> str:
    """The same for the same reply: of two that are sent at once, by a double click, the store takes one.

    What was thrown away may be said again, and is then another reply.
    """
    email = comment.author_email.casefold()
    said = (comment.article_id, comment.parent_id, comment.author_name, email, comment.body_html, history.in_trash)
    return UUID(bytes=hmac.digest(secret, f"guid {said!r}".encode(), "sha256")[:16], version=4).urn


async def _history(store: Threads, comment: Comment) -> CommentHistory:
    return await store.comment_history(
        article_id=comment.article_id,
        parent_id=comment.parent_id,
        author_name=comment.author_name,
        author_email=comment.author_email,
        ip_hash=comment.ip_hash,
        body_html=comment.body_html,
    )


async def _parent_faults(store: Threads, article_id: int, parent: object) -> dict[str, str]:
    if not isinstance(parent, int):
        return {}
    history = await store.comment_history(
        article_id=article_id, parent_id=parent, author_name="", author_email="", ip_hash="", body_html=""
    )
    try:
        _parent(history, depth=1)
    except Invalid as invalid:
        return dict(invalid.fields)
    except Closed as closed:
        return {"parent": str(closed)}
    return {}


def _parent(history: CommentHistory, depth: int) -> int | None:
    """Whom a reply is kept as an answer to, in threads of so many levels: the deepest of those it stands under.

    Raises Invalid if the comment that was named is not there, Closed if it is not public.
    """
    if history.parent is None:
        raise Invalid({"parent": "There is no such comment on this article"})
    if history.parent.status is not CommentStatus.APPROVED:
        raise Closed("This comment cannot be answered.")
    above = history.lineage[: depth - 1]
    return next((comment.id for comment in reversed(above) if comment.status is CommentStatus.APPROVED), None)


def _check_pause(since: timedelta, pause: timedelta) -> None:
    if since < pause:
        wait = min(pause, pause - since)
        raise TooFast("You have just written a comment; wait a moment.", retry_after=ceil(wait.total_seconds()))


def may_take_back(comment: Comment, now: datetime) -> bool:
    """Whether its author, who has shown that it is theirs, may delete it still."""
    return comment.status is not CommentStatus.SPAM and now - comment.created_at < REMEDY


async def take_back(store: Comments, comment: Comment, *, policy: Policy, clock: Clock) -> Comment:
    """Delete a reply for its author: it goes to the trash. Raises NotFound, TooLate."""
    if not may_take_back(comment, clock()):
        raise TooLate("This reply cannot be deleted here any more: ask the newsroom.")
    return await store.set_comment_status(comment.id, CommentStatus.TRASH, by="reader", list_after=policy.list_after)
