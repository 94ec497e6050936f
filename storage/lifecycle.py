"""What becomes of articles and comments: pure rules, which every backend calls before it writes."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from storage.model import Action, Article, ArticleStatus, Comment, CommentStatus, latest_of
from storage.scopes import reads_otherwise

AHEAD = timedelta(seconds=2)
"""How far a scope's date is ahead of the clock. A commit that takes less than a second is over before the second that it names:
no answer given before it can have shown that second, in Last-Modified or in Date."""
IP_HASHES_KEPT = timedelta(days=30)
"""How long keyed hashes of addresses are kept."""


def settle(before: Article | None, wanted: Article, now: datetime) -> Article:
    """The article that is kept when `wanted` is: all that the store decides, but for `slug`, `seq` and `edited_at`.

    Without a `before`, the `id`, `gone_at`, `edited_at` and `comment_count` wanted are believed: an import knows them.
    """
    past = before or wanted
    wanted = _dated(past, wanted)
    was_public = before is not None and before.public
    public_at, gone_at, updated_at = wanted.public_at, past.gone_at, wanted.updated_at
    # What readers see already stays before their eyes, whatever this writer's clock says: clocks differ, and are put back.
    public = public_at is not None and (public_at <= now or (was_public and public_at == past.public_at))
    if public:
        updated_at = updated_at or past.updated_at or public_at
        if gone_at is not None and updated_at is not None:
            updated_at = max(updated_at, shown_again_at(gone_at))
        gone_at = None
    elif was_public:
        gone_at = went_at(now, past.updated_at)
    stays = public and was_public
    arrives = public and (not was_public or updated_at != past.updated_at)
    return replace(
        wanted,
        id=past.id,
        version=before.version + 1 if before else 1,
        seq=before.seq if before else 0,
        public=public,
        gone_at=gone_at,
        arrived_at=now if arrives else past.arrived_at,
        due_at=past.due_at if stays else None if public else public_at,
        updated_at=updated_at,
        edited_at=past.edited_at,
        comment_count=past.comment_count,
        listed_comment_count=past.listed_comment_count if before and (stays or not public) else past.comment_count,
        created_at=before.created_at if before else now,
        modified_at=now,
    )


def date_edit(before: Article | None, after: Article, now: datetime) -> Article:
    """A settled article, its slug free, with the date of this edit: where readers see it otherwise than before, or again."""
    if before is None or not after.public:
        return after
    edited = reads_otherwise(before, after) if before.public else before.gone_at is not None
    return replace(after, edited_at=latest_of(before.edited_at, now)) if edited else after


LATE = timedelta(hours=1)
"""An entry that arrives so long after its date, below another, is late: readers may have passed its place already."""
SOON = timedelta(minutes=1)
"""One that arrives within it never is."""
AMONG_NEWEST = 20
"""In between one is late unless fewer others stand before it: then every feed still shows it among its newest."""
MOST_LATE = 500
"""Of those late in a list, the last are shown: whoever brings in an archive by the thousand does not make it everybody's news."""


def is_late(
    at: datetime, arrived_at: datetime, *, newest: datetime | None, among_newest: datetime | None, archived: bool
) -> bool:
    """Whether an entry dated `at` is late in a list whose newest is dated `newest`, and of its newest 20 the last `among_newest`.

    `archived`: the list's older entries stand in an archive, too, whose documents are read once; so its first may be late.
    """
    after_its_date = arrived_at - at
    if newest is None or at >= newest:
        return archived and after_its_date >= LATE
    return after_its_date >= LATE or (after_its_date >= SOON and among_newest is not None and at < among_newest)


def arrived_anew(before: Article, after: Article) -> bool:
    """Whether a public article was brought before its readers' eyes again."""
    return before.arrived_at != after.arrived_at


def _dated(past: Article, wanted: Article) -> Article:
    """What is wanted, with the date and the day that it is to have.

    What is published has a date: the one it had; else it is a draft. Without a date there is no day either; but what readers
    have seen keeps the day that its paths lead to.
    """
    if wanted.published_at is not None:
        return wanted
    if wanted.status is ArticleStatus.PUBLISHED:
        if past.published_at is not None:
            return replace(wanted, published_at=past.published_at, day=past.day)
        wanted = replace(wanted, status=ArticleStatus.DRAFT)
    return replace(wanted, day=past.day if was_seen(past) else None)


def was_seen(article: Article) -> bool:
    """Whether readers have ever seen it."""
    return article.public or article.gone_at is not None


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
    """The earliest `updated` that is later than an instant, such as a tombstone's, in feeds, which show whole seconds."""
    return gone_at.replace(microsecond=0) + timedelta(seconds=1)


def shown_again(comment: Comment) -> Comment:
    """A comment that becomes public: where it was gone, it is so no more, and its entry is newer than its tombstone."""
    if comment.gone_at is None:
        return comment
    updated_at = max(comment.updated_at or comment.created_at, shown_again_at(comment.gone_at))
    return replace(comment, gone_at=None, updated_at=updated_at)


def edited(comment: Comment, now: datetime) -> Comment:
    """A public comment of which readers see something else: they are to look at its entry again."""
    return replace(comment, updated_at=max(now, shown_again_at(comment.updated_at or comment.created_at)))


def shown_late(comment: Comment, now: datetime) -> Comment:
    """A comment that becomes public below others: its entry is as new as its arrival."""
    return replace(comment, updated_at=max(now, comment.updated_at or comment.created_at))


def gone(comment: Comment, now: datetime) -> Comment:
    """A comment that stops being public."""
    return replace(comment, gone_at=went_at(now, comment.updated_at or comment.created_at))


@dataclass(frozen=True, slots=True)
class CommentCount:
    """An article's approved comments, how many of them feeds show, and when that last moved and is due to move."""

    approved: int
    listed: int
    listed_at: datetime | None = None
    due_at: datetime | None = None


def count_listed(article: Article, listed_at: datetime | None, now: datetime, list_after: timedelta) -> CommentCount:
    """What becomes of a comment count that moved, when what feeds show of it last moved at `listed_at`."""
    approved, listed = article.comment_count, article.listed_comment_count
    if not article.public or approved == listed:
        return CommentCount(approved, listed, listed_at)
    if listed_at is None or now - listed_at >= list_after:
        return CommentCount(approved, approved, now)
    return CommentCount(approved, listed, listed_at, listed_at + list_after)
