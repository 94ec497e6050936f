"""A password in the URL of a store is never shown."""

from functools import partial
from traceback import format_exception

import pytest

from storage.connect import open_store
from storage.errors import Unavailable
from storage.masking import masked
from storage.postgres.connection import Database

TABLE = {
    "postgresql://user:PW@host/db": "postgresql://user:***@host/db",
    "postgresql://user:P@W/PW@PW@host:5432/db": "postgresql://user:***@host:5432/db",
    "postgresql://us er:P#W?PW@host": "postgresql://***@host",
    "postgresql://:PW@host": "postgresql://***@host",
    "postgresql://PW@host/db": "postgresql://***@host/db",
    "postgresql://user:PW": "postgresql://user:***",
    "postgresql:/user:PW@host/db": "postgresql:***@host/db",
    "postgres:user:PW@host/db": "postgres:***@host/db",
    "user:PW@host": "user:***@host",
    "postgresql://host/db?user=u&password=PW&sslmode=require": "postgresql://host/db?user=u&password=***&sslmode=require",
    "postgresql:///db?sslpassword=PW": "postgresql:///db?sslpassword=***",
    "host=h password='P W' user=u": "host=h password=*** user=u",
    "host=h password = PW": "host=h password = ***",
    "postgresql://host:5432/db": "postgresql://host:5432/db",
    "postgresql://[::1]:5432/db": "postgresql://[::1]:5432/db",
    "sqlite:///var/dateline.db": "sqlite:///var/dateline.db",
    "sqlite:////home/a@b/x:y.db": "sqlite:////home/a@b/x:y.db",
    "sqlite://user:PW@host": "sqlite://user:***@host",
    "": "",
}


@pytest.mark.parametrize("url", TABLE)
def test_masked(url: str) -> None:
    assert masked(url) == TABLE[url]
    assert "PW" not in TABLE[url]


@pytest.mark.anyio
@pytest.mark.parametrize("url", [url for url in TABLE if "PW" in url])
async def test_what_cannot_be_opened_is_told_without_it(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Nobody waits for a server that is not there.
    monkeypatch.setattr("storage.postgres.engine.Database", partial(Database, patience=0.0))
    with pytest.raises((ValueError, Unavailable)) as refused:
        await open_store(url)
    assert "PW" not in "".join(format_exception(refused.value))
