"""What a database is to the store: an engine that runs units of work, and the connection that a unit is given.

The statements of this package are written once. They keep to what every engine speaks, with `?` for a parameter; what differs has
one name in `Dialect`. `a CROSS JOIN b ON ...` says that rows of b are looked up for those of a, in the order of a.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from storage.omissions import Omissions

if TYPE_CHECKING:
    from storage.sql.full_text import FullText

T = TypeVar("T")


class DamagedText(str):
    """Text of a row whose bytes are no UTF-8, with U+FFFD in the place of what cannot be read."""

    __slots__ = ()


class Cursor(Protocol):
    """Of DB-API 2.0 (PEP 249) what the store uses."""

    @property
    def rowcount(self) -> int:
        """Rows that an INSERT, UPDATE or DELETE wrote."""

    def fetchone(self) -> Any:
        """The next row as a tuple; None where there is no further one."""

    def fetchall(self) -> list[Any]:
        """The rows that are left, as tuples."""

    def __iter__(self) -> Iterator[Any]: ...

    def close(self) -> None:
        """Let go of the rows that are left."""


class Dialect(Protocol):
    """What engines say differently."""

    @property
    def full_text(self) -> "FullText":
        """The index of words."""

    @property
    def marks_damage(self) -> bool:
        """Whether a row may hold DamagedText: it was met, and what is read now is read to find it."""

    def among(self, column: str) -> str:
        """The condition that a column is one of the values of a parameter, which `array` made."""

    def array(self, values: Iterable[int] | Iterable[str]) -> object:
        """Values of one type as one parameter, however many they are."""

    def last_number(self, table: str, key: str) -> int:
        """The highest that the database gave for a key of which it gives none twice, whether the row is there or not; 0 before
        the first.
        """

    def last_seq(self) -> int:
        """`last_number` of Changes, within a write that has appended none."""

    def number_after(self, table: str, key: str, last: int) -> None:
        """Have it give higher ones than this from now on, and than those that are there."""

    def by_index(self, name: str, /) -> str:
        """Stands after a table's name: it is read by this index, and by nothing else of the table."""


class Connection(Dialect, Protocol):
    """The connection of a unit of work, within its transaction."""

    omissions: Omissions
    """Where rows that cannot be read are noted: the store's."""

    def execute(self, sql: str, parameters: Sequence[object] = ..., /) -> Cursor:
        """Run a statement."""

    def pages(self, sql: str, size: int) -> Iterable[list[Any]]:
        """The rows of a query, so many at a time, read as they are asked for. In a snapshot of many units they may be asked for by
        one unit after the other.
        """

    def executemany(self, sql: str, rows: Iterable[Sequence[object]], /) -> object:
        """Run a statement that writes, once for each row of parameters."""


Work = Callable[[Connection], T]
"""A unit of work: a synchronous function, which an engine runs in a thread, in one hop and one transaction."""


class Frozen(Protocol):
    """One snapshot for many units of work."""

    async def read(self, work: Work[T]) -> T:
        """Run the work in it. Raises Unavailable."""


class Engine(Protocol):
    """A database, open. A unit of work always runs to its end, even if the task that awaits it is cancelled."""

    @property
    def omissions(self) -> Omissions:
        """What could not be read since it was opened."""

    async def write(self, work: Work[T], then: Iterable[Work[object]] = ()) -> T:
        """Run the work in a write transaction, while no other writer of any process does; its now is that of the engine's clock,
        which is right from here on. Durable when this returns.

        What `then` yields follows, each in a transaction of its own that may fail: it is asked after each commit, and once after
        one whose outcome is unknown, which nothing follows.
        Raises Unavailable where it cannot begin within five seconds, or cannot be kept; and where the schema is another release's.
        """

    async def write_beside(self, work: Work[T]) -> T:
        """Run the work in a write transaction that appends no Change, and touches tables that `write` hardly does: no other
        `write_beside` of any process runs at the same time. On a server, it neither waits for a `write` nor has one wait, each
        statement sees what was committed before it, and nobody who follows the log is told. Durable when this returns.

        Raises Unavailable, as `write` does.
        """

    async def read(self, work: Work[T], *, since: int | None = None) -> T:
        """Run the work in a snapshot, beside the other readers. Raises Unavailable.

        `since`: a replica will do, where there is one, if its log has come to this seq; None: it is to be the newest there is.
        """

    def read_at_once(self, work: Work[T]) -> T | None:
        """Run a short unit in a snapshot, in the thread of whoever calls, where that waits for nothing; None on a server, and where
        something is in the way.
        """

    def snapshot(self) -> AbstractAsyncContextManager[Frozen]:
        """One snapshot for many units of work; it begins with the first of them."""

    def moved(self) -> bool:
        """As `storage.protocol.Changes.moved` says."""

    def fault(self) -> str | None:
        """As `storage.protocol.Store.fault` says."""

    async def faults(self) -> Sequence[str]:
        """What is wrong with the database as a whole, in one line each. Raises Unavailable for a fault that keeps the others from
        being looked for.
        """

    @property
    def writer(self) -> str:
        """Names this process, and no other that ever wrote."""

    def is_at_work(self, db: Connection, writer: str) -> bool:
        """Whether the process of this name may still write; not asked of this one's."""

    async def scrub(self) -> bool:
        """As `storage.protocol.Privacy.scrub` says."""

    async def close(self) -> None:
        """Wait for the work under way; what waits for its turn, or for a lock, fails. Twice does no harm."""
