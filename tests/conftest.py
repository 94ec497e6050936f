"""What every test stands on."""

import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.postgres.databases import Databases, databases
from tests.postgres.shared import shared_server

# Whoever starts the tests in the background may have this ignored, and then it would be by all that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes says more of the machine than of the code.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


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
