"""The desk, by real clicks and keys."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Page, expect

from feeds.web.api.access import token_hash
from storage.model import CommentStatus, Partner, PartnerNotes, PartnerRead, Token
from tests.browser.browsing import Browsing, looks
from tests.readers.newsroom import needs

pytestmark = [pytest.mark.anyio, needs("chromium")]

NAMES = ("Ada", "Ben", "Cleo", "Dan")


@asynccontextmanager
async def desk(browsing: Browsing, **context: Any) -> AsyncIterator[Page]:
    """The queue, oldest first: Dan, Cleo, Ben, Ada."""
    newsroom = browsing.site.newsroom
    token = Token(
        name="ann", hash=token_hash("secret"), scopes=frozenset({"moderate"}), created_at=browsing.site.clock()
    )
    await newsroom.store.add_token(token)
    article = await newsroom.publish("ferry-returns")
    parent = await newsroom.reply(article, "Zoe")
    for name in reversed(NAMES):
        browsing.site.clock.advance(minutes=1)
        body = f"<p>{name} says: the first boat left at dawn, and nobody told us when the next one comes.</p>"
        await newsroom.reply(article, name, parent=parent, status=CommentStatus.PENDING, body_html=body)
    async with browsing.page("/desk/", **context) as page:
        await page.get_by_label("Management token").fill("secret")
        await page.get_by_role("button", name="Sign in").click()
        await expect(page.locator(".remark")).to_have_count(4)
        yield page


async def shows(page: Page, *names: str) -> None:
    await expect(page.locator("#list .who")).to_have_text([*names])


async def current(page: Page, name: str) -> None:
    await expect(page.locator(".remark.current .who")).to_have_text(name)


async def test_keys_move_decide_and_undo(browsing: Browsing) -> None:
    async with desk(browsing) as page:
        await page.keyboard.press("j")
        await current(page, "Dan")
        await page.keyboard.press("j")
        await page.keyboard.press("j")
        await page.keyboard.press("k")
        await current(page, "Cleo")
        await page.keyboard.press("a")
        await shows(page, "Dan", "Ben", "Ada")
        await expect(page.locator("#notice p")).to_have_text("One comment approved.")
        await current(page, "Ben")
        # Faster than the answers come.
        await page.keyboard.press("s")
        await page.keyboard.press("t")
        await shows(page, "Dan")
        await expect(page.locator("#notice p")).to_have_text("One comment put in the trash.")
        await page.keyboard.press("u")
        await shows(page, "Dan", "Ada")
        await expect(page.locator("#notice p")).to_have_text("Undone: one comment as before.")
        assert await page.evaluate("document.activeElement.className") != ""
        kept = dict(await statuses(browsing))
        assert kept == {"Ada": "pending", "Ben": "spam", "Cleo": "approved", "Dan": "pending", "Zoe": "approved"}


async def statuses(browsing: Browsing) -> list[tuple[str, str]]:
    found = await browsing.site.newsroom.store.list_comments(limit=9)
    return [(comment.author_name, comment.status.value) for comment in found]


async def test_selected_by_key_and_click_they_go_together(browsing: Browsing) -> None:
    async with desk(browsing) as page:
        await page.keyboard.press("j")
        await page.keyboard.press("x")
        await page.get_by_role("checkbox", name="by Ben").check()
        await page.locator(".bulk").get_by_role("button", name="Spam").click()
        await shows(page, "Cleo", "Ada")
        await expect(page.locator("#notice p")).to_have_text("2 comments marked as spam.")
        await page.get_by_role("button", name="Undo").click()
        await shows(page, "Dan", "Cleo", "Ben", "Ada")
        await page.get_by_label("All on this page").check()
        await page.locator(".bulk").get_by_role("button", name="Approve").click()
        await shows(page)
        await expect(page.get_by_text("Nothing is waiting.")).to_be_visible()


async def test_edit_answer_and_ban_by_keyboard_on_a_phones_width(browsing: Browsing) -> None:
    async with desk(browsing, width=360) as page:

        async def fits() -> None:
            assert await page.evaluate("document.documentElement.scrollWidth") == 360, page.url

        await page.keyboard.press("j")
        await page.keyboard.press("e")
        name = page.get_by_label("Name", exact=True)
        await expect(name).to_have_value("Dan")
        await fits()
        await name.focus()
        await name.press("End")
        await page.keyboard.type("iel")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("It is kept as it stands here.")).to_be_visible()
        await expect(page.locator("#list .who")).to_have_text("Daniel")
        # Of one alone: nobody need go to it first, and the next that waits follows.
        await page.keyboard.press("a")
        await expect(page.locator("#list .who")).to_have_text("Cleo")
        await page.keyboard.press("b")
        box = page.get_by_role("checkbox", name="Email: cleo@secret.example")
        await box.focus()
        await page.keyboard.press("Space")
        await fits()
        note = page.get_by_label("Why, for moderators")
        await note.focus()
        await page.keyboard.type("Floods")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status")).to_have_text("Banned: 1 ban stands. 1 that waited is in the trash.")
        await expect(page.get_by_role("button", name="Lift ban 1")).to_be_visible()
        await fits()
        await page.get_by_role("link", name="Comments").focus()
        await page.keyboard.press("Enter")
        await shows(page, "Ben", "Ada")
        await page.goto(browsing.site.url("/desk/?status=approved"))
        await page.keyboard.press("j")
        await current(page, "Daniel")
        await page.keyboard.press("r")
        await page.get_by_role("textbox").focus()
        await page.keyboard.type("At noon.")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.locator(".remark:target")).to_contain_text("At noon.")
        await fits()
    kept = {comment.author_name: comment for comment in await browsing.site.newsroom.store.list_comments(limit=9)}
    assert kept["Cleo"].status is CommentStatus.TRASH
    assert kept["Daniel"].status is CommentStatus.APPROVED
    assert [comment.parent_id for comment in kept.values() if comment.newsroom] == [kept["Daniel"].id]


async def test_in_a_thread_one_stays_where_one_is(browsing: Browsing) -> None:
    async with desk(browsing) as page:
        await page.get_by_role("link", name="Ferry returns").first.click()
        await shows(page, "Zoe", *reversed(NAMES))
        for key in "jjj":
            await page.keyboard.press(key)
        await page.keyboard.press("h")
        await page.keyboard.press("s")
        await expect(page.locator(".remark.current .status")).to_have_text("spam")
        await current(page, "Cleo")
        await expect(page.locator(".remark.current summary")).to_contain_text("Marked as spam by ann")


async def test_help_opens_and_keys_can_be_silenced(browsing: Browsing) -> None:
    async with desk(browsing) as page:
        await page.keyboard.press("?")
        await expect(page.get_by_role("dialog")).to_be_visible()
        await page.get_by_label("Listen to these keys").uncheck()
        await page.get_by_role("button", name="Close").click()
        await page.keyboard.press("j")
        await page.keyboard.press("a")
        await page.get_by_placeholder("Words or an email").press("t")
        await shows(page, "Dan", "Cleo", "Ben", "Ada")
        await expect(page.locator(".current")).to_have_count(0)


async def test_when_the_session_is_over_the_next_key_leads_to_the_door(browsing: Browsing) -> None:
    async with desk(browsing) as page:
        browsing.site.clock.advance(hours=12)
        await page.keyboard.press("j")
        await page.keyboard.press("a")
        await expect(page.get_by_label("Management token")).to_be_visible()
        assert dict(await statuses(browsing))["Dan"] == "pending"


async def test_without_scripts_it_all_works(browsing: Browsing) -> None:
    async with desk(browsing, java_script_enabled=False) as page:
        await page.locator(".remark").nth(1).get_by_role("button", name="Approve").click()
        await shows(page, "Dan", "Ben", "Ada")
        await page.get_by_role("button", name="Undo").click()
        await shows(page, "Dan", "Cleo", "Ben", "Ada")
        await page.get_by_role("checkbox", name="by Dan").check()
        await page.locator(".bulk").get_by_role("button", name="Trash").click()
        await shows(page, "Cleo", "Ben", "Ada")
        await page.get_by_placeholder("Words or an email").fill("dan@secret")
        await page.get_by_role("button", name="Search").click()
        await shows(page, "Dan")
        await page.get_by_role("button", name="Sign out").click()
        await expect(page.get_by_label("Management token")).to_be_visible()


async def test_no_page_of_the_desk_is_wider_than_the_window(browsing: Browsing) -> None:
    async with desk(browsing) as page:
        await page.locator(".remark").first.get_by_role("button", name="Spam").click()
        await shows(page, "Cleo", "Ben", "Ada")
        for path in ("", "decisions/", "articles/", "articles/5/", "?q=boat"):
            if path:
                await page.goto(browsing.site.url(f"/desk/{path}"))
            async for width, _ in looks(page, 360, 1280):
                assert await page.evaluate("document.documentElement.scrollWidth") == width, path
                small = await page.evaluate(
                    "[...document.querySelectorAll('button')].filter(b => b.offsetHeight && b.offsetHeight < 24).length"
                )
                assert small == 0, path


async def test_who_knows_of_a_withdrawal_is_shown_as_it_becomes_known(browsing: Browsing) -> None:
    site = browsing.site
    store = site.newsroom.store
    scopes = frozenset({"moderate", "publish"})
    await store.add_token(Token(name="ann", hash=token_hash("secret"), scopes=scopes, created_at=site.clock()))
    article = await site.newsroom.publish("wrong")
    partner = await store.add_partner(Partner(name="Rome"))
    await store.expand_views()
    async with browsing.page(f"/desk/articles/{article.id}/takedown/") as page:
        await page.get_by_label("Management token").fill("secret")
        await page.keyboard.press("Enter")
        await page.get_by_label("Why").fill("Wrong person")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status")).to_have_text("0 of 1 partners know.")
        link = page.get_by_role("link", name="look again now")
        await link.focus()
        read = PartnerRead(set_id=partner.set_id, number=await store.entitled_number(partner.set_id), at=site.clock())
        await store.note_partners(PartnerNotes(reads={partner.id: read}))
        await expect(page.get_by_role("status")).to_have_text("The partner that had it knows.")
        await expect(page.get_by_role("row", name="Rome")).to_contain_text("March 2023")
        await expect(link).to_be_focused()
