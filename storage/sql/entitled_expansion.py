"""From Changes, and from the clock, to what sets of terms see."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from storage.entitlement import Entitlement, entitle
from storage.errors import Pruned
from storage.lifecycle import SOON
from storage.model import Action, Article, Subject, Terms
from storage.scopes import DAYS, THREADS, in_view, lists_that_show_late, raised_in_view
from storage.sql import arrivals, listings
from storage.sql.arrivals import late_in_lists, places
from storage.sql.changes import read_changes
from storage.sql.engine import Connection
from storage.sql.entitled_rows import Entitled, keep_entitled, load_entitled, told
from storage.sql.mixin import Write
from storage.sql.rows import from_us, sift_loaded, to_us
from storage.sql.term_sets import fill_all_anew
from storage.sql.view_cursor import CURSOR, brought_up_to

_AT_ONCE = 200
"""Changes, articles of a view that is filled, and articles that are due, in one transaction."""
_UNREAD = 1000
"""Changes of other things than articles that may lie beyond the cursor."""
_PAUSE = timedelta(minutes=1)
"""Until an article is looked at again that cannot be read."""


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
    known: int = 0
    """The seq that whoever has read a view has it as of, at most."""
    begins_anew: bool = False
    """All sets are to be filled from the beginning: where they were is known no more."""


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


_USED = "SELECT 1 FROM term_sets WHERE unused_since IS NULL LIMIT 1"


def is_behind(db: Connection, now: int) -> bool:
    """Whether there is anything to expand."""
    if db.execute(_USED).fetchone() is None:
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
    if db.execute(_USED).fetchone() is None:
        return None
    row = db.execute(
        "SELECT due_at FROM entitled WHERE due_at IS NOT NULL ORDER BY due_at, set_id, article_id LIMIT 1"
    ).fetchone()
    return None if row is None else int(row[0])


def expand(write: Write) -> None:
    """One transaction's part of what there is to do."""
    db = write.db
    sets = _used_sets(db)
    work = _Work(known=brought_up_to(db)[0])
    end, is_whole = _read_log(write, sets, work)
    filled = [] if work.begins_anew else _next_to_fill(write, sets, work)
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
    try:
        changes = read_changes(write.db, row[0], _AT_ONCE) if row else None
    except Pruned:
        changes = None
    if row is None or changes is None:
        # What was before, filling finds.
        fill_all_anew(write)
        work.begins_anew = True
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
    read, left_out = sift_loaded(db, ids)
    articles = {article.id: article for article in read}
    # What cannot be read stays as it is until it can.
    unread = work.pairs & {(set_id, one.id) for set_id in sets for one in left_out}
    keep_entitled(db, _put_off(unread, known, to_us(write.now + _PAUSE)))
    pairs = sorted(work.pairs - unread)
    moves: dict[int, list[_Move]] = {}
    for set_id, article_id in pairs:
        article = articles.get(article_id)
        before = known.get((set_id, article_id)) or Entitled(set_id=set_id, article_id=article_id)
        granted = _granted(sets[set_id].terms, article, withheld, write)
        after = before.now(article, granted, to_us(write.now))
        if before.seen and not after.seen and article is not None and not article.public and article.seq > work.known:
            after = replace(after, gone_seq=article.seq)
        if after != before or (after.seen and article_id in work.touched):
            moves.setdefault(set_id, []).append(_Move(before, after, article))
    for set_id, of_set in moves.items():
        _move(write, sets[set_id], of_set, work.known, is_filled=set_id in work.filled)


def _put_off(
    pairs: Iterable[tuple[int, int]], known: Mapping[tuple[int, int], Entitled], due_at: int
) -> Iterable[Entitled]:
    """Whether it can be read by then, no Change tells."""
    return [
        replace(known.get(pair) or Entitled(set_id=pair[0], article_id=pair[1]), due_at=due_at)
        for pair in sorted(pairs)
    ]


def _granted(terms: Terms, article: Article | None, withheld: Collection[str], write: Write) -> Entitlement | None:
    return None if article is None else entitle(terms, article, withheld, write.now)


def _move(write: Write, of_set: _Set, moves: list[_Move], known: int, *, is_filled: bool) -> None:
    """Move articles in the lists of one view, and tell of it."""
    view = of_set.id
    raised = {scope for move in moves for scope in move.before.lists | move.after.lists}
    if any(move.before.lists != move.after.lists for move in moves):
        raised.add(DAYS)
    turned = any(_has_thread(move) and move.before.seen is not move.after.seen for move in moves)
    if turned:
        raised.add(THREADS)
    # Before it is written: what arrives late is judged by what stands there.
    late = () if is_filled else _late(write, of_set, moves)
    write.ask_scopes(in_view(view, scope) for scope in raised)
    if raised:
        write.append(Action.EDIT, Subject.TERMS, str(view), raised_in_view(raised, view))
    _keep_lists(write, view, moves)
    for move in moves:
        for scope in _untold(move, known):
            write.note_move(in_view(view, scope), max(move.before.at, move.after.at))
    if turned:
        # Their places are not looked for: whoever has a list of comments is to take it whole.
        write.note_move(in_view(view, THREADS), to_us(write.now))
    arrivals.arrive(write, "article", late)
    _tell(write, of_set, moves)


def _has_thread(move: _Move) -> bool:
    return move.article is None or move.article.comment_count > 0


def _untold(move: _Move, known: int) -> frozenset[str]:
    """The lists that are to be taken whole by whoever has them as of `known`: where an article leaves no tombstone, and where its
    own seq does not tell of it.
    """
    article = move.article
    if not move.after.seen:
        return frozenset() if move.after.gone_seq else move.before.lists
    if article is None or not article.public or article.seq <= known:
        return move.before.lists | move.after.lists
    return move.left


_LATE_NO_MORE = "DELETE FROM article_arrivals WHERE scope_id = ? AND item_id = ?"
_LATE_AND_GONE = "UPDATE article_arrivals SET gone = 1 WHERE scope_id = ? AND item_id = ?"


def _keep_lists(write: Write, view: int, moves: Iterable[_Move]) -> None:
    table: listings.Table = "article_listings"
    named = {scope: in_view(view, scope) for move in moves for scope in (*move.before.lists, *move.after.lists)}
    ids = write.scope_ids(named.values())
    gone = [(move, [(ids[named[scope]], *move.before.item) for scope in sorted(move.left)]) for move in moves]
    write.db.executemany(
        f"DELETE FROM {table} WHERE scope_id = ? AND gone = 0 AND at = ? AND item_id = ?",
        [row for _, rows in gone for row in rows],
    )
    for late, are_seen in ((_LATE_NO_MORE, True), (_LATE_AND_GONE, False)):
        write.db.executemany(
            late,
            [(id_, item) for move, rows in gone if move.after.seen is are_seen for id_, _, item in rows],
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
    asked = [
        (
            table,
            db.execute(
                f"""
                SELECT gone.scope_id, gone.at, gone.item_id
                FROM {table} AS gone CROSS JOIN scopes ON scopes.id = gone.scope_id
                WHERE gone.gone = 1 AND {db.among("gone.item_id")} AND scopes.name >= ? AND scopes.name < ?
                """,
                (db.array(article_ids), in_view(view, ""), in_view(view, "\x7f")),
            ),
        )
        for table in ("article_listings", "article_arrivals")
    ]
    for table, found in asked:
        db.executemany(
            f"DELETE FROM {table} WHERE scope_id = ? AND gone = 1 AND at = ? AND item_id = ?", found.fetchall()
        )


def _late(write: Write, of_set: _Set, moves: Iterable[_Move]) -> list[arrivals.Arrival]:
    """What comes into lists below others; with a delay, all is so late."""
    due = write.now - timedelta(seconds=of_set.terms.delay)
    coming = [
        (move.after.item, [in_view(of_set.id, scope) for scope in move.entered & lists_that_show_late(move.article)])
        for move in moves
        if move.article is not None and move.after.seen and due - from_us(move.after.at) >= SOON
    ]
    found = {
        place.scope: place for place in places(write.db, "article", {name for _, names in coming for name in names})
    }
    return [
        late._replace(at=write.now)
        for item, names in coming
        for late in late_in_lists([found[name] for name in sorted(names)], [item], due)
    ]


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
