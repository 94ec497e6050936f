"""How a PostgreSQL database is opened for the store."""

import asyncio

import psycopg
from psycopg.conninfo import conninfo_to_dict

from storage.clock import Clock, utc_now
from storage.masking import masked
from storage.omissions import Omissions
from storage.postgres.connection import Database
from storage.postgres.faults import translated
from storage.postgres.schema import migrate as apply_migrations
from storage.postgres.units import UnitConnection, configure


async def open_engine(
    url: str, *, clock: Clock = utc_now, migrate: bool = False, direct_url: str = "", pooled: bool = False
) -> Database:
    """As `storage.connect.open_store` says.

    `direct_url` leads to the primary server itself where `url` leads to a pooler; `pooled`: that hands a connection to another
    client after each transaction, and keeps no prepared statements.
    Raises Unavailable, ValueError for what is no URL.
    """
    for given in (url, direct_url):
        try:
            conninfo_to_dict(given)
        except psycopg.Error:
            # What the driver says of it may hold the password.
            raise ValueError(f"{masked(given)!r} is no URL of a PostgreSQL database") from None
    database = Database(url, direct_url=direct_url or url, pooled=pooled)
    if migrate:
        await asyncio.to_thread(_migrate, direct_url or url, clock)
    try:
        await database.open()
    except BaseException:
        await database.close()
        raise
    return database


def _migrate(url: str, clock: Clock) -> None:
    with translated(), psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
        configure(connection)
        apply_migrations(UnitConnection(connection, Omissions()), clock)
