from collections.abc import Iterator

import pytest

from tests.postgres.proxy import Proxy, proxied


@pytest.fixture
def way(postgres_url: str) -> Iterator[tuple[Proxy, str]]:
    """A proxy before the test's database, and the URL that leads through it."""
    with proxied(postgres_url) as way:
        yield way
