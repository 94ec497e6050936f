"""What an article without a date is: published now, or not dated; but readers' paths go on leading somewhere."""

from typing import Any

import pytest

from tests.api.desk import FORMATS, Desk, path_of

pytestmark = pytest.mark.anyio

LISTS = ("/", "/section/world/", "/2023/03/22/", "/2023/03/", "/comments/")


async def every_list_answers(desk: Desk) -> None:
    pages = [*LISTS, "/sitemap.xml", "/sitemap-0.xml", "/news-sitemap.xml", "/feeds.opml", "/search?q=harbour"]
    for path in [*pages, *(f"{path}feed.{format}" for path in LISTS for format in FORMATS)]:
        assert (await desk.reader.get(path)).status_code == 200, path


@pytest.mark.parametrize(
    "edits",
    [
        [{"status": "draft", "published_at": None}],
        [{"status": "withdrawn"}, {"published_at": None}],
        [{"status": "withdrawn", "published_at": None}, {"slug": "another"}],
    ],
)
async def test_an_article_that_was_public_keeps_its_path_without_a_date(
    desk: Desk, edits: list[dict[str, Any]]
) -> None:
    article = await desk.publish(section="world")
    path = path_of(article["urls"]["page"])
    for edit in edits:
        edited = await desk.edit(article["id"], **edit)
    assert edited["published_at"] is None
    assert path_of(edited["urls"]["page"]).startswith("/2023/03/22/")
    for rest in ("", *(f"feed.{format}" for format in FORMATS)):
        assert (await desk.reader.get(path + rest)).status_code == 410
    await every_list_answers(desk)
    assert (await desk.edit(article["id"], published_at=None))["version"] == edited["version"]
    assert article["guid"].encode() in await desk.atom("/")  # its tombstone

    desk.clock.advance(days=2)
    again = await desk.edit(article["id"], status="published")
    assert again["published_at"] == "2023-03-24T12:00:00Z"
    response = await desk.reader.get(path)
    assert (response.status_code, response.headers["location"]) == (301, path_of(again["urls"]["page"]))
    await every_list_answers(desk)


async def test_a_draft_that_nobody_saw_loses_its_day_with_its_date(desk: Desk) -> None:
    article = await desk.create(headline="Harbour reopens", published_at="2023-04-01T09:00:00Z")
    assert article["urls"]["page"] is not None
    undated = await desk.edit(article["id"], published_at=None)
    assert (undated["published_at"], undated["urls"]["page"]) == (None, None)
    await every_list_answers(desk)
