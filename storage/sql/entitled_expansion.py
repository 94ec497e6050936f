"""From Changes, and from the clock, to what sets of terms see."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from storage.entitlement import Entitlement, entitle
from storage.errors import Pruned
from storage.model import Action, Article, Subject, Terms
from storage.scopes import DAYS, in_view, lists_that_show_late, raised_in_view, terms_scope
from storage.sql import arrivals, listings
from storage.sql.arrivals import late_in_lists, places
from storage.sql.changes import read_changes
from storage.sql.engine import Connection
from storage.sql.entitled_rows import Entitled, keep_entitled, load_entitled, told
from storage.sql.mixin import Write
from storage.sql.rows import from_us, sift_loaded, to_us
from storage.sql.term_sets import fill_all_anew
from storage.sql.view_cursor import CURSOR

_AT_ONCE = 200
"""Changes, articles of a view that is filled, and articles that are due, in one transaction."""
_UNREAD = 1000
"""Changes of other things than articles that may lie beyond the cursor."""
_SOON = timedelta(minutes=1)
"""What is younger arrives late nowhere."""


@dataclass(frozen=True, slots=True)
class _Set:
    id: int
    terms: Terms
    last_number: int
    filled_to: int | None


@dataclass(slots=True)
class _Work:
    """What one transaction looks at."""

    pairs: set[tuple[int, int]] = field(default_factory=set)
    """Of a set and an article."""
    touched: set[int] = field(default_factory=set)
    """Articles that readers see otherwise."""
    filled: set[int] = field(default_factory=set)
    """Sets of which articles are placed that were there before."""


@dataclass(frozen=True, slots=True)
class _Move:
    """Of an article in a view."""

    before: Entitled
    after: Entitled
    article: Article | None

    @property
    def entered(self) -> frozenset[str]:
        stays = self.before.at == self.after.at and self.before.seen
        return self.after.lists - self.before.lists if stays else self.after.lists

    @property
    def left(self) -> frozenset[str]:
        stays = self.before.at == self.after.at and self.after.seen
        return self.before.lists - self.after.lists if stays else self.before.lists


def is_behind(db: Connection, now: int) -> bool:
    """Whether there is anything to expand."""
    row = db.execute("SELECT 1 FROM term_sets WHERE unused_since IS NULL LIMIT 1").fetchone()
    if row is None:
        return False
    [(unread, of_articles, to_fill, due)] = db.execute(
        f"""
        SELECT (SELECT count(*) FROM ({_BEYOND_CURSOR}) AS beyond),
            EXISTS (SELECT 1 FROM ({_BEYOND_CURSOR}) AS beyond WHERE subject = 'article'),
            EXISTS (SELECT 1 FROM term_sets WHERE filled_to IS NOT NULL AND unused_since IS NULL),
            EXISTS (SELECT 1 FROM entitled WHERE due_at <= ?)
        """,
        (now,),
    )
    return bool(unread == _UNREAD or of_articles or to_fill or due)


_BEYOND_CURSOR = f"""
    SELECT subject FROM changes WHERE seq > coalesce((SELECT seq FROM cursors WHERE name = '{CURSOR}'), -1)
    ORDER BY seq LIMIT {_UNREAD}
"""


def next_view_due(db: Connection) -> int | None:
    row = db.execute(
        "SELECT due_at FROM entitled WHERE due_at IS NOT NULL ORDER BY due_at, set_id, article_id LIMIT 1"
    ).fetchone()
    return None if row is None else int(row[0])


def expand(write: Write) -> None:
    """One transaction's part of what there is to do."""
    db = write.db
    sets = _used_sets(db)
    work = _Work()
    end, is_whole = _read_log(write, sets, work)
    filled = _next_to_fill(write, sets, work)
    work.pairs |= _due(db, to_us(write.now), sets)
    if work.pairs:
        _expand_pairs(write, sets, work)
    for set_id, filled_to in filled:
        db.execute("UPDATE term_sets SET filled_to = ? WHERE id = ?", (filled_to, set_id)).close()
    db.execute(_MOVE_CURSOR, (CURSOR, write.seq if is_whole and write.seq else end)).close()


_MOVE_CURSOR = """
    INSERT INTO cursors (name, seq, holder, held_until) VALUES (?, ?, '', 0)
    ON CONFLICT (name) DO UPDATE SET seq = excluded.seq
"""


def _used_sets(db: Connection) -> dict[int, _Set]:
    rows = db.execute(
        "SELECT id, terms, last_number, filled_to FROM term_sets WHERE unused_since IS NULL ORDER BY id"
    ).fetchall()
    return {id_: _Set(id_, Terms.of(terms), last_number, filled_to) for id_, terms, last_number, filled_to in rows}


def _read_log(write: Write, sets: Mapping[int, _Set], work: _Work) -> tuple[int, bool]:
    """Where the cursor goes, and whether that is the end of the log."""
    row = write.db.execute("SELECT seq FROM cursors WHERE name = ?", (CURSOR,)).fetchone()
    if row is None:
        # What was before the first set, filling it finds.
        return write.db.last_seq(), True
    try:
        changes = read_changes(write.db, row[0], _AT_ONCE)
    except Pruned:
        fill_all_anew(write)
        return write.db.last_seq(), True
    for change in changes:
        if change.subject is Subject.ARTICLE:
            article_id = int(change.subject_id)
            work.pairs |= {(set_id, article_id) for set_id in sets}
            if change.scopes:
                work.touched.add(article_id)
    return (changes[-1].seq if changes else row[0]), len(changes) < _AT_ONCE


def _next_to_fill(write: Write, sets: Mapping[int, _Set], work: _Work) -> list[tuple[int, int | None]]:
    """The first set that is not whole, with the article down to which it is filled by this."""
    one = next((one for one in sets.values() if one.filled_to is not None), None)
    if one is None:
        return []
    ids = [
        id_
        for (id_,) in write.db.execute(
            "SELECT id FROM articles WHERE id < ? ORDER BY id DESC LIMIT ?", (one.filled_to, _AT_ONCE)
        )
    ]
    work.pairs |= {(one.id, id_) for id_ in ids}
    work.filled.add(one.id)
    return [(one.id, ids[-1] if len(ids) == _AT_ONCE else None)]


def _due(db: Connection, now: int, sets: Mapping[int, _Set]) -> set[tuple[int, int]]:
    rows = db.execute(
        "SELECT set_id, article_id FROM entitled WHERE due_at <= ? ORDER BY due_at, set_id, article_id LIMIT ?",
        (now, _AT_ONCE),
    ).fetchall()
    unused = [(set_id, article_id) for set_id, article_id in rows if set_id not in sets]
    # Nobody sees what these would: they are brought up when somebody has the set again.
    db.executemany("UPDATE entitled SET due_at = NULL WHERE set_id = ? AND article_id = ?", unused)
    return {(set_id, article_id) for set_id, article_id in rows if set_id in sets}


def _expand_pairs(write: Write, sets: Mapping[int, _Set], work: _Work) -> None:
    db = write.db
    ids = {article_id for _, article_id in work.pairs}
    known = load_entitled(db, {set_id for set_id, _ in work.pairs}, ids)
    withheld = {name for (name,) in db.execute("SELECT name FROM withheld_sources").fetchall()}
    told_up_to = _versions(db, sets)
    read, left_out = sift_loaded(db, ids)
    articles = {article.id: article for article in read}
    # What cannot be read stays as it is until it can.
    pairs = sorted(work.pairs - {(set_id, one.id) for set_id in sets for one in left_out})
    moves: dict[int, list[_Move]] = {}
    for set_id, article_id in pairs:
        article = articles.get(article_id)
        before = known.get((set_id, article_id)) or Entitled(set_id=set_id, article_id=article_id)
        granted = _granted(sets[set_id].terms, article, withheld, write)
        after = before.now(article, granted, to_us(write.now))
        if after != before or (after.seen and article_id in work.touched):
            moves.setdefault(set_id, []).append(_Move(before, after, article))
    for set_id, of_set in moves.items():
        _move(write, sets[set_id], of_set, told_up_to.get(set_id, 0), is_filled=set_id in work.filled)


def _granted(terms: Terms, article: Article | None, withheld: Collection[str], write: Write) -> Entitlement | None:
    return None if article is None else entitle(terms, article, withheld, write.now)


def _versions(db: Connection, sets: Iterable[int]) -> dict[int, int]:
    """By set the seq of the last Change of its view."""
    names = {terms_scope(set_id): set_id for set_id in sets}
    rows = db.execute(
        f"SELECT name, version FROM scopes WHERE {db.among('name')}", (db.array(sorted(names)),)
    ).fetchall()
    return {names[name]: version for name, version in rows}


def _move(write: Write, of_set: _Set, moves: list[_Move], told_up_to: int, *, is_filled: bool) -> None:
    """Move articles in the lists of one view, and tell of it."""
    view = of_set.id
    raised = {scope for move in moves for scope in move.before.lists | move.after.lists}
    if any(move.before.lists != move.after.lists for move in moves):
        raised.add(DAYS)
    # Before it is written: what arrives late is judged by what stands there.
    late = () if is_filled else [one for move in moves for one in _late(write, view, move)]
    write.ask_scopes(in_view(view, scope) for scope in raised)
    if raised:
        write.append(Action.EDIT, Subject.TERMS, str(view), raised_in_view(raised, view))
    _keep_lists(write, view, moves)
    for move in moves:
        article = move.article
        if article is None or article.public != move.after.seen or article.seq <= told_up_to:
            # By its own seq nobody who has the list would be told of it.
            for scope in move.before.lists | move.after.lists:
                write.note_move(in_view(view, scope), max(move.before.at, move.after.at))
    arrivals.arrive(write, "article", late)
    _tell(write, of_set, moves)


def _keep_lists(write: Write, view: int, moves: Iterable[_Move]) -> None:
    table: listings.Table = "article_listings"
    named = {scope: in_view(view, scope) for move in moves for scope in (*move.before.lists, *move.after.lists)}
    ids = write.scope_ids(named.values())
    gone = [(ids[named[scope]], *move.before.item) for move in moves for scope in move.left]
    write.db.executemany(f"DELETE FROM {table} WHERE scope_id = ? AND gone = 0 AND at = ? AND item_id = ?", gone)
    write.db.executemany(
        "DELETE FROM article_arrivals WHERE scope_id = ? AND item_id = ?", [(id_, item) for id_, _, item in gone]
    )
    returned = [move.after.article_id for move in moves if move.after.seen and move.before.action == Action.WITHDRAW]
    _remove_tombstones(write, view, returned)
    listings.enter_threads(
        write,
        table,
        [([named[scope] for scope in sorted(move.entered)], [move.after.item]) for move in moves if move.entered],
    )
    for move in moves:
        if move.before.seen and not move.after.seen and move.article is not None:
            listings.add_tombstones(
                write, table, [named[scope] for scope in sorted(move.before.lists)], [move.before.item]
            )


def _remove_tombstones(write: Write, view: int, article_ids: list[int]) -> None:
    if not article_ids:
        return
    db = write.db
    # An index leads from an article to its tombstones, of which there are as many as it had lists.
    found = db.execute(
        f"""
        SELECT listings.scope_id, listings.at, listings.item_id
        FROM article_listings AS listings CROSS JOIN scopes ON scopes.id = listings.scope_id
        WHERE listings.gone = 1 AND {db.among("listings.item_id")} AND scopes.name >= ? AND scopes.name < ?
        """,
        (db.array(article_ids), in_view(view, ""), in_view(view, "\x7f")),
    ).fetchall()
    db.executemany("DELETE FROM article_listings WHERE scope_id = ? AND gone = 1 AND at = ? AND item_id = ?", found)


def _late(write: Write, view: int, move: _Move) -> tuple[arrivals.Arrival, ...]:
    article = move.article
    if article is None or not move.after.seen or write.now - from_us(move.after.at) < _SOON:
        return ()
    lists = {in_view(view, scope) for scope in move.entered & lists_that_show_late(article)}
    return late_in_lists(places(write.db, "article", lists), [move.after.item], write.now) if lists else ()


def _tell(write: Write, of_set: _Set, moves: Iterable[_Move]) -> None:
    """Number what the set is told, and keep the rows."""
    number, entries, rows = of_set.last_number, [], []
    for move in moves:
        action, after = told(move.before, move.after), move.after
        if action is not None:
            number += 1
            after = replace(after, number=number)
            guid = move.article.guid if move.article else ""
            entries.append((of_set.id, number, action, after.article_id, guid, to_us(write.now)))
        if after != move.before:
            rows.append(after)
    keep_entitled(write.db, rows)
    write.db.executemany(
        "INSERT INTO entitled_log (set_id, number, action, article_id, guid, at) VALUES (?, ?, ?, ?, ?, ?)", entries
    )
    if entries:
        write.db.execute("UPDATE term_sets SET last_number = ? WHERE id = ?", (number, of_set.id)).close()
