"""An article is edited at the desk by whoever may publish; of two who do, neither's text is lost."""

from collections.abc import AsyncIterator

import pytest
from lxml import html as parser

from storage.model import ArticleStatus
from tests.desk.editing import Editor, browser_of, sign_in
from tests.desk.test_editing_comments import typed
from tests.desk.test_moderating import words
from tests.web.site import Site, client_of

pytestmark = pytest.mark.anyio

PATH = "/desk/articles/1/edit/"


@pytest.fixture
async def publisher(site: Site) -> AsyncIterator[Editor]:
    """Bob, who may do everything."""
    async with browser_of(site) as browser:
        await sign_in(browser, "bob")
        yield Editor(site, browser)


async def test_an_edit_is_seen_and_what_is_as_it_was_is_not_written(site: Site, publisher: Editor) -> None:
    article = await site.newsroom.publish("harbour-reopens", body_html="<p>One.</p>\n<p>Two &amp; &lt;three&gt;</p>")
    [link] = (await publisher.see("/desk/articles/1/")).xpath("//a[text()='Edit it']/@href")
    assert link == PATH
    fields = typed(await publisher.see(PATH), "//*[@id='edit']") | {"status": "published"}
    assert (await publisher.post(PATH, fields)).status_code == 303
    assert await site.state.store.get_article(1) == article
    fields |= {
        "headline": "Harbour shut",
        "body": "<p>Fog.</p>\r\n<script>x</script>",
        "summary": "Two lines.\r\nHere.",
    }
    sent = await publisher.post(PATH, fields)
    assert "It is kept" in words(await publisher.see(sent.headers["location"]))
    after = await site.state.store.get_article(1)
    assert (after.headline, after.summary, after.updated_at) == (
        "Harbour shut",
        "Two lines.\nHere.",
        article.updated_at,
    )
    assert after.path == article.path
    async with client_of(site) as reader:
        text = (await reader.ask(article.path)).text
        assert "Fog." in text
        assert "<script>x" not in text
        assert "Harbour shut" in (await reader.ask("/feed.json")).text
    site.clock.advance(hours=1)
    again = typed(await publisher.see(PATH), "//*[@id='edit']") | {"status": "published", "significant": "1"}
    await publisher.post(PATH, again)
    assert (await site.state.store.get_article(1)).updated_at == site.clock.now
    fields = typed(await publisher.see(PATH), "//*[@id='edit']")
    await publisher.post(PATH, fields | {"status": "draft"})
    assert (await site.state.store.get_article(1)).status is ArticleStatus.DRAFT


async def test_of_two_edits_both_texts_are_shown(site: Site, publisher: Editor) -> None:
    await site.newsroom.publish("harbour-reopens")
    fields = typed(await publisher.see(PATH), "//*[@id='edit']") | {"status": "published"}
    await publisher.post(PATH, fields | {"body": "<p>Theirs</p>"})
    sent = await publisher.post(PATH, fields | {"body": "<p>Mine</p>", "headline": "Mine, too"})
    page = parser.document_fromstring(sent.text)
    assert sent.status_code == 409
    assert words(page, "//*[@id='theirs']//dd") == "Harbour reopens <p>Theirs</p>"
    mine = typed(page, "//*[@id='edit']")
    assert (mine["headline"], mine["body"]) == ("Mine, too", "<p>Mine</p>")
    assert (await site.state.store.get_article(1)).headline == "Harbour reopens"
    assert (await publisher.post(PATH, mine | {"status": "published"})).status_code == 303
    assert (await site.state.store.get_article(1)).body_html == "<p>Mine</p>"


async def test_what_is_wrong_is_said_and_nothing_is_lost(site: Site, publisher: Editor) -> None:
    article = await site.newsroom.publish("harbour-reopens")
    fields = typed(await publisher.see(PATH), "//*[@id='edit']")
    for wrong in ({"headline": " "}, {"status": "gone"}, {"headline": "x" * 501}):
        sent = await publisher.post(PATH, fields | {"status": "published", "body": "<i>Mine</i>"} | wrong)
        page = parser.document_fromstring(sent.text)
        assert sent.status_code == 400
        assert page.xpath(f"//*[@id='edit-{next(iter(wrong))}-problem']")
        assert typed(page, "//*[@id='edit']")["body"] == "<i>Mine</i>"
    assert await site.state.store.get_article(1) == article
    await publisher.see("/desk/articles/9/edit/", 404)


async def test_who_may_only_moderate_edits_no_article(site: Site, editor: Editor) -> None:
    article = await site.newsroom.publish("harbour-reopens")
    assert not (await editor.see("/desk/articles/1/")).xpath("//a[text()='Edit it']")
    await editor.see(PATH, 403)
    fields = {"headline": "Mine", "version": str(article.version)}
    assert (await editor.post(PATH, fields)).status_code == 403
    assert await site.state.store.get_article(1) == article
