"""What /readyz says of a worker's loops."""

import asyncio

import pytest

from tests.web.site import Client, Site

pytestmark = pytest.mark.anyio


async def test_a_loop_that_fails_is_named_and_one_that_works_again_is_not(site: Site, client: Client) -> None:
    failed, mended = asyncio.Event(), asyncio.Event()

    async def sweep() -> float:
        if not failed.is_set():
            failed.set()
            raise ValueError("what it says may be secret")
        mended.set()
        return 3600

    assert (await client.ask("/readyz")).text == "ready\n"
    running = asyncio.create_task(site.state.loops.run_forever("sweeper", sweep))
    await failed.wait()
    reply = await client.ask("/readyz")
    assert reply.status == 200
    since = site.clock().strftime("%Y-%m-%dT%H:%M:%SZ")
    assert reply.text == f"ready\nloops: sweeper fails since {since} (1 in a row): ValueError\n"
    await mended.wait()
    assert (await client.ask("/readyz")).text == "ready\n"
    running.cancel()
