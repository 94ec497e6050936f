"""No page is wider than its window, whatever the newsroom and its readers write."""

from urllib.parse import quote

import pytest
from playwright.async_api import Page

from feeds.newsroom.partners.terms import create_key, create_partner
from feeds.web.api.access import token_hash
from storage.model import Article, Author, Comment, CommentStatus, Enclosure, Image, Section, Source, Tag, Token
from tests.browser.browsing import Browsing, until
from tests.readers.newsroom import needs

pytestmark = [pytest.mark.anyio, needs("chromium")]

WIDTHS = (320, 360, 768)
WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
URL = "https://example.org/" + "segment" * 40
BODY = f"""
<p>{WORD}</p><p><a href="{URL}">{URL}</a></p><h2>{WORD}</h2><blockquote>{WORD}</blockquote><ul><li>{WORD}</li></ul>
<table><tr>{"<td>A cell of a table</td>" * 30}</tr><tr><td>{WORD}</td></tr></table><pre><code>{"x = 1; " * 80}</code></pre>
<p><code>{URL}</code></p><p><img src="/media/b.jpg" alt="{WORD}" width="4000" height="3000"></p>
<figure><img src="/media/c.jpg" alt="" width="4000" height="3000"><figcaption>{WORD}</figcaption></figure>
"""
STICKING_OUT = """() => [...document.querySelectorAll("body *")]
    .filter(element => element.getBoundingClientRect().right > innerWidth + 1)
    .map(element => `${element.tagName}.${element.className}`).slice(0, 8)"""


async def fill(browsing: Browsing) -> tuple[Article, Comment]:
    """Long words, addresses, tables, code and pictures wherever one can be; and a comment that waits."""
    newsroom = browsing.site.newsroom
    await newsroom.store.add_section(
        Section(path="wide", title=WORD, description=WORD, created_at=browsing.site.clock())
    )
    article = await newsroom.publish(
        "wide",
        headline=WORD,
        summary=WORD,
        body_html=BODY,
        sections=("wide",),
        dateline=WORD,
        source=Source(name=WORD, url=URL),
        authors=(Author(slug="wide", name=WORD), Author(slug="x", name="X")),
        tags=(Tag(slug="wide", name=WORD),),
        image=Image(url="/media/a.jpg", alt=WORD, caption=WORD, credit=WORD, width=4000, height=3000),
        enclosures=(Enclosure(url=URL, type="application/pdf"),),
        rights=WORD,
        correction=WORD,
    )
    said = f'<p>{WORD} <a href="{URL}">{URL}</a></p><pre>{"x = 1; " * 80}</pre><p><code>{URL}</code></p>'
    parent = None
    for name in (WORD, "W" * 245, WORD, WORD, WORD):
        browsing.site.clock.advance(seconds=1)
        parent = await newsroom.reply(article, name, parent=parent, body_html=said)
    assert parent is not None
    browsing.site.clock.advance(seconds=1)
    await newsroom.reply(article, WORD, parent=parent, body_html=said, status=CommentStatus.PENDING)
    return article, parent


async def assert_no_wider_than_the_window(page: Page, what: str) -> None:
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        shown = await page.evaluate("document.documentElement.scrollWidth")
        assert shown == width, (what, width, await page.evaluate(STICKING_OUT))


async def test_no_page_is_wider_than_its_window(browsing: Browsing) -> None:
    article, comment = await fill(browsing)
    # Pictures that are not there, and pages that there are not.
    browsing.expected.append("Failed to load resource")
    year, month, day = str(article.day).split("-")
    paths = (
        "/", "/?before=9999999999999999.1", f"/{year}/", f"/{year}/{month}/", f"/{year}/{month}/{day}/", article.path,
        f"{article.path}?parent={comment.id}", "/section/wide/", "/section/wide/comments/", "/tag/wide/", "/author/wide/",
        "/comments/", "/feeds/", "/api/", f"/search?q={quote(WORD)}", f"/{quote(WORD)}/",
    )  # fmt: skip
    async with browsing.page(paths[0], width=WIDTHS[0]) as page:
        for path in paths:
            await page.goto(browsing.site.url(path))
            await assert_no_wider_than_the_window(page, path)


async def test_a_form_with_errors_is_no_wider(browsing: Browsing) -> None:
    article, _ = await fill(browsing)
    browsing.expected.append("Failed to load resource")
    async with browsing.page(article.path, width=WIDTHS[0]) as page:
        await page.evaluate("document.querySelector('#reply form').noValidate = true")
        await page.locator("#reply-comment").fill(WORD)
        await page.locator("#reply-email").fill("w" * 90)
        await page.get_by_role("button", name="Post reply").click()
        await page.get_by_text("Your reply was not sent").wait_for()
        await assert_no_wider_than_the_window(page, "the form")


async def test_the_desk_is_no_wider(browsing: Browsing) -> None:
    await fill(browsing)
    newsroom = browsing.site.newsroom
    token = Token(name=WORD, hash=token_hash("secret"), scopes=frozenset({"admin"}), created_at=browsing.site.clock())
    await newsroom.store.add_token(token)
    await create_partner(
        newsroom.store, {"name": WORD[:100], "contact": WORD}, clock=browsing.site.clock, language="en"
    )
    await create_key(newsroom.store, WORD[:100], {"name": WORD[:100]}, clock=browsing.site.clock)
    await newsroom.store.add_held_webhook(url=f"https://chat.example/{WORD}", secret="sealed")
    browsing.expected.append("Failed to load resource")
    async with browsing.page("/desk/", width=WIDTHS[0]) as page:
        await assert_no_wider_than_the_window(page, "signing in")
        await page.get_by_label("Management token").fill("secret")
        await page.get_by_role("button", name="Sign in").click()
        await page.locator(".remark").first.wait_for()
        thread = await page.locator(".place a").first.get_attribute("href")
        assert thread
        await page.get_by_role("button", name="Spam").last.click()
        await page.locator("#undo").wait_for()
        await assert_no_wider_than_the_window(page, "what was done")
        for path in ("/desk/", "/desk/?status=approved", "/desk/?status=spam", "/desk/decisions/", "/desk/articles/",
                     f"/desk/?q={quote(WORD)}", thread, "/desk/partners/", "/desk/partners/1/", "/desk/bans/", "/desk/notices/",
                     "/desk/comments/1/"):  # fmt: skip
            await page.goto(browsing.site.url(path))
            await assert_no_wider_than_the_window(page, path)
        await page.goto(browsing.site.url("/desk/notices/"))
        await page.locator("#webhook-url").fill(f"https://chat.example/2/{WORD}")
        await page.keyboard.press("Enter")
        await page.locator("#webhook-secret").wait_for()
        await assert_no_wider_than_the_window(page, "a webhook and its secret")


async def test_a_table_keeps_its_words_whole_and_is_scrolled_by_keys(browsing: Browsing) -> None:
    article, _ = await fill(browsing)
    browsing.expected.append("Failed to load resource")
    async with browsing.page(article.path, width=320) as page:
        table = page.locator(".body table")
        await table.focus()
        for _ in range(3):
            await page.keyboard.press("ArrowRight")
        await until(page, "document.querySelector('.body table').scrollLeft > 0")
        widths = await page.locator(".body td").evaluate_all("cells => cells.slice(1, 5).map(cell => cell.clientWidth)")
        assert min(widths) > 40
