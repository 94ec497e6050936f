"""Partners at the desk: their terms, and why one does not see an article."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from feeds.newsroom.partners.terms import create_key, create_partner
from storage.model import Member, MemberUse, PartnerNotes, PartnerVisit, ShownArticles, Source
from tests.desk.editing import Editor
from tests.kinds.newsroom import story
from tests.storage.newsroom import draft
from tests.web.site import BASE, Site

pytestmark = pytest.mark.anyio

PATH = "/desk/partners/"


async def add(site: Site, name: str, **fields: Any) -> str:
    """Where it is shown."""
    partner = await create_partner(site.state.store, {"name": name} | fields, clock=site.clock, language="en")
    return f"{PATH}{partner.id}/"


def verdicts(page: Any) -> dict[str, str]:
    """What is said of each article, by its headline."""
    return {
        row.xpath("string(h2)"): " ".join(row.xpath("string(p[@class='facts'])").split())
        for row in page.xpath("//ol[@class='rows-of-desk']/li[h2]")
    }


async def test_each_is_listed_with_its_keys_and_no_secret(site: Site, editor: Editor) -> None:
    assert "There are none." in (await editor.see(PATH)).text_content()
    later = (site.clock() + timedelta(hours=1)).isoformat()
    where = await add(site, "Rome / Weekly", sections=["world"], text="summary", preset="msn", expires_at=later)
    await add(site, "A <b>")
    key, secret = await create_key(site.state.store, "rome / weekly", {"name": "of 2023"}, clock=site.clock)
    await site.state.store.note_partner_use("rome / weekly", key.name, site.clock())
    await site.state.store.withhold_source("AFP")
    page = await editor.see(PATH)
    assert page.xpath("//h2/a/text()|//h2/a/bdi/text()") == ["A <b>", "Rome / Weekly"]
    said = page.text_content()
    for words in ("all sections", "0 keys", "1 key", "summary", "for msn", "lasts until", "last used", "AFP"):
        assert words in said
    one = await editor.see(where)
    said = one.text_content()
    assert "of 2023" in said
    for words in (secret, key.hash):
        assert words not in said
    assert "Expired" not in said
    site.clock.advance(hours=1)
    assert "Expired" in (await editor.see(where)).text_content()
    await editor.see(f"{PATH}99/", 404)


async def test_keys_of_members_that_seem_to_have_leaked_are_shown_in_pages(site: Site, editor: Editor) -> None:
    where = await add(site, "members", networks=1)
    store = site.state.store
    for number in range(60):
        hash_ = f"hash of {number}"
        await store.keep_member("members", Member(name=f"m-{number:02}", hash=hash_, created_at=site.clock()))
        if number != 7:
            uses = [MemberUse(hash=hash_, day=19_000, network=network) for network in (1, 2)]
            await store.note_member_uses(uses, site.clock())
    first = await editor.see(where)
    shown = first.xpath("//h2[starts-with(., 'Members')]/following-sibling::ul[1]/li")
    assert len(shown) == 50
    assert "m-07" not in first.text_content()
    assert "2 networks" in shown[0].text_content()
    assert "hash of" not in first.text_content()
    second = await editor.see(first.xpath("string(//a[. = 'More of these']/@href)"))
    shown = second.xpath("//h2[starts-with(., 'Members')]/following-sibling::ul[1]/li//bdi/text()")
    assert shown == [f"m-{number}" for number in range(51, 60)]
    assert "Members" not in (await editor.see(await add(site, "Rome"))).xpath("string(//main)")


async def test_why_an_article_is_not_seen(site: Site, editor: Editor) -> None:
    store, now = site.state.store, site.clock()
    sections = [section.path for section in await store.get_sections()]
    assert len(sections) > 1
    first, second = sections[:2]

    async def publish(slug: str, **fields: Any) -> Any:
        named: dict[str, Any] = {"sections": (first,), "source": Source(name="Xinhua")} | fields
        return await store.add_article(story(slug, named.pop("at", now), site.state.publication.zone, **named))

    shown = await publish("shown", at=now - timedelta(days=1))
    await publish("late")
    await publish("old", at=now - timedelta(days=40))
    await publish("elsewhere", sections=(second,))
    await publish("ours", source=None)
    await publish("withheld", source=Source(name="afp"))
    await publish("embargoed", embargoed_until=now + timedelta(hours=2))
    await store.add_article(draft("written"))
    await store.withhold_source("AFP")
    where = await add(site, "Rome", sections=[first], sources=["xinhua", "AFP"], delay=3600, days=30)
    headlines = {article.slug: article.headline for article in await store.list_articles(limit=50)}
    said = verdicts(await editor.see(where))
    expected = {
        "shown": "Seen",
        "late": "Not seen not yet, by the delay",
        "old": "Not seen older than the terms reach",
        "elsewhere": "Not seen in none of the sections",
        "ours": "Not seen of none of the sources",
        "withheld": "Not seen of an agency that is not passed on",
        "embargoed": "Not seen under embargo",
    }
    for slug, words in expected.items():
        assert said[headlines[slug]].startswith(words), said[headlines[slug]]
    [written] = [words for words in said.values() if words.startswith("Not seen not published")]
    assert written
    assert " from 1 March 2023, 12:00" in said[headlines["late"]]
    early = await add(site, "Early", embargoed=True)
    assert verdicts(await editor.see(early))[headlines["embargoed"]].startswith("Seen before its embargo ends")
    for asked in (str(shown.id), f"{BASE}{shown.path}", shown.path, shown.path.rstrip("/")):
        page = await editor.see(f"{where}?article={asked}")
        assert list(verdicts(page)) == [shown.headline], asked
    for asked in ("999", "/nothing/", "https://", "a%20b", "%00", "9" * 30, "http://[", "x" * 3000):
        page = await editor.see(f"{where}?article={asked}")
        assert "There is no such article." in page.text_content()


async def test_articles_and_partners_come_in_pages(site: Site, editor: Editor) -> None:
    for number in range(51):
        await add(site, f"Partner {number:02}")
        await site.state.store.add_article(draft(f"draft-{number}"))
    first = await editor.see(PATH)
    assert len(first.xpath("//h2")) == 50
    [more] = first.xpath("//a[@rel='next']/@href")
    [last] = (await editor.see(more)).xpath("//h2/a/@href")
    page = await editor.see(last)
    assert len(verdicts(page)) <= 50
    [more] = page.xpath("//a[@rel='next']/@href")
    assert (await editor.see(more)).xpath("//ol[@class='rows-of-desk']/li[h2]")


async def test_what_a_partner_would_refuse_is_said_before_it_is_published(site: Site, editor: Editor) -> None:
    await site.newsroom.publish("short")
    await site.state.store.add_article(draft("draft", headline="Draft <i>"))
    where = await add(site, "MSN", preset="msn")
    said = {
        row.xpath("string(h2)"): [" ".join(fault.text_content().split()) for fault in row.xpath("p[@class='hint']")]
        for row in (await editor.see(where)).xpath("//ol[@class='rows-of-desk']/li[h2]")
    }
    assert any(one.startswith("It would be refused Its title has 5 characters: write one") for one in said["Short"])
    assert any(one.startswith("It would be refused Its title has 9 characters") for one in said["Draft <i>"])
    plain = await editor.see(await add(site, "Rome"))
    assert "It would be refused" not in plain.text_content()


async def test_what_a_partner_took_is_said_and_what_it_did_not(site: Site, editor: Editor) -> None:
    store = site.state.store
    where = await add(site, "Rome")
    [partner] = await store.list_partners()
    assert "It was never here." in (await editor.see(where)).text_content()
    wrong = await site.newsroom.publish("wrong")
    await store.expand_views()
    shown = ShownArticles(set_id=partner.set_id, number=1, articles=(wrong.id,))
    visit = PartnerVisit(at=site.clock(), set_id=partner.set_id, since=site.clock() - timedelta(minutes=1))
    await store.note_partners(
        PartnerNotes(visits={partner.id: visit}, taken=((shown, {partner.id: site.clock() + timedelta(minutes=3)}),))
    )
    site.clock.advance(minutes=1)
    await site.newsroom.withdraw(wrong)
    await store.expand_views()
    [listed] = (await editor.see(PATH)).xpath("//ol[@class='rows-of-desk']/li")
    said = " ".join(listed.text_content().split())
    assert "1 outstanding last here 1 March 2023, 11:00 first pick-up 1 March 2023, 10:59" in said
    assert "fresh: median 3 min, worst 3 min" in said
    page = await editor.see(where)
    assert "Withdrawal not picked up Wrong since 1 March 2023, 11:01" in " ".join(page.text_content().split())
    [link] = page.xpath("//a[text()='All of it as CSV']/@href")
    kept = await store.get_partner("Rome")
    await store.update_partner(replace(kept, silence=1), if_version=kept.version)
    for seen in (PATH, where):
        assert not (await editor.see(seen)).xpath("//span[text()='Silent']")
    site.clock.advance(hours=1)
    for seen in (PATH, where):
        assert (await editor.see(seen)).xpath("//span[text()='Silent']")
    reply = await editor.browser.get(link)
    assert (reply.status_code, reply.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert reply.text.splitlines()[1].endswith(",withdraw,1,urn:test:wrong,Wrong,,,yes")
