"""What becomes of a reader's reply: who may write where, what is kept of it, and how its author takes it back."""

from collections.abc import Mapping, Sized
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil
from typing import Protocol
from uuid import uuid4

from feeds.aside import aside
from feeds.clean.fields import read
from feeds.clean.text import one_line
from feeds.newsroom.addresses import ip_hash, network_hash
from feeds.newsroom.ban_targets import network_keys
from feeds.newsroom.replies import ANONYMOUS, LONGEST_EMAIL, NamelessReply, Reply
from feeds.newsroom.reply_policy import Policy, Verdict, Why
from feeds.wording import saying
from storage.bans import reader_keys
from storage.clock import Clock
from storage.errors import Invalid, NotFound
from storage.model import Article, Comment, CommentHistory, CommentStatus, Once
from storage.protocol import Articles, Comments

_SHORT = 1_000
"""Characters of a reply that is read on the loop: in 64 us where it is as most are, in 2 ms at worst. Waking another thread for it
costs 57 us more."""
_MOST_FIELDS = 20
"""Of a reply that is read on the loop: each that is unknown is an error by itself."""
WITHDRAW_WINDOW = timedelta(minutes=10)
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


async def reply(
    store: Threads,
    article_id: int,
    data: Mapping[str, object],
    *,
    policy: Policy,
    clock: Clock,
    ip: str = "",
    moderator: bool = False,
    newsroom: bool = False,
    hold: bool = False,
    by: str = "",
    once: Once[Comment] | None = None,
) -> Comment:
    """Keep a reply made of `Reply`'s fields; its status says whether it is shown yet.

    `ip`: the reader's address, '' when unknown. `moderator`: who sends it moderates, so need not pause and may give a status.
    `newsroom`: it is the newsroom's own, and marked as such; it needs no email.
    `by`: who of the newsroom wrote it, as a Decision says; '' notes none.
    `hold`: it is not shown before a moderator has seen it, whatever the rules say.
    Raises NotFound, Closed, Invalid naming every wrong field, Duplicate, TooFast, Repeated where `once` is known.
    """
    now = clock()
    sender = ip_hash(policy.secret, ip)
    # Asked before anything of the text is read, which takes time that grows with it.
    _check_open(await store.get_article(article_id), policy, now)
    last_at = None if moderator else await store.last_comment_at(_address(data), sender)
    form = Reply if policy.names_required and not newsroom else NamelessReply
    try:
        if _has_to_wait(last_at, now, policy.pause):
            # What is wrong with the short fields is said all the same.
            glanced = read(form, _at_a_glance(data), moderator)
            if faults := await _parent_faults(store, article_id, glanced.parent):
                raise Invalid(faults)
            _check_pause(last_at, now, policy.pause)
        draft = read(form, data, moderator) if is_short(data) else await aside(read, form, data, moderator)
    except Invalid as wrong:
        # One answer names all: the parent too, which only the store can judge.
        parent = None if "parent" in wrong.fields else data.get("parent")
        raise Invalid(wrong.fields | await _parent_faults(store, article_id, parent), wrong.more) from None
    sent = Comment(
        guid=uuid4().urn,
        article_id=article_id,
        parent_id=draft.parent,
        author_name=draft.author_name or policy.wording.gettext(ANONYMOUS),
        author_email=draft.author_email,
        author_url=draft.author_url or "",
        body_html=draft.body,
        created_at=now,
        ip_hash=sender,
        network_hash=network_hash(policy.secret, ip),
        newsroom=newsroom,
    )

    def verdicts() -> list[Verdict]:
        """By the text alone, so not within the write."""
        return [policy.judge(sent, known=known, address=ip) for known in (True, False)]

    if_known, if_new = verdicts() if is_short(data) else await aside(verdicts)

    def admit(article: Article, history: CommentHistory) -> Comment:
        # Within the write: of replies sent at once, each is judged by those kept before it.
        _check_open(article, policy, now)
        comment = _placed(sent, history, policy.depth)
        if not moderator:
            _check_pause(history.last_at, now, policy.pause)
        if draft.status is not None:
            return replace(comment, status=draft.status)
        status, why = if_known if history.approved_before else if_new
        if history.bans:
            status = CommentStatus.TRASH
            why = (*(Why.BAN.of(f"{ban.kind.value} {ban.id}") for ban in history.bans), *why)
        if hold and status is not CommentStatus.TRASH:
            status, why = CommentStatus.PENDING, (*why, Why.FORM.of())
        return replace(comment, status=status, held_why="\n".join(why))

    # What a moderator gives a status is not judged.
    ban_keys = () if draft.status is not None else reader_keys(sent).union(network_keys(ip))
    return await store.add_comment(sent, list_after=policy.list_after, admit=admit, ban_keys=ban_keys, by=by, once=once)


def is_short(data: Mapping[str, object]) -> bool:
    """Whether a reply's fields are so few and short that they are read at once, those included that no reply has."""
    if len(data) > _MOST_FIELDS:
        return False
    lengths = (len(name) + (len(value) if isinstance(value, Sized) else 1) for name, value in data.items())
    return sum(lengths) <= _SHORT


def _check_open(article: Article, policy: Policy, now: datetime) -> None:
    if not article.public:
        raise Closed(saying("The article is not published."))
    if not policy.is_open(article, now):
        raise Closed(saying("Comments on this article are closed."))


def _placed(sent: Comment, history: CommentHistory, depth: int) -> Comment:
    """The reply under what it answers, in threads of so many levels. Raises Invalid, Closed, Duplicate."""
    parent_id = None
    if sent.parent_id is not None:
        _check_parent(history.parent)
        # The deepest of those it stands under.
        above = history.lineage[: depth - 1]
        parent_id = next((comment.id for comment in reversed(above) if comment.status is CommentStatus.APPROVED), None)
    if parent_id in history.standing:
        raise Duplicate(saying("You have written this already."))
    return replace(sent, parent_id=parent_id)


async def _parent_faults(store: Threads, article_id: int, parent_id: object) -> dict[str, str]:
    if not isinstance(parent_id, int):
        return {}
    try:
        parent = await store.get_comment(parent_id)
    except NotFound:
        parent = None
    try:
        _check_parent(parent if parent and parent.article_id == article_id else None)
    except Invalid as invalid:
        return dict(invalid.fields)
    except Closed as closed:
        return {"parent": str(closed)}
    return {}


def _check_parent(parent: Comment | None) -> None:
    """Raises Invalid if the comment that was named is not there, Closed if it is not public."""
    if parent is None:
        raise Invalid({"parent": saying("There is no such comment on this article")})
    if parent.status is not CommentStatus.APPROVED:
        raise Closed(saying("This comment cannot be answered."))


def _address(data: Mapping[str, object]) -> str:
    """The sender's, as it would be kept; '' for what cannot be one."""
    written = data.get("author_email")
    return one_line(written) if isinstance(written, str) and len(written) <= LONGEST_EMAIL else ""


def _at_a_glance(data: Mapping[str, object]) -> dict[str, object]:
    """The fields with no more of the text than takes no time."""
    body = data.get("body")
    return {**data, "body": body[:100]} if isinstance(body, str) else dict(data)


def _has_to_wait(last_at: datetime | None, now: datetime, pause: timedelta) -> bool:
    return last_at is not None and now - last_at < pause


def _check_pause(last_at: datetime | None, now: datetime, pause: timedelta) -> None:
    if last_at is not None and _has_to_wait(last_at, now, pause):
        wait = min(pause, pause - (now - last_at))
        raise TooFast(saying("You have just written a comment; wait a moment."), retry_after=ceil(wait.total_seconds()))


def may_take_back(comment: Comment, now: datetime) -> bool:
    """Whether its author, who has shown that it is theirs, may delete it still."""
    return comment.status is not CommentStatus.SPAM and now - comment.created_at < WITHDRAW_WINDOW


async def take_back(store: Comments, comment: Comment, *, policy: Policy, clock: Clock) -> Comment:
    """Delete a reply for its author: it goes to the trash. Raises NotFound, TooLate."""
    if not may_take_back(comment, clock()):
        raise TooLate(saying("This reply cannot be deleted here any more: ask the newsroom."))
    return await store.set_comment_status(comment.id, CommentStatus.TRASH, by="reader", list_after=policy.list_after)
