import pytest

from tests.stores import Stores, new_file


@pytest.fixture(scope="module")
def stores() -> Stores:
    return Stores("sqlite", new_file)
