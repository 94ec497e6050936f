"""A newsroom in every state that a feed may meet, and all the documents that it publishes then, of every kind."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from feeds.clean.html import sanitize_article, sanitize_comment
from feeds.document import FeedDocument
from feeds.kinds import KINDS
from feeds.kinds.base import Kind, NoSuchFeed
from feeds.kinds.paging import FEED_PAGES
from storage.model import Article, Author, CommentStatus, Enclosure, Image, Source, Tag
from tests.kinds.newsroom import Newsroom, opened_newsroom
from tests.stores import file_in

MORNING = datetime(2023, 3, 22, 6, tzinfo=UTC)
FEED_ITEMS = 5
PARAMS = {
    "year": "2023", "month": "03", "day": "22", "slug": "story-0",
    "section": "world", "tag": "nato", "author": "jane",
}  # fmt: skip
"""What the documents are of. A kind of another parameter has its line here; what is searched for is the state's."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """What is written in a newsroom, and in which language."""

    language: str = "en"
    title: str = "The Morning Tide"
    headlines: tuple[str, ...] = ("Tide & time",)
    body_html: str = "<p>The tide came <em>in</em>.</p>"
    author: str = "Jane Doe"
    tag: str = "NATO & allies"
    agency: str = "Coastal News Agency"
    reader: str = "Miriam"
    reply_html: str = "<p>Quite so.</p>"
    searched: str = "tide"


ENGLISH = Words()
ARABIC = Words(
    language="ar",
    title="مدّ الصباح",
    headlines=("الميناء «يفتح» من جديد", "السفن عادت: 3 من 5 (تقرير)", "\u200fABC \u200eو 123\u200f"),
    body_html='<p dir="rtl">وصلت السفن إلى الميناء فجرًا.</p>',
    author="ليلى حداد",
    tag="موانئ",
    agency="وكالة الساحل",
    reader="مريم",
    reply_html="<p>صحيح تمامًا.</p>",
    searched="الميناء",
)
CHINESE = Words(
    language="zh-Hans",
    title="晨潮报",
    headlines=("港口重新开放", "船只「归来」:三分之二", "𠮷野家 🚢 ｶﾀｶﾅ 한국어"),
    body_html="<p>港口 今天 重新开放。𠮷</p>",
    author="李雷",
    tag="港口",
    agency="沿海通讯社",
    reader="韩梅梅",
    reply_html="<p>的确如此。</p>",
    searched="港口",
)
HOSTILE = Words(
    title="News ]]> & <b>more</b>",
    headlines=(
        "</title><script>alert(1)</script> & ]]>",
        "a\x01b\x0bc \x7f \ufffe <![CDATA[ 5 < 6 &amp; &#0; &lt;p&gt;",
        "   ",
        "\u202egnp.exe \u2028 \U0010ffff \r\n \t end",
        "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;",
    ),
    body_html=sanitize_article(
        '<p>tide ]]&gt; &#1; <a href="/x?a=1&b=2#y">&lt;/item&gt;</a> <script>alert(1)</script></entry></p>'
        '<p onclick="x">\x0b &amp;amp; <img src="//e.example/i.png" alt="&quot;>"><iframe src="/i"></iframe></p>'
    ),
    author='Robert\'); <b>DROP</b> & "x"',
    tag="<i>&</i>",
    agency="A&B <News>",
    reader="</name><b>Eve</b>",
    reply_html=sanitize_comment('<p onclick="x">]]&gt; &lt;b&gt;</p><script>x</script><a href="javascript:x">y</a>'),
)


@dataclass(frozen=True, kw_only=True)
class State:
    name: str
    fill: Callable[[Newsroom, Words], Awaitable[None]]
    words: Words = ENGLISH
    lacks: bool = False
    """Some of its feeds are not there at all: nobody ever wrote for them."""


async def publish(newsroom: Newsroom, words: Words, number: int, **fields: Any) -> Article:
    """Story by story: one with all that there may be, one with no more than there must be, turn about."""
    newsroom.clock.advance(minutes=20, microseconds=number)
    author = Author(slug="jane", name=words.author, url="https://jane.example/?a=1&b=2")
    complete = number % 2 == 0
    told: dict[str, Any] = {
        "headline": words.headlines[number % len(words.headlines)],
        "body_html": words.body_html,
        "authors": (author, Author(slug="john", name="John")) if complete else (author,),
        "tags": (Tag(slug="nato", name=words.tag),),
    }
    return await newsroom.publish(f"story-{number}", **(told | (_extras(words, number) if complete else {}) | fields))


def _extras(words: Words, number: int) -> dict[str, Any]:
    return {
        "guid": (f"urn:test:{number}", f"legacy & <{number}>", f"https://old.example/?p={number}&x")[number // 2 % 3],
        "summary": words.headlines[0],
        "sections": ("world/africa", "business"),
        "dateline": words.tag,
        "rights": f"© {words.agency}",
        "language": "fr",
        "source": Source(name=words.agency, url="https://agency.example/?a&b" if number % 4 else ""),
        "image": Image(
            url="/media/a b.jpg", type="image/jpeg", length=9, width=3, height=2, alt=words.tag, caption=words.tag,
            credit=words.author,
        ),
        "enclosures": (
            Enclosure(url="/media/talk.mp3", type="audio/mpeg", length=1234),
            Enclosure(url="/media/talk.ogg", type="audio/ogg", length=987),
            Enclosure(url="/media/notes.pdf", type="application/pdf"),
        ),
    }  # fmt: skip


async def nothing(_newsroom: Newsroom, _words: Words) -> None:
    """It has not opened."""


async def emptied(newsroom: Newsroom, words: Words) -> None:
    """All that its lists held is in other lists now; nobody replied."""
    article = await publish(newsroom, words, 0)
    # Without its photo: feedparser takes the caption for the content of an Atom entry that has none.
    await newsroom.edit(
        article, image=None, sections=("business",), tags=(), authors=(Author(slug="john", name="John"),), summary="",
        body_html="", headline="Moved", dateline="", source=None,
    )  # fmt: skip


async def one(newsroom: Newsroom, words: Words) -> None:
    await newsroom.reply(await publish(newsroom, words, 0), words.reader, body_html=words.reply_html)


async def full(newsroom: Newsroom, words: Words) -> None:
    """More than a feed shows, some corrected; a thread that is longer than its feed."""
    articles = [await publish(newsroom, words, number) for number in range(FEED_ITEMS + 3)]
    newsroom.clock.advance(minutes=20)
    await newsroom.edit(articles[-1], updated_at=newsroom.clock())
    parent = None
    for number in range(FEED_ITEMS + 2):
        newsroom.clock.advance(minutes=1)
        name = words.reader if number % 2 else f"{words.reader} {number}"
        parent = await newsroom.reply(articles[0], name, parent=parent, body_html=words.reply_html)
    newsroom.clock.advance(minutes=1)
    await newsroom.reply(articles[-1], words.reader, body_html=words.reply_html)


async def withdrawn(newsroom: Newsroom, words: Words) -> None:
    """As much, less two articles and two replies."""
    await full(newsroom, words)
    for slug in ("story-7", "story-6"):
        article = next(found for found in await newsroom.store.list_articles(limit=9) if found.slug == slug)
        newsroom.clock.advance(minutes=1)
        await newsroom.withdraw(article)
    for comment in (await newsroom.store.list_comments(limit=9))[1:3]:
        newsroom.clock.advance(minutes=1)
        await newsroom.moderate(comment, CommentStatus.SPAM)


STATES = (
    State(name="nothing yet", fill=nothing, lacks=True),
    State(name="emptied", fill=emptied),
    State(name="one", fill=one),
    State(name="full", fill=full),
    State(name="withdrawn", fill=withdrawn),
    State(name="hostile", fill=full, words=HOSTILE),
    State(name="right to left", fill=full, words=ARABIC),
    State(name="Chinese", fill=full, words=CHINESE),
)


async def documents_of(state: State, folder: Path) -> dict[str, FeedDocument]:
    """Every document of the newsroom, its further pages too, by kind and page."""
    async with opened_newsroom(file_in(folder), feed_items=FEED_ITEMS) as newsroom:
        newsroom.clock.now = MORNING
        newsroom.publication = replace(
            newsroom.publication, title=state.words.title, language=state.words.language, description=state.words.title
        )
        await state.fill(newsroom, state.words)
        newsroom.clock.advance(hours=1)
        documents: dict[str, FeedDocument] = {}
        for kind in KINDS:
            try:
                documents |= await _pages(newsroom, kind, PARAMS | {"q": state.words.searched})
            except NoSuchFeed:
                if not state.lacks:
                    raise
        return documents


async def _pages(newsroom: Newsroom, kind: Kind, known: dict[str, str]) -> dict[str, FeedDocument]:
    asked = re.findall(r"{(\w+)", kind.path) + [name for name in kind.query if name not in FEED_PAGES]
    params = {name: known[name] for name in asked}
    pages = {kind.name: await newsroom.feed(kind, **params)}
    while following := [*pages.values()][-1].paging.next:
        query = dict(parse_qsl(urlsplit(following).query))
        pages[f"{kind.name}, page {len(pages) + 1}"] = await newsroom.feed(kind, **params | query)
    return pages
