"""What every test stands on."""

import gc
import os
import signal
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import settings

from feeds import main
from feeds.cache import follower
from storage.postgres import watch
from tests.postgres.databases import Databases, databases
from tests.postgres.lasting import lasting
from tests.postgres.reuse import ReusedDatabases
from tests.postgres.shared import shared_server
from tests.stores import ENGINES, ORDINARY, Stores, make_schema, new_file
from tests.wordpress.server import missing, running
from tests.wordpress.site import Site

# Whoever starts the tests in the background may have this ignored, and then it would be by all that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Of what is made while tests are collected nothing becomes garbage: not to look for it, then or ever, saves a fifth of collecting.
gc.disable()

# How long an example takes says more of the machine than of the code. What decides on a change draws the same each time, so that a
# failure is the change's; `make nightly` draws many, and others each time.
settings.register_profile("house", deadline=None, max_examples=40, derandomize=True)
settings.register_profile("nightly", deadline=None, max_examples=5 * ORDINARY)
settings.load_profile("house")


def pytest_collection_finish() -> None:
    gc.freeze()
    # A test makes tens of thousands of objects, of which few are in cycles.
    gc.set_threshold(20_000, 10, 20)
    gc.enable()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """The run's PostgreSQL server, started when the first test asks for it."""
    folder = tmp_path_factory.getbasetemp()
    # Each of several processes has a folder of its own in the run's.
    with (
        shared_server(folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) as server,
        databases(server) as made,
    ):
        yield made


@pytest.fixture
def postgres_url(postgres: Databases) -> Iterator[str]:
    """Of a database of the test's own, without a table."""
    with postgres.empty() as url:
        yield url


@pytest.fixture(scope="session")
def reused_databases(postgres: Databases) -> Iterator[ReusedDatabases]:
    with lasting(), closing(ReusedDatabases(postgres, make_schema)) as reused:
        yield reused


@pytest.fixture(scope="module", params=ENGINES)
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    """Of each engine: whatever stands on it is run on both. `-k postgres` chooses one."""
    with pytest.MonkeyPatch.context() as patch:
        # That what is due, or a reading, takes too long to be waited for, and that a look at the log is too old to be believed, is
        # the subject of others: here it would say that this machine was busy.
        patch.setattr(follower, "_PATIENCE", 60.0)
        patch.setattr(main, "_PATIENCE", 60.0)
        if request.param == "sqlite":
            yield Stores("sqlite", new_file)
            return
        reused: ReusedDatabases = request.getfixturevalue("reused_databases")
        patch.setattr(watch, "BELIEVED", 60.0)
        yield Stores("postgres", reused.lent)


@pytest.fixture
def store_url(stores: Stores) -> Iterator[str]:
    """Of a database of the test's own, without a row."""
    with stores.new() as url:
        yield url


@pytest.fixture(scope="module")
def module_url(stores: Stores) -> Iterator[str]:
    """Of a database that the tests of a file share."""
    with stores.new() as url:
        yield url


@pytest.fixture(scope="session")
def wordpress_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A process's WordPress, started when its first test asks for it."""
    if what := missing():
        pytest.skip(f"{what} is not installed")
    with running(tmp_path_factory.mktemp("wordpress")) as site:
        yield site


@pytest.fixture
def wordpress(wordpress_server: Site) -> Site:
    """A real WordPress with an administrator and nothing else: another's content is gone."""
    wordpress_server.renew()
    return wordpress_server
