"""A copy of a whole store in another, of whatever engine: the same ids, versions and dates, so that no reader notices.

The copy is of one moment, a snapshot of the source, which may go on. Rows go over in the order of their keys, a page in a
transaction. A run that follows one that was interrupted walks both sides and takes over what differs: it needs not know how far
the other came, and the source may have gone on in between. At the end all rows of both sides are compared by a digest.

The index of words is not copied: the copy has its own, made with the rows. Nor is `last_writes`, which names processes that may
have to date their last write again: those at work on the source see to it there; what ended processes left is left to the copy's
first process, as it would be to the source's next.
"""

from collections.abc import Callable, Mapping
from functools import partial
from secrets import token_hex
from typing import NamedTuple

from storage.errors import Conflict, Invalid, StoreError
from storage.model import Copied, CopiedTable
from storage.sql.copy_marks import begin_copy, end_copy, identity_of, require_run, require_whole
from storage.sql.engine import Connection, Engine, Frozen, Work
from storage.sql.indexing import index_rows, unindex_rows
from storage.sql.rows import from_us_or_none
from storage.sql.table_rows import (
    Digest,
    Key,
    Row,
    Rows,
    count_rows,
    put_parents,
    put_rows,
    remove_rows,
    shown_key,
)
from storage.sql.tables import TABLES, Table

Progress = Callable[[int, int], None]
"""Told how many rows are done, and of how many."""


class _Moment(NamedTuple):
    """The source as its snapshot has it."""

    identity: str
    seq: int
    at: int | None
    counts: Mapping[str, int]
    numbers: Mapping[Table, int]
    """The highest that each counted table gave."""
    unsettled: tuple[int, int] | None
    """The first and the last seq of writes whose processes ended before they saw whether the date was right."""


async def copy_store(source: Engine, target: Engine, progress: Progress, *, ahead: bool) -> Copied:
    """Make the target the same as the source is now; `ahead`: leave it marked as unfinished, for a later run to bring up to date.

    Raises Conflict for a target that holds anything but an unfinished copy of this source, Unavailable for an unfinished source,
    Invalid for rows that the target's engine cannot keep, StoreError where both sides are not the same in the end.
    """
    async with source.snapshot() as frozen:
        moment = await frozen.read(partial(_moment, source))
        run = token_hex(8)
        is_begun = await target.write(lambda db: begin_copy(db, moment.identity, run))
        copy = _Copy(frozen, target, run, lambda done: progress(done, 2 * sum(moment.counts.values())))
        if is_begun:
            await copy.remove_leftovers()
        for table in TABLES:
            await copy.bring(table, is_begun=is_begun)
        await copy.compare()
        if not ahead:
            await copy.write(partial(_finish, target, moment))
    return Copied(
        tables=tuple(CopiedTable(name, digest.rows, digest.hex) for name, digest in copy.digests.items()),
        taken_over=copy.taken_over,
        seq=moment.seq,
        at=from_us_or_none(moment.at),
        seq_now=await source.read(_last_seq),
    )


class _Copy:
    def __init__(self, source: Frozen, target: Engine, run: str, done: Callable[[int], None]) -> None:
        self._source = source
        self._target = target
        self._run = run
        self._tell = done
        self._done = 0
        self.taken_over = 0
        self.digests: dict[str, Digest] = {}
        """Of the source's tables that were read."""

    async def write(self, work: Work[object]) -> None:
        def unit(db: Connection) -> None:
            require_run(db, self._run)
            work(db)

        await self._target.write(unit)

    async def remove_leftovers(self) -> None:
        """Take out what the source does not have by now, children before their parents."""
        for table in reversed(TABLES):
            async with self._target.snapshot() as target:
                ours, theirs = Rows(target, table, table.key), Rows(self._source, table, table.key)
                async for keys in ours.pages():
                    there = await theirs.matching(keys)
                    if gone := [key for key in keys if key not in there]:
                        await self.write(partial(_remove, table=table, keys=gone))

    async def bring(self, table: Table, *, is_begun: bool) -> None:
        """Take over the rows of a table that are not the same in the target; where nothing was begun, nothing is there."""
        digest = self.digests[table.name] = Digest()
        theirs = Rows(self._source, table, table.columns)
        if not is_begun:
            async for rows in theirs.pages():
                await self._put(table, rows)
                self._advance(digest, rows)
        else:
            # A snapshot a table: while one lasts, what is written to a file is kept twice.
            async with self._target.snapshot() as target:
                ours = Rows(target, table, table.columns)
                async for rows in theirs.pages():
                    there = await ours.matching([row[: table.keys] for row in rows])
                    await self._put(table, [row for row in rows if there.get(row[: table.keys]) != row])
                    self._advance(digest, rows)
        if table.parent:
            key = table.key[0]
            async for rows in Rows(self._source, table, (key, table.parent), f"{table.parent} > {key}").pages():
                await self.write(partial(put_parents, table=table, rows=rows))

    async def _put(self, table: Table, rows: list[Row]) -> None:
        if not rows:
            return
        try:
            await self.write(partial(_put, table=table, rows=rows))
        except Invalid as error:
            if len(rows) == 1:
                raise Invalid(
                    {f"{table.name} {shown_key(table, rows[0])}": f"the target cannot keep it. {error}"}
                ) from error
            # By halves, until it is known which row it is.
            middle = len(rows) // 2
            await self._put(table, rows[:middle])
            await self._put(table, rows[middle:])
            return
        except Conflict as error:
            raise Conflict(
                f"{table.name} in the target are others than those of the source, or too much has changed since the copy began: "
                f"copy into a new database. ({error})"
            ) from error
        self.taken_over += len(rows)

    async def compare(self) -> None:
        """Raises StoreError unless both sides hold the same."""
        differ = []
        async with self._target.snapshot() as target:
            for table in TABLES:
                digest = Digest()
                async for rows in Rows(target, table, table.columns).pages():
                    self._advance(digest, rows)
                if digest != self.digests[table.name]:
                    differ.append(
                        f"{table.name} ({self.digests[table.name].rows} rows in the source, {digest.rows} here)"
                    )
        if differ:
            raise StoreError(
                f"The copy is not the same as the source in {', '.join(differ)}. See that nothing else writes to the target, "
                "and run `dateline copy` again."
            )

    def _advance(self, digest: Digest, rows: list[Row]) -> None:
        digest.add(rows)
        self._done += len(rows)
        self._tell(self._done)


def _moment(source: Engine, db: Connection) -> _Moment:
    require_whole(db)
    newest = db.execute("SELECT seq, at FROM changes ORDER BY seq DESC LIMIT 1").fetchone()
    ended = [
        (first, last)
        for writer, first, last in db.execute("SELECT writer, first_seq, last_seq FROM last_writes").fetchall()
        if not source.is_at_work(db, writer)
    ]
    return _Moment(
        identity=identity_of(db),
        seq=newest[0] if newest else 0,
        at=newest[1] if newest else None,
        counts={table.name: count_rows(db, table) for table in TABLES},
        numbers={table: db.last_number(table.name, table.key[0]) for table in TABLES if table.counted},
        unsettled=(min(first for first, _ in ended), max(last for _, last in ended)) if ended else None,
    )


def _last_seq(db: Connection) -> int:
    [(seq,)] = db.execute("SELECT coalesce(max(seq), 0) FROM changes").fetchall()
    return int(seq)


def _put(db: Connection, table: Table, rows: list[Row]) -> None:
    put_rows(db, table, rows)
    index_rows(db, table, [row[0] for row in rows])


def _remove(db: Connection, table: Table, keys: list[Key]) -> None:
    unindex_rows(db, table, [key[0] for key in keys])
    remove_rows(db, table, keys)


def _finish(target: Engine, moment: _Moment, db: Connection) -> None:
    for table, last in moment.numbers.items():
        db.number_after(table.name, table.key[0], last)
    if moment.unsettled is not None:
        db.execute(
            "INSERT INTO last_writes (writer, first_seq, last_seq) VALUES (?, ?, ?)", (target.writer, *moment.unsettled)
        )
    end_copy(db)
