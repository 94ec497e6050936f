"""Partners that fall silent: once in the log, and once when they are here again."""

import logging

import pytest

from feeds.newsroom.partners.silences import Silences
from storage.model import Partner, Terms
from tests.partners.partner import Asker, Partners
from tests.web.site import Site

pytestmark = pytest.mark.anyio


async def set_silence(site: Site, asker: Asker, hours: int) -> None:
    kept = await site.state.store.get_partner(asker.partner.name)
    await site.state.store.update_partner(
        Partner(id=kept.id, name=kept.name, contact="ann@rome.example", terms=Terms(), silence=hours),
        if_version=kept.version,
    )


@pytest.mark.both_engines
async def test_each_silence_is_said_once_and_its_end(
    site: Site, partners: Partners, caplog: pytest.LogCaptureFixture
) -> None:
    store, silences = site.state.store, site.state.silences
    rome, oslo = await partners.add("Rome"), await partners.add("Oslo")
    await set_silence(site, rome, 2)

    async def look() -> list[str]:
        """What is said, by two workers."""
        caplog.clear()
        await site.state.pickups.write()
        for _ in range(2):
            await silences.step()
        return [one.getMessage() for one in caplog.records if one.levelno == logging.WARNING]

    await rome.ask("/feed.json")
    await oslo.ask("/feed.json")
    site.clock.advance(hours=1, minutes=59)
    assert await look() == []
    site.clock.advance(minutes=1)
    [said] = await look()
    assert said == "the partner Rome has not been here since 2023-03-01 08:00 UTC, for more than 2 h: ann@rome.example"
    site.clock.advance(hours=9)
    assert await look() == [], "it is said once"
    assert set(await store.silent_partners()) == {rome.partner.id}
    health = await partners.client.ask("/readyz")
    assert (health.status, health.text) == (200, "ready\npartners: 1 is silent; `dateline partner list` names them\n")

    await rome.ask("/feed.json")
    assert await look() == ["the partner Rome is here again, after 11.0 h"]
    assert (await partners.client.ask("/readyz")).text == "ready\n"
    site.clock.advance(hours=2)
    assert len(await look()) == 1, "another silence"
    await set_silence(site, rome, 0)
    assert await look() == [], "that is no return"
    await set_silence(site, oslo, 1)
    assert len(await look()) == 1
    await store.remove_partner("Oslo")
    assert await look() == []


async def test_after_a_start_partners_have_time_to_come(site: Site, partners: Partners) -> None:
    rome = await partners.add("Rome")
    await set_silence(site, rome, 1)
    site.clock.advance(hours=12)
    restarted = Silences(site.state.store, site.clock)
    site.clock.advance(minutes=14)
    await restarted.step()
    assert restarted.count == 0
    site.clock.advance(minutes=1)
    await restarted.step()
    assert restarted.count == 1, "since it was made it never came"
