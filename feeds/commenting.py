"""What becomes of a reader's reply: who may write where, what is kept of it, and whether a moderator sees it first."""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from math import ceil
from typing import Annotated, Protocol
from uuid import UUID

from pydantic import AfterValidator, Field, ValidationInfo

from feeds.addresses import subscriber_of
from feeds.fields import Fields, Id, legible, optional_url, read, words
from feeds.html import sanitize_comment, text_of, too_deep
from feeds.text import one_line, without_bidi, xml_safe
from storage.connect import Clock
from storage.errors import Conflict, Invalid
from storage.model import Comment, CommentHistory, CommentStatus
from storage.protocol import Articles, Comments

MAX_DEPTH = 5
"""Levels of a thread, as WordPress has them."""
PAUSE = timedelta(seconds=15)
"""Between two replies of one reader."""
LINKS_HELD = 2
"""A reply with so many links waits for a moderator."""

_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-\u0080-\U0010ffff]+@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W_][\w-]*[^\W_]"
)
_LINK = re.compile(r"https?://[^\s\"'<>]+", re.I)
_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
_OWN_BLOCK = re.compile(r"</?(?:p|blockquote)\b", re.I)
_EMPTY_PARAGRAPH = re.compile(r"<p>\s*</p>")


class Threads(Articles, Comments, Protocol):
    """What commenting asks of a store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the newsroom decides about replies, and the site's secret."""

    hold: str
    """Which replies wait for a moderator: 'all', those of a 'first'-time author, or 'none'."""
    list_after: timedelta
    """Feeds show a new comment count at most once in this interval."""
    secret: bytes = field(repr=False)


class Refused(Exception):
    """A reply that is not kept, though its fields may be right. The message is for its author."""


class Closed(Refused):
    """The article takes no replies (now)."""


class Duplicate(Refused):
    """The same reply is there already."""


class TooFast(Refused):
    """The author wrote a moment ago. `retry_after` is in seconds, 1 or more."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


def _email(text: str) -> str:
    address = one_line(text)
    if ".." in address or not _EMAIL.fullmatch(address):
        raise ValueError("Give an email address, as in name@news.example")
    return address


def _body(text: str) -> str:
    html = comment_html(text)
    if not legible(text_of(html)):
        raise ValueError("Write something that can be read")
    return html


def _of_moderator(status: CommentStatus | None, info: ValidationInfo) -> CommentStatus | None:
    if status is not None and not info.context:
        raise ValueError("Only a moderator may give it")
    return status


Name = Annotated[str, Field(min_length=1, max_length=245), AfterValidator(words)]
Email = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_email)]
Url = Annotated[Annotated[str, Field(max_length=200)] | None, AfterValidator(optional_url)]
Body = Annotated[str, Field(min_length=1, max_length=65_525), AfterValidator(_body)]
"""Fields of a reply, by the lengths that WordPress allows."""


class Reply(Fields):
    author_name: Name
    author_email: Email = Field(repr=False)
    """Never published."""
    author_url: Url = ""
    body: Body
    """Plain text, or the HTML elements that WordPress allows readers."""
    parent: Id | None = None
    """The comment that it answers."""
    status: Annotated[CommentStatus | None, Field(strict=False), AfterValidator(_of_moderator)] = None
    """For moderators alone; by the newsroom's rule when absent or null."""


def comment_html(text: str) -> str:
    """A reply as it is kept: paragraphs at blank lines, `<br>` at other line ends, only what readers may use."""
    text = without_bidi(xml_safe(text)).strip()
    if too_deep(text):
        text = text.replace("<", "&lt;")
    chunks = (chunk.replace("\n", "<br>") for chunk in _PARAGRAPHS.split(text))
    html = "".join(chunk if _OWN_BLOCK.match(chunk) else f"<p>{chunk}</p>" for chunk in chunks)
    return _EMPTY_PARAGRAPH.sub("", sanitize_comment(html)).strip()


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
) -> Comment:
    """Keep a reply made of `Reply`'s fields; its status says whether it is shown yet.

    `ip`: the reader's address, '' when unknown. `moderator`: who sends it moderates, so need not pause and may give a status.
    Raises NotFound, Closed, Invalid naming every wrong field, Duplicate, TooFast.
    """
    article = await store.get_article(article_id)
    if not article.public:
        raise Closed("The article is not published.")
    if not article.comments_open:
        raise Closed("Comments on this article are closed.")
    try:
        draft = read(Reply, data, moderator)
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
        created_at=clock(),
        ip_hash=ip_hash(policy.secret, ip),
    )
    history = await _history(store, comment)
    if faults := _faults_of(draft.parent, history):
        raise Invalid(faults)
    if history.duplicate:
        raise Duplicate("You have written this already.")
    if not moderator and history.last_at is not None:
        _check_pause(comment.created_at - history.last_at)
    comment = replace(
        comment,
        guid=_guid(policy.secret, comment, history),
        status=draft.status or _status(comment, history, policy),
    )
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
    return _faults_of(parent, history)


def _faults_of(parent: int | None, history: CommentHistory) -> dict[str, str]:
    if parent is None:
        return {}
    if history.parent is None:
        return {"parent": "There is no such comment on this article"}
    if history.parent.status is not CommentStatus.APPROVED:
        return {"parent": "This comment cannot be answered"}
    if history.parent_depth >= MAX_DEPTH:
        return {"parent": f"Threads are {MAX_DEPTH} levels deep; answer an earlier comment"}
    return {}


def _check_pause(since: timedelta) -> None:
    if since < PAUSE:
        wait = min(PAUSE, PAUSE - since)
        raise TooFast("You have just written a comment; wait a moment.", retry_after=ceil(wait.total_seconds()))


def _status(comment: Comment, history: CommentHistory, policy: Policy) -> CommentStatus:
    links = max(comment.body_html.count("<a "), len(set(_LINK.findall(comment.body_html))))
    if policy.hold == "all" or links >= LINKS_HELD or (policy.hold == "first" and not history.approved_before):
        return CommentStatus.PENDING
    return CommentStatus.APPROVED
