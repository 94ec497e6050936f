"""What every test stands on."""

import signal

import pytest
from hypothesis import settings

# Whoever starts the tests in the background may have this ignored, and then it would be by all that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes says more of the machine than of the code.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"
