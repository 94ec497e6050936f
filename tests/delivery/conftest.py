from collections.abc import Iterator

import pytest

from tests.delivery.endpoint import Recorder, recording


@pytest.fixture
def cache() -> Iterator[Recorder]:
    with recording() as recorder:
        yield recorder
