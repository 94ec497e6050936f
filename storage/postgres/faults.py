"""What PostgreSQL says of its troubles, in the store's own words."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors

from storage.errors import Conflict, Damaged, Invalid, NoText, NotFound, Unavailable
from storage.postgres.patience import Crowded, Unanswered
from storage.sql.texts import NulCharacter


class ConnectionLost(psycopg.OperationalError):
    """The connection broke, or leads to a server that is none to write to any more: another one may work."""

    def __init__(self, reason: psycopg.Error) -> None:
        super().__init__(str(reason))
        self.reason = reason


_UNREACHABLE = (
    "The database cannot be reached: see that PostgreSQL is running, and that DATELINE_DATABASE_URL is right."
)
_BUSY = "The database is busy with other writes."
_SILENT = "The database does not answer: see what its server, or a pooler before it, is waiting for."
_CROWDED = (
    "This process has more to ask of the database than is answered in time: run more workers, or see what is slow."
)
_FULL = "The database has no connection left: raise max_connections, or run fewer workers."
_REFUSED = "The database refuses the user or the password of DATELINE_DATABASE_URL."
_REFUSED_HERE = "The database lets nobody in from here by DATELINE_DATABASE_URL: see its pg_hba.conf."
_NO_DATABASE = "There is no such database: create it, or set DATELINE_DATABASE_URL."
_STANDBY = "The database cannot be written to: it is a standby. Let DATELINE_DATABASE_URL lead to the primary."
_STARTING = "The database is starting or stopping: it is tried again."
_TROUBLES: tuple[tuple[type[psycopg.Error], str], ...] = (
    (Unanswered, _SILENT),
    (Crowded, _CROWDED),
    (errors.LockNotAvailable, _BUSY),
    (errors.AdminShutdown, _STARTING),
    (errors.CannotConnectNow, _STARTING),
    (errors.QueryCanceled, "The database took longer for a statement than it may."),
    (errors.IdleInTransactionSessionTimeout, "This process was too slow between two statements: it is short of CPU."),
    (errors.DiskFull, "The database has no space left on its disk."),
    (errors.OutOfMemory, "The database has no memory left."),
    (errors.TooManyConnections, _FULL),
    (errors.ReadOnlySqlTransaction, _STANDBY),
    (errors.InsufficientPrivilege, "The database does not let this user do what the store needs: see its grants."),
    (errors.InvalidPassword, _REFUSED),
    (errors.InvalidAuthorizationSpecification, _REFUSED_HERE),
    (errors.InvalidCatalogName, _NO_DATABASE),
    (errors.SerializationFailure, "The database gave up a transaction for another's sake: try again."),
    (errors.DeadlockDetected, "The database gave up a transaction for another's sake: try again."),
)
_FOR_GOOD = (
    ("password authentication failed", _REFUSED),
    ("no password supplied", _REFUSED),
    ("authentication failed", _REFUSED),
    ('role "', _REFUSED),
    ("no pg_hba.conf entry", _REFUSED_HERE),
    ("pg_hba.conf rejects", _REFUSED_HERE),
    ('database "', _NO_DATABASE),
    ("no such database", _NO_DATABASE),
    (
        "certificate",
        "The database's certificate is not as DATELINE_DATABASE_URL demands: see its sslmode and sslrootcert.",
    ),
    ("does not support SSL", "The database speaks no TLS, which DATELINE_DATABASE_URL demands."),
)
"""What servers and poolers say to who cannot come in. There is no code to tell it by: libpq has those of statements alone."""
_FOR_NOW = (
    ("timeout expired", _SILENT),
    ("too many", _FULL),
    ("connection slots are reserved", _FULL),
    ("no more connections allowed", _FULL),
    ("starting up", _STARTING),
    ("shutting down", _STARTING),
    ("not accepting connections", _STARTING),
    ("not yet accepting connections", _STARTING),
    ("in recovery mode", _STARTING),
    ("session is read-only", _STANDBY),
)
_KEY = re.compile(r"Key \((.*?)\)=")
AGAIN = (errors.SerializationFailure, errors.DeadlockDetected)
"""After these the same transaction may succeed."""


@contextmanager
def translated() -> Iterator[None]:
    """The one place where PostgreSQL's errors become the store's. What is left is a bug, and escapes."""
    try:
        yield
    except errors.UniqueViolation as error:
        key = _KEY.match(error.diag.message_detail or "")
        raise Conflict(f"That {key[1].rpartition(', ')[2] if key else 'key'} is taken.") from error
    except (errors.DataCorrupted, errors.IndexCorrupted) as error:
        raise Damaged("The database is damaged: put a backup in its place.") from error
    except errors.NumericValueOutOfRange as error:
        raise NotFound("No id is that large.") from error
    except errors.ProgramLimitExceeded as error:
        raise Invalid({"text": "A text that is looked up by is too long: shorten it."}) from error
    except (psycopg.OperationalError, errors.InsufficientPrivilege, errors.ReadOnlySqlTransaction) as error:
        # Nothing of what the driver says is passed on: it may hold an address, and what stands in it.
        raise Unavailable(said_of(error)) from None
    except (psycopg.IntegrityError, psycopg.DataError) as error:
        # It escapes without the row that the server quotes: there may be an email address in it.
        of = error.diag.constraint_name or error.diag.column_name
        raise type(error)(f"{error.sqlstate} {error.diag.table_name}, {of}") from None
    except NulCharacter:
        raise NoText("U+0000") from None
    except json.JSONDecodeError:
        # What comes from outside was parsed long before: this was read from a row.
        raise Damaged("The database is damaged within a text: `dateline check` names what cannot be read.") from None
    except UnicodeEncodeError as error:
        raise NoText("A lone surrogate") from error


def said_of(error: psycopg.Error) -> str:
    """What keeps the database from working, in a sentence that gives nothing away of where it is."""
    if isinstance(error, ConnectionLost):
        error = error.reason
    if error.sqlstate is not None or isinstance(error, (Unanswered, Crowded)):
        return next((text for kind, text in _TROUBLES if isinstance(error, kind)), _UNREACHABLE)
    return next((text for part, text in (*_FOR_GOOD, *_FOR_NOW) if part in str(error)), _UNREACHABLE)


def is_for_good(error: psycopg.Error) -> bool:
    """Whether a connection that could not be made needs somebody to change something first."""
    return any(part in str(error) for part, _ in _FOR_GOOD)


def is_lost(connection: psycopg.Connection[tuple[object, ...]]) -> bool:
    """Whether the connection broke: another one may work."""
    return connection.closed or connection.broken
