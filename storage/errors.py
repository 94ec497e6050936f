"""What a store may raise. Driver errors are translated to these in one place per backend; bugs escape."""

from collections.abc import Mapping
from itertools import islice


class StoreError(Exception):
    """Base of every error a store raises on purpose."""


class NotFound(StoreError):
    """There is no such row."""


class Conflict(StoreError):
    """Another write came first, or the row would be a second one of its kind.

    `holder`: the id of the article that has what was wanted, where it is an article.
    """

    def __init__(self, message: str = "", *, holder: int | None = None) -> None:
        self.holder = holder
        super().__init__(message)


class Repeated(StoreError):
    """What is to be done once is done already: its answer is kept."""


class Invalid(StoreError):
    """Values that only the store can know to be wrong, such as an unknown section.

    `fields` maps each wrong field's name to a sentence that says what to do; all of them at once, up to NAMED: `more` are not
    named.
    """

    NAMED = 50

    def __init__(self, fields: Mapping[str, str], more: int = 0) -> None:
        self.fields = dict(islice(fields.items(), self.NAMED))
        self.more = more + len(fields) - len(self.fields)
        super().__init__("; ".join(f"{name}: {why}" for name, why in self.fields.items()))


class NoText(Invalid):
    """A text holds what is no character: U+0000, or half of a surrogate pair."""

    def __init__(self, what: str) -> None:
        super().__init__({"text": f"{what} is no character: take it out."})


class Unreadable(StoreError):
    """What is kept of the one thing asked for is damaged. Lists go without it."""


class TooMany(StoreError):
    """So many wait already that no more is taken: `bound` is the name of the parameter that says how many may."""

    def __init__(self, bound: str, most: int) -> None:
        self.bound = bound
        super().__init__(f"{most:,} requests wait already: try again later.")


class Pruned(StoreError):
    """Changes after the one that was asked for are kept no more: whoever knows nothing newer has to read everything anew.

    `seq` is that of the newest Change that was let go: after it, the log is whole.
    """

    def __init__(self, seq: int) -> None:
        self.seq = seq
        super().__init__(f"The log of changes begins after {seq}.")


class Unavailable(StoreError):
    """The database cannot be reached, is locked for too long, or its disk is full; nothing was written."""


class NotMigrated(Unavailable):
    """There is no schema yet, or not the newest: `dateline migrate` brings it up to date."""


class OutcomeUnknown(Unavailable):
    """The database was lost while it committed, and could not be asked whether it did: the write may have been kept."""


class Damaged(Unavailable):
    """What is in the database cannot be read, or can be read as nothing: waiting does not help, a backup does. The rest of the
    database may be well.
    """


def is_of_a_row(error: Exception) -> bool:
    """Whether it tells of what a row holds, not of a store that cannot be reached at all: then the other rows may be well."""
    return isinstance(error, Damaged) or not isinstance(error, Unavailable)
