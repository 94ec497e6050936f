"""A server on one engine loads nothing of the other's driver."""

import json
import subprocess
import sys

from tests.stores import Stores

OPENED = """
import asyncio, json, sys
import feeds.main
from storage.connect import open_store

async def main():
    store = await open_store(sys.argv[1], migrate=True)
    await store.close()

before = sorted(sys.modules)
asyncio.run(main())
print(json.dumps([before, sorted(sys.modules)]))
"""
DRIVERS = {"psycopg", "aiosqlite"}


def test_a_driver_is_imported_when_its_store_is_opened(stores: Stores, store_url: str) -> None:
    done = subprocess.run([sys.executable, "-c", OPENED, store_url], capture_output=True, text=True, check=True)
    before, after = map(set, json.loads(done.stdout))
    assert not before & DRIVERS
    assert after & DRIVERS == ({"aiosqlite"} if stores.engine == "sqlite" else {"psycopg"})
