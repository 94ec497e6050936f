"""Rows that are inserted together are those that would be inserted one by one."""

from storage.omissions import Omissions
from storage.postgres.connecting import Servers
from storage.postgres.units import UnitConnection
from tests.postgres.databases import Databases

_INSERT = """
    INSERT INTO things (id, name, note) VALUES (?, (SELECT lower(upper(CAST(? AS TEXT)))), ?)
    ON CONFLICT (id) DO UPDATE SET note = (VALUES ('twice'))
"""


def test_any_number_of_rows(postgres: Databases) -> None:
    with postgres.empty() as url, Servers(url=url).connect(5.0) as connection:
        db = UnitConnection(connection, Omissions())
        for count in (0, 1, 2, 3, 31, 32, 33, 100):
            rows = [(number, f"n{number % 7}", None) for number in range(count)]
            db.execute("CREATE TABLE things (id BIGINT PRIMARY KEY, name TEXT, note TEXT)")
            with connection.pipeline():
                db.executemany(_INSERT, rows)
                once = db.execute("SELECT id, name, note FROM things ORDER BY id").fetchall()
                db.executemany(_INSERT, reversed(rows))
            db.executemany(_INSERT, rows[:2])
            twice = db.execute("SELECT id, name, note FROM things ORDER BY id").fetchall()
            db.execute("DROP TABLE things")
            assert once == rows
            assert twice == [(number, name, "twice") for number, name, _ in rows]


def test_a_percent_sign_is_one(postgres: Databases) -> None:
    """For the driver's own parameters it would have to stand twice."""
    with postgres.empty() as url, Servers(url=url).connect(5.0) as connection:
        db = UnitConnection(connection, Omissions())
        given = ("%s", "100%")
        assert db.execute("SELECT '%s %% %(x)s', ?, ? LIKE '100%'", given).fetchall() == [("%s %% %(x)s", "%s", True)]
