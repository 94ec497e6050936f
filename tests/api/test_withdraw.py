"""DELETE /api/articles/{id}, and everything that answers 410 from then on."""

import pytest
from lxml import etree

from tests.api.desk import FORMATS, Desk, kept, path_of

pytestmark = pytest.mark.anyio

TOMBSTONE = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"


async def test_a_withdrawn_article_is_gone_everywhere(desk: Desk) -> None:
    article = await desk.publish(section="world")
    stays = await desk.publish("Market opens", section="world")
    page = path_of(article["urls"]["page"])
    desk.clock.advance(hours=1)
    response = await desk.editor.delete(f"/api/articles/{article['id']}")
    assert (response.status_code, response.content) == (204, b"")
    for path in (page, *(f"{page}feed.{format}" for format in FORMATS)):
        assert (await desk.reader.get(path)).status_code == 410
    for path in ("/", "/section/world/", "/2023/03/22/"):
        assert [item["id"] for item in (await desk.feed(path))["items"]] == [stays["guid"]]
        feed = etree.fromstring(await desk.atom(path))
        (tombstone,) = feed.findall(TOMBSTONE)
        assert tombstone.get("ref") == article["guid"]
        assert tombstone.get("when") == "2023-03-22T13:00:00+00:00"
    kept_article = await desk.article(article["id"])
    assert (kept_article["status"], kept_article["public"], kept_article["version"]) == ("withdrawn", False, 2)


async def test_withdrawing_again_changes_nothing(desk: Desk) -> None:
    article = await desk.publish()
    await desk.withdraw(article["id"])
    before = await desk.last_seq()
    await desk.withdraw(article["id"])
    assert await desk.last_seq() == before


async def test_a_draft_that_is_withdrawn_was_never_there(desk: Desk) -> None:
    draft = await desk.create(headline="Bare", published_at="2023-03-22T08:00:00Z")
    await desk.withdraw(draft["id"])
    assert (await desk.article(draft["id"]))["status"] == "withdrawn"
    assert (await desk.reader.get(path_of(draft["urls"]["page"]))).status_code == 404
    assert TOMBSTONE.encode() not in await desk.atom()
    assert etree.fromstring(await desk.atom()).findall(TOMBSTONE) == []


async def test_a_scheduled_article_that_is_withdrawn_never_comes(desk: Desk) -> None:
    article = await desk.publish(published_at="2023-03-22T18:00:00Z")
    await desk.withdraw(article["id"])
    desk.clock.advance(days=1)
    assert (await desk.feed())["items"] == []
    assert (await desk.reader.get(path_of(article["urls"]["page"]))).status_code == 404


async def test_its_version_may_be_named(desk: Desk) -> None:
    article = await desk.publish()
    url = f"/api/articles/{article['id']}"
    await desk.edit(article["id"], headline="Harbour open again")
    for precondition in ('"1"', 'W/"2"', '"x"'):
        assert (await desk.editor.delete(url, headers={"If-Match": precondition})).status_code == 412
    assert (await desk.article(article["id"]))["public"]
    assert (await desk.editor.delete(url, headers={"If-Match": '"1", "2"'})).status_code == 204


async def test_a_patch_withdraws_too_and_brings_back(desk: Desk) -> None:
    article = await desk.publish()
    page = path_of(article["urls"]["page"])
    await desk.edit(article["id"], status="withdrawn")
    assert (await desk.reader.get(page)).status_code == 410
    desk.clock.advance(hours=1)
    back = await desk.edit(article["id"], status="published")
    assert (back["public"], back["published_at"]) == (True, article["published_at"])
    assert (await desk.reader.get(page)).status_code == 200
    feed = etree.fromstring(await desk.atom())
    assert feed.findall(TOMBSTONE) == []
    assert back["updated_at"] > "2023-03-22T12:00:00Z"


async def test_a_withdrawn_articles_thread_goes_with_it(desk: Desk) -> None:
    article = await desk.publish()
    await desk.reply(article["id"], "Well said indeed.")
    assert b"Well said indeed." in (await desk.reader.get("/comments/feed.rss")).content
    await desk.withdraw(article["id"])
    assert b"Well said indeed." not in (await desk.reader.get("/comments/feed.rss")).content


async def test_an_article_taken_back_to_draft_is_gone_as_well(desk: Desk) -> None:
    article = await desk.publish()
    draft = await desk.edit(article["id"], status="draft", published_at=None)
    assert draft["public"] is False
    assert (await desk.reader.get(path_of(article["urls"]["page"]))).status_code == 410
    again = await desk.edit(article["id"], status="published")
    assert kept(await desk.reader.get(f"{path_of(again['urls']['page'])}feed.json"))["items"] == []
