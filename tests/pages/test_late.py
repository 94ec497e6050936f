"""What came late is shown by pages, too: for a week it stands after the newest."""

from dataclasses import replace
from datetime import timedelta

import pytest

from feeds import paths
from feeds.web.pages import PAGES, PageBuilder
from storage.model import Author, Tag
from tests.pages.newsroom import Newsroom, parse, select, text
from tests.pages.rules import faults

pytestmark = pytest.mark.anyio

WEEK = timedelta(days=7)
HEADING = "//main//section[h2[contains(., 'lately')]]"
BUILDERS = {path: build for path, build, _ in PAGES}
LISTS = [
    (BUILDERS[paths.HOME.pattern], {}),
    (BUILDERS[paths.SECTION.pattern], {"section": "world"}),
    (BUILDERS[paths.TAG.pattern], {"tag": "ferries"}),
    (BUILDERS[paths.AUTHOR.pattern], {"author": "jane-doe"}),
]
COMMENTS = [
    (BUILDERS[paths.COMMENTS.pattern], {}),
    (BUILDERS[paths.SECTION_COMMENTS.pattern], {"section": "world"}),
]


@pytest.fixture
async def small(newsroom: Newsroom) -> Newsroom:
    """Its lists show two entries."""
    newsroom.use(replace(newsroom.site, publication=replace(newsroom.site.publication, feed_items=2)))
    return newsroom


async def _publish(newsroom: Newsroom, headline: str, *, days: int = 0) -> None:
    await newsroom.publish(
        headline,
        published_at=newsroom.clock.now - timedelta(days=days),
        sections=("world",),
        tags=(Tag(name="Ferries", slug="ferries"),),
        authors=(Author(name="Jane Doe", slug="jane-doe"),),
    )


@pytest.mark.parametrize(("build", "params"), LISTS)
async def test_an_article_with_an_old_date_stands_after_the_newest_for_a_week(
    small: Newsroom, build: PageBuilder, params: dict[str, str]
) -> None:
    for number in range(3):
        small.clock.pass_by(minutes=1)
        await _publish(small, f"Story {number}")
    assert select(parse(await small.page(build, **params)), HEADING) == []
    await _publish(small, "Of last year", days=300)
    page = await small.page(build, **params)
    assert faults(page.html) == []
    (late,) = select(parse(page), HEADING)
    assert [text(title) for title in select(late, ".//h3/a")] == ["Of last year"]
    titles = [text(title) for title in select(parse(page), "//main//article//*[self::h2 or self::h3]/a")]
    assert sorted(titles) == ["Of last year", "Story 1", "Story 2"], "nothing stands there twice"
    older = select(parse(page), "//nav[@aria-label='Pages']//a/@href")[0].partition("?before=")[2]
    assert select(parse(await small.page(build, **params, before=older)), HEADING) == []

    small.clock.now += WEEK - timedelta(seconds=1)
    page = await small.page(build, **params)
    assert page.validity.until == small.clock.now + timedelta(seconds=1)
    small.clock.now = page.validity.until
    later = await small.page(build, **params)
    assert select(parse(later), HEADING) == []
    assert later.validity.since == page.validity.until


@pytest.mark.parametrize(("build", "params"), COMMENTS)
async def test_a_comment_approved_after_newer_ones_stands_after_them_for_a_week(
    small: Newsroom, build: PageBuilder, params: dict[str, str]
) -> None:
    article = await small.publish(sections=("world",))
    small.clock.pass_by(days=2)
    for number in range(3):
        await small.comment(article, f"Comment {number}", created_at=small.clock.now)
        small.clock.pass_by(minutes=1)
    await small.comment(article, "I waited long", created_at=small.clock.now - timedelta(days=1))
    page = await small.page(build, **params)
    assert faults(page.html) == []
    (late,) = select(parse(page), HEADING)
    assert [text(words) for words in select(late, ".//div[@class='words']")] == ["I waited long"]
    shown = [text(words) for words in select(parse(page), "//main//div[@class='words']")]
    assert shown == ["Comment 2", "Comment 1", "I waited long"]
    small.clock.now += WEEK
    assert select(parse(await small.page(build, **params)), HEADING) == []
