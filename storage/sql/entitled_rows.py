"""What a set of terms was told of an article last, as a row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from storage.entitlement import Entitlement, is_under_embargo, state_of
from storage.model import Action, Article, EntitledChange, PathTarget, article_of_path
from storage.scopes import lists_of_article
from storage.sql.engine import Connection
from storage.sql.listings import Item, listing_of
from storage.sql.rows import Row, from_json, from_us, to_json, to_us_or_none

PENDING = "pending"
"""The action of what a set was never told of, and is to be looked at when it is due."""
SEEN = "entitled.action IN ('insert', 'edit')"

_COLUMNS = "set_id, article_id, number, action, state, lists, at, gone_at, due_at, embargoed, gone_seq"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitled:
    """A row of `entitled`. Times are in microseconds."""

    set_id: int
    article_id: int
    number: int = 0
    action: str = PENDING
    state: str = ""
    lists: frozenset[str] = field(default_factory=frozenset)
    """Where it stands, without the set."""
    at: int = 0
    gone_at: int | None = None
    due_at: int | None = None
    embargoed: bool = False
    gone_seq: int = 0
    """Of its tombstone. Where no write of the article made it leave, its place in the list tells of that; and whatever becomes of
    the article afterwards is not for those with these terms.
    """

    @property
    def seen(self) -> bool:
        return self.action in (Action.INSERT, Action.EDIT)

    @property
    def item(self) -> Item:
        return (self.at, self.article_id)

    def now(self, article: Article | None, granted: Entitlement | None, now: int) -> "Entitled":
        """The row as it has to be, but for its number. `article`: None of one that is no more."""
        due_at = to_us_or_none(granted.next_at) if granted else None
        if article is not None and granted is not None and granted.seen:
            at, _ = listing_of(article)
            state = state_of(article, embargoed=granted.embargoed)
            action = Action.INSERT if not self.seen else self.action if state == self.state else Action.EDIT
            return replace(
                self,
                action=action,
                state=state,
                lists=lists_of_article(article),
                at=at,
                gone_at=None,
                due_at=due_at,
                embargoed=granted.embargoed,
                gone_seq=0,
            )
        if self.seen:
            return replace(
                self, action=Action.WITHDRAW, state="", lists=frozenset(), gone_at=now, due_at=due_at, embargoed=False
            )
        return replace(self, due_at=due_at)


def told(before: Entitled, after: Entitled) -> Action | None:
    """What the set's log says of a row's move; None: nothing."""
    if before.seen and after.seen and before.state == after.state:
        return None
    return Action(after.action) if after.seen or before.seen else None


def to_entry(row: Row) -> EntitledChange:
    """Of a set's log: number, action, article_id, guid, at."""
    number, action, article_id, guid, at = row
    return EntitledChange(number=number, action=Action(action), article_id=article_id, guid=guid, at=from_us(at))


def load_entitled(
    db: Connection, set_ids: Iterable[int], article_ids: Iterable[int]
) -> dict[tuple[int, int], Entitled]:
    """By set and article."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM entitled WHERE {db.among('article_id')} AND {db.among('set_id')}",
        (db.array(sorted(article_ids)), db.array(sorted(set_ids))),
    )
    return {(row[0], row[1]): to_entitled(row) for row in rows}


def to_entitled(row: Row) -> Entitled:
    set_id, article_id, number, action, state, lists, at, gone_at, due_at, embargoed, gone_seq = row
    return Entitled(
        set_id=set_id,
        article_id=article_id,
        number=number,
        action=action,
        state=state,
        lists=frozenset(from_json(lists)),
        at=at,
        gone_at=gone_at,
        due_at=due_at,
        embargoed=bool(embargoed),
        gone_seq=gone_seq,
    )


def keep_entitled(db: Connection, rows: Iterable[Entitled]) -> None:
    db.executemany(
        f"""
        INSERT INTO entitled ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (set_id, article_id) DO UPDATE SET number = excluded.number, action = excluded.action,
            state = excluded.state, lists = excluded.lists, at = excluded.at, gone_at = excluded.gone_at,
            due_at = excluded.due_at, embargoed = excluded.embargoed, gone_seq = excluded.gone_seq
        """,
        [
            (
                row.set_id, row.article_id, row.number, row.action, row.state, to_json(sorted(row.lists)), row.at, row.gone_at,
                row.due_at, int(row.embargoed), row.gone_seq,
            )
            for row in rows
        ],
    )  # fmt: skip


def seen_of(db: Connection, set_id: int, ids: Iterable[int]) -> set[int]:
    """Those of the articles that a set sees."""
    rows = db.execute(
        f"SELECT article_id FROM entitled WHERE set_id = ? AND {db.among('article_id')} AND {SEEN}",
        (set_id, db.array(sorted(set(ids)))),
    )
    return {id_ for (id_,) in rows}


def still_seen(db: Connection, set_id: int, articles: Sequence[Article]) -> tuple[Article, ...]:
    """Of what stands in a view's lists that which a write, to which the view is not brought up yet, has not taken from readers."""
    hidden = [article.id for article in articles if not article.public]
    early = set()
    if hidden:
        rows = db.execute(
            f"SELECT article_id FROM entitled WHERE set_id = ? AND {db.among('article_id')} AND embargoed = 1",
            (set_id, db.array(sorted(hidden))),
        )
        early = {id_ for (id_,) in rows.fetchall()}
    return tuple(one for one in articles if one.public or (one.id in early and is_under_embargo(one)))


def seen_at(db: Connection, set_id: int, found: int | PathTarget | None) -> int | PathTarget | None:
    """What is at a path for a set of terms, of what is there for everybody."""
    if found is None or isinstance(found, int):
        return found if found is not None and seen_of(db, set_id, [found]) else None
    if found.article_id is None:
        return found
    row = db.execute(
        "SELECT action FROM entitled WHERE set_id = ? AND article_id = ? AND number > 0", (set_id, found.article_id)
    ).fetchone()
    return None if row is None or (row[0] == Action.WITHDRAW) != found.gone else found


def early_at(db: Connection, set_id: int, path: str) -> int | PathTarget | None:
    """The id of the article whose path it is, and which the public does not see, for a set that sees it; that it is gone, for one
    that did. None of what is public, and of what the set was never told of.
    """
    day_and_slug = article_of_path(path)
    if day_and_slug is None:
        return None
    row = db.execute(
        """
        SELECT articles.id, entitled.action
        FROM articles CROSS JOIN entitled ON entitled.set_id = ? AND entitled.article_id = articles.id
        WHERE articles.day = ? AND articles.slug = ? AND articles.public = 0 AND entitled.number > 0
        """,
        (set_id, *day_and_slug),
    ).fetchone()
    if row is None:
        return None
    article_id, action = row
    return PathTarget(path=path, gone=True, article_id=article_id) if action == Action.WITHDRAW else int(article_id)
