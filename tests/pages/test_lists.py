"""Dated pages, sections, the newest comments, the directory."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from feeds.formats import FORMATS
from feeds.kinds.base import BadDate, NoSuchFeed
from feeds.web.pages.comments import build_comments
from feeds.web.pages.dated import build_dated
from feeds.web.pages.directory import build_directory
from feeds.web.pages.named import build_section
from storage.model import ArticleStatus, Author, CommentStatus, Tag
from tests.pages.newsroom import EMAIL, NOON, Newsroom, one, parse, select, text
from tests.pages.rules import faults

pytestmark = pytest.mark.anyio


async def test_a_day_shows_all_of_it_with_the_way_up(newsroom: Newsroom) -> None:
    for number in range(3):
        await newsroom.publish(f"Story {number}", published_at=NOON - timedelta(minutes=2 - number))
    await newsroom.publish("Of the day before", published_at=NOON - timedelta(days=1))
    newsroom.site = replace(newsroom.site, publication=replace(newsroom.site.publication, feed_items=2))
    newsroom.clock.pass_by(hours=1)
    page = await newsroom.page(build_dated, year="2023", month="03", day="22")
    document = parse(page)
    assert text(one(document, "//h1")) == "Wednesday 22 March 2023"
    assert [text(title) for title in select(document, "//main//h2/a")] == ["Story 2", "Story 1", "Story 0"]
    assert [text(time) for time in select(document, "//main//article//time")] == ["12:00", "11:59", "11:58"]
    trail = select(document, "//nav[@aria-label='Breadcrumb']//li")
    assert [text(step) for step in trail] == ["Home", "2023", "March", "22"]
    assert select(document, "//nav[@aria-label='Breadcrumb']//a/@href") == ["/", "/2023/", "/2023/03/"]


async def test_a_day_is_finished_when_it_is_over_there(newsroom: Newsroom) -> None:
    day = {"year": "2023", "month": "03", "day": "22"}
    await newsroom.publish()
    page = await newsroom.page(build_dated, **day)
    assert page.validity.until == datetime(2023, 3, 22, 21, tzinfo=UTC)
    assert not page.validity.finished
    newsroom.clock.now = page.validity.until
    assert (await newsroom.page(build_dated, **day)).validity.finished


async def test_a_month_groups_its_days_and_links_those_with_articles(newsroom: Newsroom) -> None:
    for age in (0, 2, 2, 9):
        await newsroom.publish(published_at=NOON - timedelta(days=age))
    document = parse(await newsroom.page(build_dated, year="2023", month="03"))
    assert [text(title) for title in select(document, "//main//section/h2/a")] == [
        "Wednesday 22 March 2023", "Monday 20 March 2023", "Monday 13 March 2023", ]  # fmt: skip
    days = select(document, "//nav[@aria-label='Days of March 2023']//a")
    assert [text(day) for day in days] == ["13", "20", "22"]
    assert days[0].get("href") == "/2023/03/13/"


async def test_whatever_a_month_shows_its_days_with_articles_and_no_others_are_linked(newsroom: Newsroom) -> None:
    for age in range(3):
        await newsroom.publish(published_at=NOON - timedelta(days=2 * age))
    newsroom.site = replace(newsroom.site, publication=replace(newsroom.site.publication, feed_items=2))
    days = "//nav[@aria-label='Days of March 2023']//a"
    document = parse(await newsroom.page(build_dated, year="2023", month="03"))
    assert [text(day) for day in select(document, days)] == ["18", "20", "22"]
    older = one(document, "//nav[@aria-label='Pages']//a/@href").partition("?before=")[2]
    document = parse(await newsroom.page(build_dated, year="2023", month="03", before=older))
    assert [text(day) for day in select(document, days)] == ["18", "20", "22"]
    assert [text(story) for story in select(document, "//main//section/h2/a")] == ["Saturday 18 March 2023"]


async def test_a_year_groups_its_months(newsroom: Newsroom) -> None:
    await newsroom.publish(published_at=NOON)
    await newsroom.publish(published_at=NOON - timedelta(days=50))
    document = parse(await newsroom.page(build_dated, year="2023"))
    assert text(one(document, "//h1")) == "2023"
    headings = select(document, "//main//section/h2/a")
    assert [(text(link), link.get("href")) for link in headings] == [
        ("March 2023", "/2023/03/"), ("January 2023", "/2023/01/"), ]  # fmt: skip
    assert [text(month) for month in select(document, "//nav[@aria-label='Months of 2023']//a")] == ["January", "March"]


@pytest.mark.parametrize(
    ("asked", "beside"),
    [  # the links' words and addresses, by their rel
        ("2023/03/22", {"prev": ("Wednesday 1 March 2023", "/2023/03/01/")}),
        ("2023/03/01", {"prev": ("Friday 30 December 2022", "/2022/12/30/"), "next": ("Wednesday 22 March 2023", "/2023/03/22/")}),
        ("2023/02/11", {"prev": ("Friday 30 December 2022", "/2022/12/30/"), "next": ("Wednesday 1 March 2023", "/2023/03/01/")}),
        ("2023/03", {"prev": ("December 2022", "/2022/12/")}),
        ("2023/02", {"prev": ("December 2022", "/2022/12/"), "next": ("March 2023", "/2023/03/")}),
        ("2023", {"prev": ("2022", "/2022/")}),
        ("2022", {"next": ("2023", "/2023/")}),
    ],
)  # fmt: skip
async def test_a_period_leads_to_those_before_and_after_it_that_have_articles(
    newsroom: Newsroom, asked: str, beside: dict[str, tuple[str, str]]
) -> None:
    for month, day, year in ((3, 22, 2023), (3, 1, 2023), (12, 30, 2022)):
        await newsroom.publish(published_at=datetime(year, month, day, 8, tzinfo=UTC))
    withdrawn = await newsroom.publish("Withdrawn", published_at=datetime(2023, 2, 10, 8, tzinfo=UTC))
    await newsroom.change(withdrawn, status=ArticleStatus.WITHDRAWN)
    page = await newsroom.page(build_dated, **dict(zip(("year", "month", "day"), asked.split("/"), strict=False)))
    links = select(parse(page), "//nav[@aria-label='Before and after']//a")
    assert {link.get("rel"): (text(link), link.get("href")) for link in links} == beside
    assert faults(page.html) == []


async def test_a_period_changes_with_those_beside_it(newsroom: Newsroom) -> None:
    await newsroom.publish(published_at=NOON - timedelta(days=60))
    asked = {
        "day": {"year": "2023", "month": "03", "day": "01"},
        "month": {"year": "2023", "month": "03"},
        "year": {"year": "2024"},
    }
    newsroom.clock.pass_by(days=400)
    before = {name: await newsroom.page(build_dated, **params) for name, params in asked.items()}
    article = await newsroom.publish("Between", published_at=NOON - timedelta(days=22))
    changed = []
    for name, params in asked.items():
        page = await newsroom.page(build_dated, **params)
        if page.html != before[name].html:
            changed.append(name)
            assert max(state.version for state in page.snapshot.scopes.values()) == article.seq
    assert changed == ["day", "month"]


async def test_an_empty_period_says_so(newsroom: Newsroom) -> None:
    await newsroom.publish(published_at=datetime(2021, 12, 31, tzinfo=UTC))
    for params in ({"year": "2022"}, {"year": "2022", "month": "02"}, {"year": "2022", "month": "02", "day": "01"}):
        page = await newsroom.page(build_dated, **params)
        assert "Nothing was published then." in text(parse(page))
    today = await newsroom.page(build_dated, year="2023", month="03", day="22")
    assert "Nothing has been published yet." in text(parse(today))


async def test_there_is_no_page_of_what_has_not_begun_or_cannot_be(newsroom: Newsroom) -> None:
    with pytest.raises(NoSuchFeed):
        await newsroom.page(build_dated, year="2023", month="03", day="23")
    with pytest.raises(BadDate):
        await newsroom.page(build_dated, year="2023", month="02", day="30")


async def test_a_section_shows_those_in_it_too(newsroom: Newsroom) -> None:
    await newsroom.publish("In Africa", sections=("world/africa",))
    await newsroom.publish("In the world", sections=("world",))
    await newsroom.publish("In sport", sections=("sport",))
    document = parse(await newsroom.page(build_section, section="world"))
    assert text(one(document, "//h1")) == "World"
    assert text(one(document, "//nav[@aria-label='Sections']//a[@aria-current='page']")) == "World"
    assert [text(title) for title in select(document, "//main//article//h2")] == ["In the world", "In Africa"]
    child = one(document, "//nav[@aria-label='Sections in World']//a")
    assert (text(child), child.get("href")) == ("Africa", "/section/world/africa/")


async def test_a_nested_section_shows_the_way_up(newsroom: Newsroom) -> None:
    document = parse(await newsroom.page(build_section, section="world/africa"))
    trail = one(document, "//nav[@aria-label='Breadcrumb']")
    assert text(trail) == "Home World Africa"
    assert text(one(trail, ".//*[@aria-current='page']")) == "Africa"
    link = one(document, "//nav[@aria-label='Sections']//a[@aria-current]")
    assert (text(link), link.get("aria-current")) == ("World", "true")


async def test_there_is_no_page_of_an_unknown_section(newsroom: Newsroom) -> None:
    with pytest.raises(NoSuchFeed):
        await newsroom.page(build_section, section="moon")


async def test_comments_stand_newest_first_with_what_they_answer(newsroom: Newsroom) -> None:
    article = await newsroom.publish("Harbour reopens")
    first = await newsroom.comment(article, "First!")
    await newsroom.comment(article, "Second.", parent_id=first.id, author_name="Peter")
    await newsroom.comment(article, "Hidden.", status=CommentStatus.PENDING)
    page = await newsroom.page(build_comments)
    remarks = select(parse(page), "//main//li/article")
    assert [text(one(remark, "div")) for remark in remarks] == ["Second.", "First!"]
    assert text(one(remarks[0], "p[@class='facts']")) == "Peter in reply to Miriam 22 March 2023, 12:02"
    assert select(remarks[0], ".//a/@href")[:2] == [
        article.path,
        f"{article.path}?comment={first.id}#comment-{first.id}",
    ]
    assert EMAIL.encode() not in page.html


async def test_the_directory_names_every_feed_in_every_format(newsroom: Newsroom) -> None:
    await newsroom.publish(tags=(Tag(slug="lake", name="Lake"),), authors=(Author(slug="grace", name="Grace"),))
    page = await newsroom.page(build_directory)
    document = parse(page)
    pages = select(document, "//main//h3/a/@href")
    assert pages == [
        "/", "/comments/", "/section/sport/", "/section/sport/comments/", "/section/world/", "/section/world/comments/",
        "/section/world/africa/", "/section/world/africa/comments/", "/2023/03/22/", "/2023/03/", "/2023/", "/tag/lake/",
        "/author/grace/", ]  # fmt: skip
    for path in pages:
        for extension in FORMATS:
            link = one(document, f"//main//a[@href='https://news.example{path}feed{extension}']")
            assert link.get("type") == FORMATS[extension].media_type.partition(";")[0]
    sentences = [text(about) for about in select(document, "//main//li/p")]
    assert len(sentences) == len(pages) - 2, "a tag and an author say it all with their names"
    assert all(sentence.endswith(".") for sentence in sentences)
    assert page.validity.until == datetime(2023, 3, 22, 21, tzinfo=UTC)
