"""Connections that last longer than the store that made them: for a server, to begin one is most of what a short test takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Self

import psycopg
import pytest
from psycopg import pq

from storage.postgres import connecting
from storage.postgres.patience import PatientConnection


class LastingConnection(PatientConnection):
    """Where one that was closed could be used again, the next to the same database has its session, renewed as a pooler does."""

    _idle: ClassVar[dict[str, list[pq.abc.PGconn]]] = {}
    """By URL; of other databases nothing is kept."""
    _url = ""

    @classmethod
    def connect(cls, conninfo: str = "", **options: Any) -> Self:
        while sessions := cls._idle.get(conninfo):
            connection = cls(sessions.pop())
            connection.autocommit = True
            try:
                connection.execute("DISCARD ALL")
            except psycopg.Error:
                # The server has ended it.
                PatientConnection.close(connection)
                continue
            connection.prepare_threshold = options["prepare_threshold"]
            connection._url = conninfo
            return connection
        connection = super().connect(conninfo, **options)
        connection._url = conninfo
        return connection

    def close(self) -> None:
        sessions = self._idle.get(self._url)
        if sessions is None or self.closed or self.info.transaction_status is not pq.TransactionStatus.IDLE:
            super().close()
            return
        sessions.append(self.pgconn)
        self.pgconn = _NONE

    def cut(self) -> None:
        self._url = ""
        super().cut()


_NONE = pq.PGconn.connect(b"host=/nowhere")
"""Of a connection that is closed."""


@contextmanager
def lasting() -> Iterator[None]:
    """Until the block ends, stores connect so."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connecting, "PatientConnection", LastingConnection)
        yield


@contextmanager
def kept(url: str) -> Iterator[None]:
    """Sessions of this database are, until the block ends."""
    LastingConnection._idle[url] = []
    try:
        yield
    finally:
        for session in LastingConnection._idle.pop(url):
            session.finish()


def idle(url: str) -> list[int]:
    """The server's process ids of those that are kept for the next."""
    return [session.backend_pid for session in LastingConnection._idle[url]]
