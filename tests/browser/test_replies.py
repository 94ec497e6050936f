"""Replying in a browser, with scripts and without."""

from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.async_api import Page, expect

from storage.model import Comment, CommentStatus
from tests.browser.browsing import Browsing, looks
from tests.readers.newsroom import needs

pytestmark = [pytest.mark.anyio, needs("chromium")]

STORY = "/2023/03/01/story-0/"
FOCUSED = "document.activeElement.id || document.activeElement.className"


@pytest.fixture
async def remark(browsing: Browsing) -> Comment:
    """What is there to answer."""
    (*_, article) = await browsing.site.newsroom.store.list_articles(limit=10)
    return await browsing.site.newsroom.reply(article, "Ann")


async def write(page: Page, comment: str, **fields: str) -> None:
    for name, value in ({"comment": comment, "name": "Miriam", "email": "miriam@readers.example"} | fields).items():
        await page.fill(f"#reply-{name}", value)
    await page.get_by_role("button", name="Post reply").click()


async def answer(browsing: Browsing, remark: Comment, name: str) -> Comment:
    """Another comment on the same article."""
    store = browsing.site.newsroom.store
    return await browsing.site.newsroom.reply(await store.get_article(remark.article_id), name)


async def newest(browsing: Browsing) -> Comment:
    return (await browsing.site.newsroom.store.list_comments(limit=1))[0]


async def test_the_form_comes_to_the_comment_that_it_answers(browsing: Browsing, remark: Comment) -> None:
    async with browsing.page(STORY, width=390) as page:
        await page.fill("#reply-comment", "Half a thought")
        await page.get_by_role("link", name="Reply to comment 1 by Ann").click()
        assert page.url == browsing.site.url(STORY)
        assert await page.evaluate(FOCUSED) == "reply-comment"
        assert await page.locator(f"#comment-{remark.id} + #reply").count() == 1
        assert await page.locator("#reply-title").inner_text() == "Reply to Ann"
        assert await page.locator("#reply-comment").input_value() == "Half a thought"
        async for width, _ in looks(page, 1280, 390):
            assert await page.evaluate("document.documentElement.scrollWidth") == width
        await page.get_by_role("link", name="Reply to the article instead").click()
        assert await page.locator("#reply-title").inner_text() == "Leave a Reply"
        assert await page.locator("input[name=parent]").input_value() == ""
        assert await page.locator(".thread #reply, .answering").count() == 0
        await page.get_by_role("link", name="Reply to comment 1 by Ann").click()
        await write(page, "Well said.")
        await page.get_by_text("Your reply is awaiting moderation").wait_for()
        assert (await newest(browsing)).parent_id == remark.id


async def test_a_link_to_reply_may_be_opened_elsewhere(browsing: Browsing, remark: Comment) -> None:
    async with browsing.page(STORY) as page:
        link = page.get_by_role("link", name="Reply to comment 1 by Ann")
        async with page.context.expect_page() as opened:
            await link.click(modifiers=["Control"])
        tab = await opened.value
        await tab.wait_for_url(f"**{STORY}?parent={remark.id}#reply")
        assert await page.locator("#reply-title").inner_text() == "Leave a Reply"


async def test_a_page_kept_from_before_a_comment_is_not_led_to_over_and_over(
    browsing: Browsing, remark: Comment
) -> None:
    # Browsers keep nothing that says it is of another year.
    browsing.site.clock.now = datetime.now(UTC)
    async with browsing.page(STORY) as page:
        newer = await answer(browsing, remark, "Bea")
        shown: list[str] = []
        page.on("framenavigated", lambda frame: shown.append(frame.url))
        # As a link does, which takes what the browser has kept.
        await page.evaluate(f"location.assign('?comment={newer.id}#comment-{newer.id}')")
        await page.wait_for_url(f"**{STORY}#comment-{newer.id}")
        await page.get_by_role("link", name="Reply to comment 1 by Ann").click()
        await write(page, "I was here before.")
        await page.get_by_text("Your reply is awaiting moderation").wait_for()
        assert len(shown) <= 3


@pytest.mark.parametrize("asked", ["", "?comments=2"], ids=["newest page", "another page"])
async def test_a_comment_that_stands_on_another_page_by_now_is_led_to(
    browsing: Browsing, remark: Comment, asked: str
) -> None:
    for number in range(100):
        await answer(browsing, remark, f"Reader {number}")
    async with browsing.page(f"{STORY}{asked}#comment-{remark.id}") as page:
        await page.wait_for_url(f"**{STORY}?comments=1#comment-{remark.id}")
        assert await page.locator(f"#comment-{remark.id}").count() == 1


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
async def test_the_focus_goes_to_the_first_error(browsing: Browsing, remark: Comment, scripts: bool) -> None:
    context: dict[str, Any] = {"java_script_enabled": scripts}
    async with browsing.page(f"{STORY}?parent={remark.id}", **context) as page:
        await write(page, "Well said.", email="miriam@nowhere")
        problem = page.locator("#reply-email-problem")
        await problem.wait_for()
        await expect(page.locator("#reply-email:focus")).to_have_count(1)
        assert await page.locator("#reply-email").get_attribute("aria-invalid") == "true"
        assert await page.locator("#reply-comment").input_value() == "Well said."
        assert await page.locator("#reply-title").inner_text() == "Reply to Ann"
        # The status of the page itself stands in the console.
        browsing.expected.append("400 (Bad Request)")


async def test_without_scripts_a_reply_is_written_shown_and_taken_back(browsing: Browsing, remark: Comment) -> None:
    async with browsing.page(STORY, width=390, java_script_enabled=False) as page:
        await page.get_by_role("link", name="Reply to comment 1 by Ann").click()
        assert await page.locator("#reply-title").inner_text() == "Reply to Ann"
        await write(page, "Hasty words.")
        mine = await newest(browsing)
        held = page.locator(f"#comment-{mine.id}")
        assert "awaiting moderation" in await held.inner_text()
        assert (mine.parent_id, mine.status) == (remark.id, CommentStatus.PENDING)
        async for width, _ in looks(page, 1280, 390):
            assert await page.evaluate("document.documentElement.scrollWidth") == width
        await held.get_by_role("button", name="Delete my reply").click()
        await page.get_by_text("Your reply was deleted.").wait_for()
        assert (await newest(browsing)).status is CommentStatus.TRASH
        assert await page.get_by_text("Hasty words.").count() == 0


@pytest.mark.usefixtures("remark")
async def test_a_known_authors_reply_is_shown_with_its_remedy_to_them_alone(browsing: Browsing) -> None:
    browsing.site.clock.advance(minutes=1)
    async with browsing.page(STORY) as page:
        await write(page, "As I said.", name="Ann", email="ann@secret.example")
        mine = page.locator(f"#comment-{(await newest(browsing)).id}")
        assert await mine.get_by_role("button", name="Delete my reply").is_visible()
        await page.goto(browsing.site.url(STORY))
        assert "As I said." in await page.locator(".thread").inner_text()
        assert await page.get_by_role("button", name="Delete my reply").count() == 0
