"""What PostgreSQL says of its troubles, in the store's own words."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors
from psycopg_pool import PoolTimeout

from storage.errors import Conflict, Damaged, Invalid, NotFound, Unavailable
from storage.postgres.units import NulCharacter

_UNREACHABLE = (
    "The database cannot be reached: see that PostgreSQL is running, and that DATELINE_DATABASE_URL is right."
)
_BUSY = "The database is busy with other writes."
_TROUBLES: tuple[tuple[type[psycopg.Error], str], ...] = (
    (errors.LockNotAvailable, _BUSY),
    (errors.QueryCanceled, "The database took longer for a statement than it may."),
    (errors.DiskFull, "The database has no space left on its disk."),
    (errors.OutOfMemory, "The database has no memory left."),
    (errors.TooManyConnections, "The database has no connection left: raise max_connections, or run fewer workers."),
    (errors.ReadOnlySqlTransaction, "The database cannot be written to: it is a standby."),
    (errors.InsufficientPrivilege, "The database does not let this user do what the store needs: see its grants."),
    (errors.InvalidPassword, "The database refuses the user or the password of DATELINE_DATABASE_URL."),
    (errors.InvalidAuthorizationSpecification, "The database refuses the user of DATELINE_DATABASE_URL."),
    (errors.InvalidCatalogName, "There is no such database: create it, or set DATELINE_DATABASE_URL."),
    (errors.SerializationFailure, "The database gave up a transaction for another's sake."),
    (errors.DeadlockDetected, "The database gave up a transaction for another's sake."),
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
    except (
        psycopg.OperationalError,
        errors.InsufficientPrivilege,
        errors.ReadOnlySqlTransaction,
        PoolTimeout,
    ) as error:
        said = next((text for kind, text in _TROUBLES if isinstance(error, kind)), _UNREACHABLE)
        # What the driver says may hold the address with its password.
        raise Unavailable(said) from (error if said is not _UNREACHABLE else None)
    except NulCharacter:
        raise Invalid({"text": "U+0000 is no character: take it out."}) from None
    except json.JSONDecodeError:
        # What comes from outside was parsed long before: this was read from a row.
        raise Damaged("The database is damaged within a text: `dateline check` names what cannot be read.") from None
    except UnicodeEncodeError as error:
        raise Invalid({"text": "A lone surrogate is no character: take it out."}) from error


def is_lost(connection: psycopg.Connection[tuple[object, ...]]) -> bool:
    """Whether the connection broke: another one may work."""
    return connection.closed or connection.broken
