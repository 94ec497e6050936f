"""What becomes of articles and comments: pure rules, which every backend calls before it writes."""

from dataclasses import replace
from datetime import datetime, timedelta

from storage.model import Action, Article, ArticleStatus, Comment, CommentStatus


def new_article(article: Article) -> Article:
    """The article without a past: what a caller may not claim of a new one."""
    return replace(article, id=0, gone_at=None, comment_count=0)


def settle(before: Article | None, wanted: Article, now: datetime) -> Article:
    """The article that is kept when `wanted` is: all that the store decides, but the `id` of a new one, `slug` and `seq`.

    Without a `before`, `wanted.gone_at` and `wanted.comment_count` are believed: an import knows them.
    """
    public_at = wanted.public_at
    public = public_at is not None and public_at <= now
    kept = before or replace(
        wanted, version=0, seq=0, public=False, listed_comment_count=wanted.comment_count, created_at=now
    )
    gone_at = kept.gone_at
    updated_at = wanted.updated_at
    due_at = public_at
    listed = kept.listed_comment_count
    if public:
        updated_at = updated_at or kept.updated_at or public_at
        if kept.gone_at is not None and updated_at is not None:
            updated_at = max(updated_at, shown_again_at(kept.gone_at))
        gone_at = None
        due_at = kept.due_at if kept.public else None
        listed = listed if kept.public else kept.comment_count
    elif kept.public:
        gone_at = went_at(now, kept.updated_at)
    return replace(
        wanted,
        id=kept.id,
        version=kept.version + 1,
        seq=kept.seq,
        public=public,
        gone_at=gone_at,
        due_at=due_at,
        updated_at=updated_at,
        comment_count=kept.comment_count,
        listed_comment_count=listed,
        created_at=kept.created_at,
        modified_at=now,
    )


def by_the_clock(article: Article) -> Article:
    """What the due-task wants of an article whose moment has come: readers first see it then."""
    public_at = article.public_at
    assert public_at is not None, "what is due has a date"
    return replace(article, updated_at=max(article.updated_at or public_at, public_at))


def action_of(before: Article | None, after: Article) -> Action:
    if before is None:
        return Action.INSERT
    left = before.public and not after.public
    withdrawn = after.status is ArticleStatus.WITHDRAWN and before.status is not ArticleStatus.WITHDRAWN
    return Action.WITHDRAW if left or withdrawn else Action.EDIT


def is_public(comment: Comment, article: Article) -> bool:
    return comment.status is CommentStatus.APPROVED and article.public


def went_at(now: datetime, updated_at: datetime | None) -> datetime:
    """The time of going: not before the entry's `updated`, or readers take the tombstone for the older of the two."""
    return max(now, updated_at or now)


def shown_again_at(gone_at: datetime) -> datetime:
    """The earliest `updated` that is later than a tombstone of `gone_at` in feeds, which show whole seconds."""
    return gone_at.replace(microsecond=0) + timedelta(seconds=1)


def shown_again(comment: Comment) -> Comment:
    """A comment that becomes public: where it was gone, it is so no more, and its entry is newer than its tombstone."""
    if comment.gone_at is None:
        return comment
    updated_at = max(comment.updated_at or comment.created_at, shown_again_at(comment.gone_at))
    return replace(comment, gone_at=None, updated_at=updated_at)


def gone(comment: Comment, now: datetime) -> Comment:
    """A comment that stops being public."""
    return replace(comment, gone_at=went_at(now, comment.updated_at or comment.created_at))


def count_listed(
    article: Article, listed_at: datetime | None, now: datetime, list_after: timedelta
) -> tuple[int, datetime | None, datetime | None]:
    """What feeds show of a comment count that moved: the listed count, when it last moved, and when it is due to."""
    if not article.public or article.comment_count == article.listed_comment_count:
        return article.listed_comment_count, listed_at, None
    if listed_at is None or now - listed_at >= list_after:
        return article.comment_count, now, None
    return article.listed_comment_count, listed_at, listed_at + list_after
