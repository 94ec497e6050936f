"""What is under embargo: entitled partners have it early, marked in every format; when it ends, the marks are gone."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from feeds.formats import PARTNER_FORMATS
from storage.model import Article
from tests.partners.partner import Asker, Partners
from tests.web.site import Site

pytestmark = pytest.mark.anyio

LINE = "Embargoed until 1 March 2023, "


async def under_embargo(site: Site) -> tuple[Article, datetime]:
    until = site.clock() + timedelta(hours=2)
    return await site.newsroom.publish("embargoed", embargoed_until=until, sections=("world",)), until


async def in_ninjs(asker: Asker) -> dict[str, Any]:
    [entry] = json.loads((await asker.ask("/feed.ninjs")).body)["associations"]
    return dict(entry)


async def test_it_is_marked_in_every_format_until_it_ends(site: Site, partners: Partners) -> None:
    public = await partners.add("Public")
    early, plain = (
        await partners.add("Early", embargoed=True, embargo_line=True),
        await partners.add("P", embargoed=True),
    )
    _, until = await under_embargo(site)
    for extension in PARTNER_FORMATS:
        said = (await early.ask(f"/feed{extension}")).text
        assert LINE in said, extension
        assert until.isoformat() in said, extension
        without_line = (await plain.ask(f"/feed{extension}")).text
        assert LINE not in without_line, extension
        assert until.isoformat() in without_line, extension
        assert "Embargoed" not in (await public.ask(f"/feed{extension}")).text
    site.clock.now = until
    await site.state.store.run_due()
    for extension in PARTNER_FORMATS:
        for asker in (early, plain, public):
            said = (await asker.ask(f"/feed{extension}")).text
            assert "Embargoed" in said, "its headline"
            for sign in (LINE, "embargoDate", "embargoed_until", "embargoedUntil", "withheld"):
                assert sign not in said, (extension, sign)


async def test_each_of_its_versions_has_a_greater_number(site: Site, partners: Partners) -> None:
    early = await partners.add(embargoed=True)
    article, until = await under_embargo(site)
    first = await in_ninjs(early)
    assert (first["pubStatus"], first["embargoedUntil"]) == ("withheld", until.isoformat())
    site.clock.advance(minutes=5)
    await site.newsroom.edit(article, headline="Otherwise")
    second = await in_ninjs(early)
    site.clock.now = until
    await site.state.store.run_due()
    third = await in_ninjs(early)
    assert [one["name"] for one in (first, second, third)] == ["Embargoed", "Otherwise", "Otherwise"]
    assert int(first["version"]) < int(second["version"]) < int(third["version"])
    assert third["pubStatus"] == "usable"


@pytest.mark.both_engines
async def test_it_is_an_item_at_its_own_path_for_those_who_see_it(site: Site, partners: Partners) -> None:
    public, early = await partners.add("Public"), await partners.add("Early", embargoed=True)
    article, _ = await under_embargo(site)
    path = f"{article.path[:-1]}.ninjs"
    reply = await early.ask(path)
    assert reply.status == 200, reply.text
    assert (reply.status, json.loads(reply.body)["pubStatus"]) == (200, "withheld")
    assert (await public.ask(path)).status == 404
    moved = await site.newsroom.edit(article, slug="other")
    there = f"{moved.path[:-1]}.ninjs"
    assert (await early.ask(there)).status == 200
    assert (await public.ask(there)).status == 404
    assert (await early.ask(path)).status == 404, "what the public never saw leaves no path behind"
    await site.newsroom.withdraw(moved)
    assert (await early.ask(there)).status == 410
    assert (await public.ask(there)).status == 404


async def test_what_was_public_once_is_there_again_for_those_who_see_it(site: Site, partners: Partners) -> None:
    public, early = await partners.add("Public"), await partners.add("Early", embargoed=True)
    article = await site.newsroom.publish("story")
    path = f"{article.path[:-1]}.ninjs"
    assert [(await asker.ask(path)).status for asker in (public, early)] == [200, 200]
    await site.newsroom.edit(article, embargoed_until=site.clock() + timedelta(hours=1))
    assert [(await asker.ask(path)).status for asker in (public, early)] == [410, 200]
