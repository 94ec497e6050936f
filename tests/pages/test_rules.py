"""Every page is well-formed, accessible and pure, whatever the newsroom and its readers write."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.clean.html import sanitize_article, sanitize_comment
from feeds.clean.text import xml_safe
from feeds.kinds.base import Publication
from feeds.newsroom.reply_policy import Policy
from feeds.settings import Settings
from feeds.web.pages import PAGES
from feeds.web.pages.article import article_html, build_article
from feeds.web.pages.comments import build_comments
from feeds.web.pages.dated import build_dated
from feeds.web.pages.directory import build_directory
from feeds.web.pages.errors import error_page
from feeds.web.pages.form import reply_form
from feeds.web.pages.home import build_home
from feeds.web.pages.named import build_section
from feeds.web.pages.page import Page
from feeds.web.pages.standing import build_standing
from feeds.web.pages.thread import build_thread
from storage.model import (
    Article,
    ArticleStatus,
    ArticleView,
    Author,
    Comment,
    CommentStatus,
    Image,
    PageStatus,
    ScopeState,
    Section,
    Snapshot,
    Source,
    Tag,
)
from storage.model import Page as StandingPage
from tests.pages.newsroom import EMAIL, NOON, Newsroom, one, params_of, parse, select, text
from tests.pages.rules import faults

HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'{{ 7 * 7 }}&lt;"
SNAPSHOT = Snapshot(seq=1, scopes={"site": ScopeState(version=0, modified_at=NOON)})
POLICY = Policy.of(Settings(), b"secret")
SITE = Publication.of(Settings(title="The Courier"), NOON)


async def hostile_pages(newsroom: Newsroom) -> list[Page]:
    """Every kind of page of a newsroom that somebody means ill."""
    await newsroom.site.store.add_section(
        Section(path="hostile", title=HOSTILE, description=HOSTILE, created_at=newsroom.clock.now)
    )
    article = await newsroom.publish(
        HOSTILE,
        summary=HOSTILE,
        body_html=sanitize_article(f"<h1>{HOSTILE}</h1><p onclick=x>Words.</p>"),
        sections=("hostile",),
        authors=(Author(slug="a", name=HOSTILE, url="javascript:alert(1)"),),
        dateline=HOSTILE,
        source=Source(name=HOSTILE, url="javascript:alert(1)"),
        image=Image(url='/media/"x".jpg', alt=HOSTILE, caption=HOSTILE, credit=HOSTILE),
        tags=(Tag(slug="a", name=HOSTILE),),
        rights=HOSTILE,
        language='en"><script>',
    )
    await newsroom.site.store.add_page(
        StandingPage(
            path="/about/",
            title=HOSTILE,
            body_html=sanitize_article(f"<h1>{HOSTILE}</h1><p onclick=x>Words.</p>"),
            status=PageStatus.PUBLISHED,
        )
    )
    first = await newsroom.comment(
        article, sanitize_comment(HOSTILE), author_name=HOSTILE, author_url="javascript:alert(1)"
    )
    await newsroom.comment(article, parent_id=first.id, author_name="\u202eevil\u202c")
    for number in range(15):
        await newsroom.publish(f"Further {number}", published_at=NOON - timedelta(days=number))
    return [
        await newsroom.page(build_home),
        await newsroom.page(build_comments),
        await newsroom.page(build_directory),
        await newsroom.page(build_standing, page="about"),
        await newsroom.page(build_dated, year="2023", month="03", day="22"),
        await newsroom.page(build_dated, year="2023", month="03"),
        await newsroom.page(build_dated, year="2023"),
        await newsroom.page(build_section, section="hostile"),
        await newsroom.page(build_section, section="world"),
        await newsroom.page(build_article, **params_of(article)),
    ]


@pytest.mark.anyio
async def test_every_page_keeps_the_rules(newsroom: Newsroom) -> None:
    for page in await hostile_pages(newsroom):
        assert faults(page.html) == []
        assert EMAIL.encode() not in page.html
        assert b"<script>alert" not in page.html
        assert "javascript:" not in page.html.decode()


@pytest.mark.anyio
async def test_every_page_carries_todays_date_and_changes_at_midnight(newsroom: Newsroom) -> None:
    await hostile_pages(newsroom)
    newsroom.clock.now = datetime(2023, 3, 22, 21, 30, tzinfo=UTC)  # past midnight in Kampala
    for path, build, _ in PAGES:
        params = {
            "year": "2023",
            "month": "03",
            "day": "22",
            "slug": "story-1",
            "section": "hostile",
            "tag": "a",
            "author": "a",
            "page": "about",
        }
        page = await newsroom.page(build, **(params | {"q": "words"}))
        today = one(parse(page), "//header[@class='masthead']//time")
        assert (text(today), today.get("datetime")) == ("Thursday 23 March 2023", "2023-03-23"), path
        assert page.validity.since == datetime(2023, 3, 22, 21, tzinfo=UTC), path
        assert page.validity.until == datetime(2023, 3, 23, 21, tzinfo=UTC), path


@pytest.mark.anyio
async def test_every_page_is_discoverable(newsroom: Newsroom) -> None:
    for page in await hostile_pages(newsroom):
        alternates = select(parse(page), "//link[@rel='alternate']")
        assert [link.get("type") for link in alternates[:3]] == [
            "application/rss+xml", "application/atom+xml", "application/feed+json", ]  # fmt: skip
        assert all(link.get("title") for link in alternates)
        assert "https://news.example/feed.rss" in [link.get("href") for link in alternates]
        assert one(parse(page), "//link[@rel='canonical']/@href").startswith("https://news.example/")


@pytest.mark.anyio
async def test_the_same_newsroom_gives_the_same_bytes(newsroom: Newsroom) -> None:
    before = [page.html for page in await hostile_pages(newsroom)]
    article = one(parse(before[-1]), "//link[@rel='canonical']/@href")
    assert article.startswith("https://news.example/2023/03/22/story-1/")
    assert (await newsroom.page(build_home)).html == before[0]
    newsroom.clock.pass_by(minutes=1)
    year, month, day, slug = article.split("/")[3:7]
    again = await newsroom.page(build_article, year=year, month=month, day=day, slug=slug)
    assert again.html == before[-1]


@pytest.mark.parametrize("status", [400, 404, 405, 410, 413, 418, 429, 500, 503])
def test_error_pages_keep_the_rules(status: int) -> None:
    html = error_page(SITE, NOON, status, HOSTILE)
    assert faults(html) == []
    assert HOSTILE in text(parse(html))
    assert text(one(parse(html), "//header//time")) == "Wednesday 22 March 2023"
    assert select(parse(html), "//main//a/@href") == ["/", "/feeds/"]
    assert select(parse(html), "//link[@rel='canonical']") == []


@pytest.mark.anyio
async def test_what_a_page_names_is_served_for_a_year(newsroom: Newsroom, client: httpx2.AsyncClient) -> None:
    document = parse(await newsroom.page(build_home))
    for link, media_type in (("stylesheet", "text/css; charset=utf-8"), ("icon", "image/svg+xml")):
        answer = await client.get(one(document, f"//link[@rel='{link}'][starts-with(@href, '/static/')]/@href"))
        assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
        assert answer.headers["cache-control"] == "public, max-age=31536000"
    assert (await client.get("/static/dateline.0123456789ab.css")).headers["cache-control"] == "public, max-age=60"
    for path in ("/static/other.0.css", "/static/dateline.css", "/static/../pages/page.py", "/static/dateline.0.py"):
        assert (await client.get(path)).status_code == 404


anything = st.text(st.characters(exclude_categories=()), max_size=60)
"""Any code points, lone surrogates and controls included."""


@given(anything, anything, anything, st.text(max_size=200))
def test_any_text_in_any_field_is_read_back_and_breaks_nothing(line: str, name: str, typed: str, body: str) -> None:
    # An empty headline gets another; that is tested elsewhere.
    line, name = f"L{line}", f"N{name}"
    article = Article(
        id=1,
        guid="urn:example:1",
        slug="story",
        day=NOON.date(),
        headline=line,
        summary=line,
        body_html=sanitize_article(body),
        dateline=name,
        source=Source(name=name, url=line),
        image=Image(url=f"/{body}", alt=line, caption=name, credit=typed),
        sections=("world",),
        authors=(Author(slug="a", name=name, url=line),),
        tags=(Tag(slug="a", name=line),),
        language=name,
        rights=line,
        status=ArticleStatus.PUBLISHED,
        published_at=NOON,
        public=True,
    )
    comment = Comment(
        id=1,
        guid="urn:example:comment:1",
        article_id=1,
        author_name=name,
        author_email=EMAIL,
        author_url=line,
        body_html=sanitize_comment(body),
        status=CommentStatus.APPROVED,
        created_at=NOON,
    )
    sections = (Section(path="world", title=line, created_at=NOON),)
    view = ArticleView(article=article, comments=(comment,), sections=sections, snapshot=SNAPSHOT)
    thread = build_thread(view, SITE, POLICY.depth)
    form = reply_form(POLICY, article, NOON, answers=thread.by_id[1], typed={"name": typed}, errors={"name": line})
    html = article_html(replace(SITE, title=name), NOON, view, thread, form, private=True)
    assert faults(html) == []
    document = parse(html)
    assert one(document, "//*[@id='reply-name']/@value") == xml_safe(typed)
    assert one(document, "//h1").text == xml_safe(line)
    assert one(document, "//*[@id='comment-1']//bdi").text == xml_safe(name)


def test_an_error_page_says_what_is_known_of_the_case() -> None:
    document = parse(error_page(SITE, NOON, 404, "there is no article at /2023/03/22/story/"))
    assert [text(line) for line in select(document, "//main//p")][1] == "There is no article at /2023/03/22/story/."
    assert len(select(parse(error_page(SITE, NOON, 500, "Internal Server Error")), "//main//p")) == 2
