"""What moderators decide, and what they see of comments."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.model.articles import Article
from storage.model.comments import Comment, CommentStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A comment's change of status: kept with it, never exported, for the names in it are this installation's."""

    id: int
    comment_id: int
    before: CommentStatus
    """The same as `after` where the comment was written so, by the newsroom itself."""
    after: CommentStatus
    at: datetime
    by: str
    """'desk:NAME' and 'api:NAME' for a token of that name, 'reader' for who wrote the comment, 'forget' for a reader's
    wish to be forgotten. Never an email."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeratedComment:
    """A comment of any status, as a moderator sees it."""

    comment: Comment
    article: Article
    parent: Comment | None
    """Of any status."""
    decisions: tuple[Decision, ...]
    """Oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentPage:
    """A part of a list of comments, by id: descending, unless it was asked for the other way."""

    comments: tuple[ModeratedComment, ...]
    newer: int | None
    """After which id what stands before it begins; None where there is nothing."""
    older: int | None
    """Below which id it goes on; None where it does not, as far as is known."""
    cut: bool
    """Whether it ends because so many comments were looked at, not because it is full."""


class SearchIn(StrEnum):
    """What a search of comments looks at."""

    WORDS = "words"
    """The author's name and the body."""
    AUTHOR = "author"
    EMAIL = "email"
    """How the address begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeratedThread:
    """A part of an article's comments, of every status, by id ascending."""

    article: Article
    comments: tuple[ModeratedComment, ...]
    earlier: int | None
    """The id around which those before it are; None where there are none."""
    later: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedComment:
    decision: Decision
    comment: Comment
    """As it is now."""
    article: Article


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionPage:
    """Decisions, newest first."""

    decisions: tuple[DecidedComment, ...]
    older: int | None
    """Below which id they go on; None where they do not."""
