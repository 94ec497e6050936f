from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.delivery.endpoint import Recorder, recording
from tests.delivery.hub import IMPATIENT, Hub, opened_hub
from tests.delivery.subscribers import Sink, sink


@pytest.fixture
def cache() -> Iterator[Recorder]:
    with recording() as recorder:
        yield recorder


@pytest.fixture
async def subscribers() -> AsyncIterator[Sink]:
    """At three addresses of this machine."""
    async with sink(("127.0.1.1", "127.0.1.2", "127.0.1.3")) as made:
        yield made


@pytest.fixture
async def hub(tmp_path: Path, subscribers: Sink) -> AsyncIterator[Hub]:
    async with opened_hub(tmp_path, subscribers) as opened:
        yield opened


@pytest.fixture
async def impatient(tmp_path: Path, subscribers: Sink) -> AsyncIterator[Hub]:
    """One that waits a second for answers."""
    async with opened_hub(tmp_path, subscribers, pace=IMPATIENT) as opened:
        yield opened
