"""What the newsroom decides about replies: where they are taken, and which are held or thrown away."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from feeds.clean.html import text_of
from feeds.kinds.items import mark
from feeds.settings import Settings
from feeds.wording import ENGLISH, Wording, wording_of
from storage.model import Article, Comment, CommentStatus

_LINK = re.compile(r"https?://[^\s\"'<>]+", re.I)
_BETWEEN_WORDS = re.compile(r"[,\n]")


class Why(StrEnum):
    """Why a reply is not shown as it comes: what stands before the space in a line of `Comment.held_why`."""

    ALL = "all"
    """Every reply waits."""
    NEW = "new"
    """Its author's first one."""
    LINKS = "links"
    """So many."""
    WORD = "word"
    """One of the newsroom's list."""
    NAME = "name"
    """It looks like the newsroom's own."""
    BAN = "ban"
    """Its email, name, address or network is banned: which, and the ban's number."""
    FORM = "form"
    """It was not sent by the form of the article's page, or by one that was open for days."""

    def of(self, what: object = "") -> str:
        """A reason."""
        return f"{self.value} {what}".rstrip()


class Verdict(NamedTuple):
    status: CommentStatus
    why: tuple[str, ...] = ()
    """Reasons for a status that does not show it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The settings on replies, and the site's secret."""

    hold: str
    """Which replies wait for a moderator: 'all', those of a 'first'-time author, or 'none'."""
    held_links: int
    """A reply with so many links waits for a moderator; 0 = none does for its links."""
    held_words: tuple[str, ...]
    """A reply with one of them waits for a moderator. All words are case folded."""
    trash_words: tuple[str, ...]
    """A reply with one of them goes to the trash."""
    pause: timedelta
    """Between two replies of one reader."""
    depth: int
    """Levels of a thread, 1 or more."""
    close_after: timedelta | None
    """How long an article takes replies; None = without end."""
    names_required: bool
    """Whether a reader must give a name and an email address."""
    list_after: timedelta
    """Feeds show a new comment count at most once in this interval."""
    zone: ZoneInfo
    """The newsroom's: its days are those of the form's tokens, so that an article's page changes at one midnight."""
    secret: bytes = field(repr=False)
    newsroom: str = ""
    """The newsroom's name, case folded: a reader who writes under it is not shown unseen."""
    wording: Wording = ENGLISH

    @classmethod
    def of(cls, settings: Settings, secret: bytes) -> "Policy":
        days = settings.comments_close_after
        return cls(
            hold=settings.comments_hold,
            held_links=settings.comments_links,
            held_words=_listed(settings.comments_hold_words),
            trash_words=_listed(settings.comments_trash_words),
            pause=timedelta(seconds=settings.comments_pause),
            depth=settings.comments_depth,
            close_after=timedelta(days=days) if days else None,
            names_required=settings.comments_require_name_email,
            list_after=timedelta(seconds=settings.comment_count_interval),
            zone=settings.zone,
            secret=secret,
            newsroom=settings.title.casefold(),
            wording=wording_of(settings.language),
        )

    def day(self, now: datetime) -> date:
        return now.astimezone(self.zone).date()

    def closes_at(self, article: Article) -> datetime | None:
        """When its time for replies is over; None if it has no end, or no beginning yet."""
        if self.close_after is None or article.published_at is None:
            return None
        return article.published_at + self.close_after

    def is_open(self, article: Article, now: datetime) -> bool:
        closes_at = self.closes_at(article)
        return article.comments_open and (closes_at is None or now < closes_at)

    def judge(self, comment: Comment, *, known: bool, address: str = "") -> Verdict:
        """What becomes of a new reply. `known`: a comment of its author's name and email is approved; `address` is its sender's."""
        written = _written(comment, address)
        if thrown := [Why.WORD.of(word) for word in self.trash_words if word in written]:
            return Verdict(CommentStatus.TRASH, tuple(thrown))
        links = _links(comment.body_html)
        held = [
            *([Why.ALL.of()] if self.hold == "all" else []),
            *([Why.NEW.of()] if self.hold == "first" and not known else []),
            *([Why.LINKS.of(links)] if 0 < self.held_links <= links else []),
            *(Why.WORD.of(word) for word in self.held_words if word in written),
            *([Why.NAME.of()] if self._is_ours(comment.author_name) else []),
        ]
        return Verdict(CommentStatus.PENDING if held else CommentStatus.APPROVED, tuple(held))

    def _is_ours(self, name: str) -> bool:
        folded = name.casefold()
        # As words of its own: of a newsroom called 'Ann' nobody called 'Joanne' is.
        marks = {mark(wording).casefold() for wording in (ENGLISH, self.wording)}
        return any(one in folded for one in marks) or bool(
            self.newsroom and re.search(rf"(?<!\w){re.escape(self.newsroom)}(?!\w)", folded)
        )


def _listed(words: str) -> tuple[str, ...]:
    return tuple(word.strip().casefold() for word in _BETWEEN_WORDS.split(words) if word.strip())


def _written(comment: Comment, address: str) -> str:
    """All that WordPress looks for words in, one thing a line: parts of words count, case does not."""
    body = comment.body_html
    return "\n".join(
        (comment.author_name, comment.author_email, comment.author_url, text_of(body), body, address)
    ).casefold()


def _links(html: str) -> int:
    return max(html.count("<a "), len(set(_LINK.findall(html))))
