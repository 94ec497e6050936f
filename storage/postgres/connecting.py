"""How connections to a PostgreSQL server are made."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from storage.errors import Unavailable
from storage.postgres.faults import translated
from storage.postgres.patience import PatientConnection
from storage.postgres.units import configure

# What goes wrong is raised, and told once by whoever it concerns.
logging.getLogger("psycopg").setLevel(logging.CRITICAL)

WITHIN = 5.0
"""Seconds for a connection to be made, libpq takes no less than two; and for what is asked on it, if whoever asks does not say
otherwise.
"""

_OPTIONS: dict[str, Any] = {
    "autocommit": True,
    "application_name": "dateline",
    # Whatever the database's own: what the store reads and writes is Unicode.
    "client_encoding": "UTF8",
    # A host that is gone without a word is noticed within seconds.
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
_PREPARED_AFTER = 2
"""A statement is prepared when it comes for the third time on a connection."""
_PREPARED = 256
"""Statements that stay prepared on a connection: the store's, and some lengths of each that inserts several rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """Where the database is reached: URLs of libpq."""

    url: str = field(repr=False)
    direct_url: str = field(default="", repr=False)
    """Of the primary itself, where `url` leads to a pooler; '': the same as `url`."""
    read_url: str = field(default="", repr=False)
    """Of a standby that readers may be answered from; '': there is none."""
    pooled: bool = False
    """`url` and `read_url` lead to a pooler that hands a connection to another client after each transaction: it keeps no prepared
    statements.
    """

    notify: bool = True
    """Other hosts are told of each commit. Else they learn of it when they look at the log the next time."""

    def connect(self, seconds: float) -> PatientConnection:
        """Raises psycopg.Error."""
        return self._connect(self.url, seconds, pooled=self.pooled)

    def connect_to_replica(self, seconds: float) -> PatientConnection:
        """Raises psycopg.Error."""
        return self._connect(self.read_url, seconds, pooled=self.pooled)

    def connect_directly(self, seconds: float = WITHIN) -> PatientConnection:
        """A connection of its own, with no pooler between. Raises psycopg.Error."""
        return self._connect(self.direct_url or self.url, seconds, pooled=self.pooled and not self.direct_url)

    def others(self) -> Iterator[tuple[str, Callable[[float], PatientConnection]]]:
        """Where else than by `url` it is reached, each with the name of its setting."""
        if self.direct_url:
            yield "DATELINE_DATABASE_DIRECT_URL", self.connect_directly
        if self.read_url:
            yield "DATELINE_DATABASE_READ_URL", self.connect_to_replica

    def faults(self) -> list[str]:
        """Why those beside `url` cannot be reached, in a line each: all goes on without them, and nobody would know."""
        found = []
        for setting, connect in self.others():
            try:
                with translated():
                    connect(WITHIN).close()
            except Unavailable as error:
                found.append(f"{setting}: {str(error).replace('DATELINE_DATABASE_URL', setting)}")
        return found

    @staticmethod
    def _connect(url: str, seconds: float, *, pooled: bool) -> PatientConnection:
        connection = PatientConnection.connect(
            url,
            connect_timeout=max(1, round(min(seconds, WITHIN))),
            prepare_threshold=None if pooled else _PREPARED_AFTER,
            **_OPTIONS,
        )
        connection.prepared_max = _PREPARED
        configure(connection)
        connection.heard_at = monotonic()
        connection.give_up_at = connection.heard_at + WITHIN
        return connection
