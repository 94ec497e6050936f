"""The front page."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from feeds.web.pages.home import build_home
from storage.model import Image, Source
from tests.pages.newsroom import NOON, Newsroom, one, parse, select, text
from tests.pages.rules import faults

pytestmark = pytest.mark.anyio


async def test_it_carries_the_title_and_todays_date_in_the_newsrooms_zone(newsroom: Newsroom) -> None:
    newsroom.clock.now = datetime(2023, 3, 22, 21, 30, tzinfo=UTC)  # past midnight in Kampala
    document = parse(await newsroom.page(build_home))
    assert text(one(document, "//h1")) == "The Courier"
    assert text(one(document, "//header//time")) == "Thursday 23 March 2023"
    assert one(document, "//header//time/@datetime") == "2023-03-23"


async def test_it_changes_at_midnight_there(newsroom: Newsroom) -> None:
    page = await newsroom.page(build_home)
    assert page.validity.until == datetime(2023, 3, 22, 21, tzinfo=UTC)
    assert page.validity.since == datetime(2023, 3, 21, 21, tzinfo=UTC)
    newsroom.clock.now = page.validity.until - timedelta(microseconds=1)
    assert (await newsroom.page(build_home)).html == page.html
    newsroom.clock.now = page.validity.until
    later = await newsroom.page(build_home)
    assert later.html != page.html
    assert later.validity.since == page.validity.until


async def test_articles_stand_newest_first_and_the_lead_has_a_photo(newsroom: Newsroom) -> None:
    await newsroom.publish("Oldest")
    newsroom.clock.pass_by(hours=1)
    await newsroom.publish("With a photo", image=Image(url="/media/pier.jpg", alt="A pier", width=30, height=20))
    newsroom.clock.pass_by(hours=1)
    await newsroom.publish("Newest")
    document = parse(await newsroom.page(build_home))
    assert [text(title) for title in select(document, "//main//h3")] == ["With a photo", "Newest", "Oldest"]
    photo = one(document, "//main//img")
    assert (photo.get("src"), photo.get("alt"), photo.get("width")) == ("/media/pier.jpg", "A pier", "30")


async def test_a_story_says_when_where_whence_and_how_many_replies(newsroom: Newsroom) -> None:
    article = await newsroom.publish(
        summary="In short.",
        sections=("world/africa",),
        dateline="Brussels, Belgium",
        source=Source(name="Xinhua"),
    )
    await newsroom.comment(article)
    document = parse(await newsroom.page(build_home))
    facts = one(document, "//main//article/div/p[@class='facts']")
    assert text(facts) == "Africa 22 Mar 2023, 12:00 Brussels, Belgium | Xinhua One comment"
    assert one(facts, "time/@datetime") == "2023-03-22T12:00:00+03:00"
    assert select(facts, "a/@href") == ["/section/world/africa/", "/2023/03/22/story-1/#comments"]
    assert text(one(document, "//p[@class='summary']")) == "In short."


async def test_an_article_without_a_summary_shows_its_first_words(newsroom: Newsroom) -> None:
    await newsroom.publish(body_html=f"<p>{'word ' * 50}</p>")
    document = parse(await newsroom.page(build_home))
    assert text(one(document, "//p[@class='summary']")) == "word " * 30 + "…"


async def test_an_empty_newsroom_says_so(newsroom: Newsroom) -> None:
    document = parse(await newsroom.page(build_home))
    assert "Nothing has been published yet" in text(one(document, "//main"))


async def test_navigation_shows_the_sections_at_the_root_and_where_one_is(newsroom: Newsroom) -> None:
    document = parse(await newsroom.page(build_home))
    links = select(document, "//nav[@aria-label='Sections']//a")
    assert [text(link) for link in links] == ["Home", "Sport", "World", "Comments", "Search", "Feeds"]
    assert [text(link) for link in links if link.get("aria-current")] == ["Home"]


async def test_it_leads_on_to_older_articles_and_to_the_days_that_have_any(newsroom: Newsroom) -> None:
    for age in reversed(range(5)):
        newsroom.clock.now = NOON - timedelta(days=20 * (age + 1))
        await newsroom.publish(f"Story {age}")
    newsroom.clock.now = NOON
    newsroom.site = replace(newsroom.site, publication=replace(newsroom.site.publication, feed_items=2))
    document = parse(await newsroom.page(build_home))
    archive = select(document, "//nav[@aria-label='Archive']//a")
    assert [(text(link), link.get("href")) for link in archive] == [
        ("Thursday 2 March 2023", "/2023/03/02/"), ("March 2023", "/2023/03/"), ("2023", "/2023/"), ]  # fmt: skip
    shown = [text(title) for title in select(document, "//main//article//h3")]
    while older := select(document, "//nav[@aria-label='Pages']//a[.='Older']/@href"):
        path, _, before = older[0].partition("?before=")
        assert path == "/"
        page = await newsroom.page(build_home, before=before)
        assert faults(page.html) == []
        document = parse(page)
        shown += [text(title) for title in select(document, "//main//article//h2")]
    assert shown == [f"Story {age}" for age in range(5)]
    after = one(document, "//nav[@aria-label='Pages']//a/@href").partition("?after=")[2]
    document = parse(await newsroom.page(build_home, after=after))
    assert [text(title) for title in select(document, "//main//article//h2")] == ["Story 2", "Story 3"]


async def test_an_empty_newsroom_has_no_archive(newsroom: Newsroom) -> None:
    assert select(parse(await newsroom.page(build_home)), "//nav[@aria-label='Archive']") == []


@pytest.mark.parametrize(
    ("summary", "body", "facts"),
    [
        ("In short.", "<p>Ships came.</p>", "22 Mar 2023, 12:00 Brussels, Belgium | Xinhua"),
        ("", "<p>Ships came.</p>", "22 Mar 2023, 12:00 Brussels, Belgium | Xinhua"),
        ("", "<p>Brussels, Belgium | Xinhua | Ships came.</p>", "22 Mar 2023, 12:00"),
        ("Brussels, Belgium (Xinhua) - Ships came.", "<p>Ships came.</p>", "22 Mar 2023, 12:00"),
    ],
)
async def test_a_story_says_place_and_agency_once(newsroom: Newsroom, summary: str, body: str, facts: str) -> None:
    await newsroom.publish(summary=summary, body_html=body, dateline="Brussels, Belgium", source=Source(name="Xinhua"))
    document = parse(await newsroom.page(build_home))
    assert text(one(document, "//main//article/div/p[@class='facts']")) == facts
