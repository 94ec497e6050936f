"""Whatever is tapped is large enough, or has room around it (WCAG 2.2, 2.5.8, Target Size (Minimum))."""

import pytest

from storage.model import Author, Enclosure, Image, Tag
from tests.browser.browsing import Browsing
from tests.readers.newsroom import needs

pytestmark = [pytest.mark.anyio, needs("chromium")]

TOO_SMALL = """() => {
  const targets = [...document.querySelectorAll("a, button, input, select, summary, textarea")]
    .filter(one => one.checkVisibility() && !one.closest(".unseen, .skip, [aria-hidden]"));
  // A link within a sentence is as high as its line: that is the rule's own exception.
  const inSentence = one => [...one.parentElement.childNodes].some(
    beside => beside.nodeType === Node.TEXT_NODE && /[\\p{L}\\p{N}]{2}/u.test(beside.data));
  const boxes = targets.flatMap(one => [...one.getClientRects()].map(box => ({one, box})));
  const middle = box => [box.x + box.width / 2, box.y + box.height / 2];
  const isSmall = box => box.width < 24 || box.height < 24;
  const meet = ([x, y], other) => isSmall(other)
    ? Math.hypot(x - middle(other)[0], y - middle(other)[1]) < 24
    : Math.hypot(Math.max(other.left - x, 0, x - other.right), Math.max(other.top - y, 0, y - other.bottom)) < 12;
  return boxes.filter(({one, box}) => isSmall(box) && !inSentence(one)
      && boxes.some(other => other.one !== one && meet(middle(box), other.box)))
    .map(({one, box}) => `${one.closest("[class]")?.className}: ${one.outerHTML.slice(0, 80)} ${box.width}x${box.height}`);
}"""


async def test_no_target_is_small_and_close_to_another(browsing: Browsing) -> None:
    newsroom = browsing.site.newsroom
    browsing.expected.append("Failed to load resource")
    tags = tuple(Tag(slug=f"t{number}", name=f"Tag {number}") for number in range(6))
    for number in range(12):
        article = await newsroom.publish(
            f"target-{number}",
            tags=tags,
            authors=(Author(slug="ann", name="Ann"), Author(slug="bob", name="Bob")),
            image=Image(url="/media/a.jpg", alt="A pier"),
            enclosures=(Enclosure(url="/media/a.pdf", type="application/pdf"),),
        )
        browsing.site.clock.advance(minutes=1)
    parent = None
    for name in ("Ann", "Bob", "Cid"):
        parent = await newsroom.reply(article, name, parent=parent)
    year, month, _ = str(article.day).split("-")
    paths = (
        "/", f"/{year}/{month}/", article.path, "/section/world/", "/tag/t1/", "/comments/", "/feeds/", "/search?q=ferry", "/no/",
    )  # fmt: skip
    async with browsing.page(paths[0], width=360) as page:
        for path in paths:
            await page.goto(browsing.site.url(path))
            assert not await page.evaluate(TOO_SMALL), path
        # The look would see one.
        await page.evaluate(
            "document.body.insertAdjacentHTML('beforeend', '<p><a href=\"/a\">a</a><a href=\"/b\">b</a></p>')"
        )
        assert len(await page.evaluate(TOO_SMALL)) == 2
