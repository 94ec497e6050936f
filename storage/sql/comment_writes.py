"""Comments as a write keeps them, with all that follows for lists and counts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from storage.authors import email_key, name_key
from storage.keys import require_short_comment
from storage.lifecycle import CommentCount, count_listed, edited, gone, is_public, shown_again, shown_late
from storage.model import Action, Article, Comment, CommentStatus, Subject
from storage.scopes import comment_differs, lists_of_comment, raised_by_comments
from storage.sql import arrivals, listings
from storage.sql.arrivals import Newest, late_in_lists
from storage.sql.articles import name_otherwise
from storage.sql.comment_rows import COMMENT_COLUMNS, from_comment
from storage.sql.engine import Connection
from storage.sql.listings import Item
from storage.sql.mixin import Write
from storage.sql.rows import from_us_or_none, one_of, to_us, to_us_or_none

Turn = tuple[Comment | None, Comment]
"""A comment as it was, if there was one, and as it is to be."""


def put_comments(
    write: Write, articles: Mapping[int, Article], turns: Sequence[Turn], list_after: timedelta
) -> list[Comment]:
    """Keep comments in the place of others, one after the other, each with its Change and all that follows from it.

    `articles`: those that they are on, as they stand in the transaction.
    """
    steps = [_step(before, after, articles[after.article_id]) for before, after in turns]
    batch = _Batch(write, articles, steps, list_after)
    return [batch.put(step) for step in steps]


def put_comment(
    write: Write, article: Article, before: Comment | None, after: Comment, list_after: timedelta
) -> Comment:
    [kept] = put_comments(write, {article.id: article}, [(before, after)], list_after)
    return kept


class _Step(NamedTuple):
    """What becomes of a comment before readers' eyes."""

    before: Comment | None
    after: Comment
    came: bool
    went: bool
    changed: bool
    moved: int
    """By how many the article's comments are more."""
    item: list[Item]
    """What it is listed by."""
    was: list[Item]
    """What it was listed by until now."""


def _step(before: Comment | None, after: Comment, article: Article) -> _Step:
    was_public, shows = before is not None and is_public(before, article), is_public(after, article)
    was_approved = before is not None and before.status is CommentStatus.APPROVED
    return _Step(
        before,
        after,
        came=shows and not was_public,
        went=was_public and not shows,
        changed=before is not None and was_public and shows and comment_differs(before, after),
        moved=(after.status is CommentStatus.APPROVED) - was_approved,
        item=[(to_us(after.created_at), after.id)],
        was=[(to_us(one.created_at), one.id) for one in (before or after,)],
    )


class _Batch:
    """Comments of one transaction. All that is to be known is asked for before any of it is waited for."""

    def __init__(
        self, write: Write, articles: Mapping[int, Article], steps: Sequence[_Step], list_after: timedelta
    ) -> None:
        self._write, self._list_after = write, list_after
        self._goes_on = len(steps) > 1
        self._articles = dict(articles)
        self._lists = {id_: lists_of_comment(article) for id_, article in articles.items()}
        counted = {step.after.article_id for step in steps if step.moved}
        listed_at = _ask_counts(write.db, counted)
        write.depths.ask("article", [write.depths.of_article(articles[id_]) for id_ in counted])
        back = [item for step in steps if step.came and step.before is not None for item in step.item]
        stones = listings.find_tombstones(write.db, "comment_listings", back)
        write.ask_scopes(self._lists_of(step for step in steps if step.came or step.went))
        # Where none comes or changes, nothing is late.
        seen = any(step.came or step.changed for step in steps)
        moving = [step for step in steps if seen and (step.came or step.changed or step.went)]
        self._newest = Newest(write.db, "comment", (self._lists[step.after.article_id] for step in moving))
        self._listed_at = {id_: from_us_or_none(at) for id_, at in listed_at}
        self._stones: dict[int, set[str]] = defaultdict(set)
        for scope, comment_id in stones:
            self._stones[comment_id].add(scope)

    def _lists_of(self, steps: Iterable[_Step]) -> set[str]:
        return {scope for step in steps for scope in self._lists[step.after.article_id]}

    def put(self, step: _Step) -> Comment:
        write, before, after = self._write, step.before, step.after
        article, lists = self._articles[after.article_id], self._lists[after.article_id]
        seen = step.came or step.changed
        late = late_in_lists(self._newest.places(lists), step.item, write.now) if seen else ()
        count = self._count(article, step.moved)
        moves = count.listed != article.listed_comment_count
        scopes = raised_by_comments(article, listed=moves) if seen or step.went else frozenset()
        if moves:
            scopes = write.depths.raised("article", scopes, write.depths.of_article(article))
        if step.came:
            scopes |= self._stones[after.id]
        action = Action.INSERT if before is None else Action.WITHDRAW if step.went else Action.EDIT
        seq = write.append(action, Subject.COMMENT, str(after.id), scopes)
        if step.came:
            again = shown_again(after)
            after = replace(shown_late(again, write.now) if late else again, seq=seq)
        elif step.went:
            after = replace(gone(after, write.now), seq=seq)
        elif step.changed:
            after = replace(edited(after, write.now), seq=seq)
        _keep_row(write.db, before, after)
        self._keep_lists(step, lists)
        arrivals.arrive(write, "comment", late)
        renamed = step.changed and before is not None and before.author_name != after.author_name
        if before is not None and (step.came or step.went or renamed):
            # The entries of its replies name whom they answer, or do so no more.
            name_otherwise(write, "comment", after.id)
        if step.moved:
            self._keep_count(article, count, seq if moves else article.seq)
        return after

    def _keep_lists(self, step: _Step, lists: frozenset[str]) -> None:
        write, item = self._write, step.item
        if step.came:
            if step.before is not None:
                listings.remove_tombstones(write, "comment_listings", item)
            listings.enter(write, "comment_listings", lists, item)
            self._newest.enter(lists, item)
        elif step.changed and step.was != item:
            listings.leave(write, "comment_listings", lists, step.was, with_tombstones=False)
            self._newest.leave(lists)
            listings.enter(write, "comment_listings", lists, item)
        elif step.went:
            listings.leave(write, "comment_listings", lists, step.was, with_tombstones=True)
            listings.add_tombstones(write, "comment_listings", lists, item)
            arrivals.add_tombstones(write, "comment", [step.after.id])
            self._newest.leave(lists)
        if step.before is not None and (step.came or step.changed):
            arrivals.forget(write, "comment", [step.after.id])

    def _count(self, article: Article, moved: int) -> CommentCount:
        if not moved:
            return CommentCount(article.comment_count, article.listed_comment_count)
        counted = replace(article, comment_count=article.comment_count + moved)
        return count_listed(counted, self._listed_at[article.id], self._write.now, self._list_after)

    def _keep_count(self, article: Article, count: CommentCount, seq: int) -> None:
        self._write.db.execute(
            """
            UPDATE articles
            SET comment_count = ?, listed_comment_count = ?, count_listed_at = ?, count_due_at = ?, seq = ? WHERE id = ?
            """,
            (
                count.approved,
                count.listed,
                to_us_or_none(count.listed_at),
                to_us_or_none(count.due_at),
                seq,
                article.id,
            ),
        )
        if self._goes_on:
            self._listed_at[article.id] = count.listed_at
            self._articles[article.id] = replace(
                article, comment_count=count.approved, listed_comment_count=count.listed, seq=seq
            )


def _ask_counts(db: Connection, article_ids: Iterable[int]) -> Iterable[tuple[int, int | None]]:
    """When the counts of articles were last listed."""
    ids = sorted(article_ids)
    if not ids:
        return ()
    test, parameters = one_of(db, "id", ids)
    return db.execute(f"SELECT id, count_listed_at FROM articles WHERE {test}", parameters)


def insert_comments(db: Connection, comments: Iterable[Comment]) -> None:
    """Raises Invalid if a key of one is too long."""
    rows = []
    for comment in comments:
        require_short_comment(comment)
        rows.append((*from_comment(comment), *_author_keys(comment)))
    # After each statement that a trigger follows FTS5 writes out what it has gathered: of many rows in one, once.
    rest = len(rows) % _AT_ONCE
    if rest:
        db.executemany(_INSERT, rows[:rest])
    for start in range(rest, len(rows), _AT_ONCE):
        db.execute(_INSERT_MANY, [value for row in rows[start : start + _AT_ONCE] for value in row])


def _author_keys(comment: Comment) -> tuple[str, str]:
    return email_key(comment.author_email), name_key(comment.author_name)


_AT_ONCE = 20
_ROW = f"({', '.join('?' * len(COMMENT_COLUMNS))}, ?, ?)"
_INSERT = f"INSERT INTO comments ({', '.join(COMMENT_COLUMNS)}, email_key, author_key) VALUES {_ROW}"
_INSERT_MANY = _INSERT + f", {_ROW}" * (_AT_ONCE - 1)


_ID, *_CHANGED = COMMENT_COLUMNS
_UPDATE = (
    f"UPDATE comments SET {', '.join(f'{column} = ?' for column in _CHANGED)}, email_key = ?, author_key = ? "
    f"WHERE {_ID} = ?"
)
"""Never the id, as with articles."""


def _keep_row(db: Connection, before: Comment | None, after: Comment) -> None:
    if before is None:
        insert_comments(db, [after])
    else:
        if _author_keys(before) != _author_keys(after):
            require_short_comment(after)
        comment_id, *values = from_comment(after)
        db.execute(_UPDATE, (*values, *_author_keys(after), comment_id))
    if before is None or (before.author_name, before.body_html) != (after.author_name, after.body_html):
        db.full_text.keep_comments(db, [after])
