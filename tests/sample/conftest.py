import pytest

from feeds.sample.manuscripts import Manuscripts, read_manuscripts


@pytest.fixture(scope="session")
def manuscripts() -> Manuscripts:
    return read_manuscripts()
