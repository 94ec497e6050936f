"""How a PostgreSQL database is opened for the store."""

import asyncio
from math import inf

import psycopg
from psycopg.conninfo import conninfo_to_dict

from storage.clock import Clock, utc_now
from storage.masking import masked
from storage.omissions import Omissions
from storage.postgres.clock import database_clock
from storage.postgres.connecting import Servers
from storage.postgres.connection import Database
from storage.postgres.faults import translated
from storage.postgres.schema import migrate as apply_migrations
from storage.postgres.units import UnitConnection


async def open_engine(servers: Servers, *, clock: Clock = utc_now, migrate: bool = False) -> Database:
    """As `storage.connect.open_store` says. Raises Unavailable, ValueError for what is no URL."""
    for given in (servers.url, servers.direct_url, servers.read_url):
        try:
            conninfo_to_dict(given)
        except psycopg.Error:
            # What the driver says of it may hold the password.
            raise ValueError(f"{masked(given)!r} is no URL of a PostgreSQL database") from None
    if migrate:
        await asyncio.to_thread(_migrate, servers, clock)
    database = Database(servers)
    try:
        await database.open()
    except BaseException:
        await database.close()
        raise
    return database


def _migrate(servers: Servers, clock: Clock) -> None:
    with translated(), servers.connect_directly() as connection:
        # To make an index of much takes its time, and so does another host that is at it.
        connection.give_up_at = inf
        db = UnitConnection(connection, Omissions())
        apply_migrations(db, database_clock(db).now if clock is utc_now else clock)
