"""No word that a reader sees stands outside the catalogues: all of it is looked at in a language that has marks around each."""

import ast
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest

from feeds import paths
from feeds.content.embargo import embargo_line
from feeds.document import FeedDocument
from feeds.kinds import KINDS
from feeds.kinds.base import Publication
from feeds.kinds.reply_feeds import build_replies
from feeds.settings import Settings
from feeds.web.discovery.files import style_sheet
from feeds.web.pages.errors import error_page
from feeds.web.pages.script_words import WORDS
from feeds.wording import saying
from storage.model import Article, Author, Comment, CommentStatus, Enclosure, Image, PageStatus, Source, Tag
from storage.model import Page as StandingPage
from tests.kinds.newsroom import FOUNDED, SECTIONS, SettableClock
from tests.pages.newsroom import one, parse
from tests.web.site import BASE, Site, open_site
from tests.wording.messages import ROOT
from tests.wording.pseudo import PSEUDO, marked, outside, words_outside

pytestmark = pytest.mark.anyio

TEXT = "<p>Το πρώτο πλοίο έφυγε στις έξι.</p>"
NAME = "Μαρία"
TAGS = (Tag(slug="a", name="Άλφα"), Tag(slug="b", name="Βήτα"))
OURS = {*SECTIONS.values()}
"""Words of the newsroom that are not in Greek."""


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    greek = {
        "title": "Ταχυδρόμος",
        "description": "Τα νέα.",
        "rights": "©",
        "comments_hold": "none",
        "comments_pause": 0,
    }
    async with open_site(tmp_path, SettableClock(), hubs="https://hub.example/", **greek) as site:
        publication = replace(site.state.publication, wording=PSEUDO)
        marked_site = site.with_state(replace(site.state, publication=publication))
        marked_site.newsroom.publication = publication
        yield marked_site


@pytest.fixture
async def browser(site: Site) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=site.app, client=("192.0.2.7", 4711))
    async with httpx2.AsyncClient(transport=transport, base_url=BASE) as browser:
        yield browser


async def fill(site: Site) -> tuple[Article, Comment]:
    """All that a page can show of an article, and a thread of several pages."""
    newsroom = site.newsroom
    await newsroom.store.add_page(
        StandingPage(path="/about/", title="Ποιοι είμαστε", body_html=TEXT, status=PageStatus.PUBLISHED)
    )
    await newsroom.publish("old", site.clock() - timedelta(days=60), headline="Παλιό", body_html=TEXT, tags=TAGS)
    site.clock.advance(hours=1)
    article = await newsroom.publish(
        "all",
        headline="Όλα",
        summary="",
        body_html=TEXT,
        authors=(Author(slug="a", name=NAME), Author(slug="b", name=NAME), Author(slug="c", name=NAME)),
        tags=TAGS,
        dateline="Αθήνα",
        source=Source(name="ΑΠΕ"),
        image=Image(url="/media/a.jpg", alt="Πλοίο"),
        enclosures=tuple(
            Enclosure(url=f"/media/{name}", type=type)
            for name, type in (("α.mp3", "audio/mpeg"), ("β.mp4", "video/mp4"), ("γ", "text/a"), ("δ", "text/b"))
        ),
        correction="Ήταν επτά.",
        corrected_at=site.clock() + timedelta(hours=1),
        updated_at=site.clock() + timedelta(hours=1),
    )
    await newsroom.publish("bare", headline="", summary="", body_html="", comments_open=False)
    first = None
    for _ in range(101):
        site.clock.advance(minutes=1)
        first = await newsroom.reply(article, NAME, parent=first, body_html=TEXT)
    assert first is not None
    ours = Comment(
        guid="urn:example:ours", article_id=article.id, parent_id=first.id,
        author_name=NAME, author_email="a@b.example", body_html=TEXT,
        status=CommentStatus.APPROVED, created_at=site.clock(), newsroom=True,
    )  # fmt: skip
    return article, await newsroom.store.add_comment(ours, list_after=timedelta(0))


def addresses(article: Article, comment: Comment) -> list[str]:
    year, month, day = str(article.day).split("-")
    return [
        "/", "/?before=9999999999999999.1", "/?after=1.1", f"/{year}/", f"/{year}/{month}/", f"/{year}/{month}/{day}/",
        article.path, f"{article.path}?parent={comment.id}", f"{article.path}?comments=1", "/section/world/", "/section/business/",
        "/section/world/comments/", "/tag/a/", "/author/a/", "/comments/", "/comments/?before=9999999999999999.1",
        "/feeds/", "/search", "/search?q=Όλα", f"/search?q={quote('τίποτα')}", "/about/", "/hub", f"/{year}/01/", f"/{year}/12/",
        "/2031/01/", "/2023/02/30/", "/nothing/", "/section/nothing/", "/tag/nothing/", "/author/nothing/", f"{article.path}x/",
        "/1999/", "/feed.nothing", "/search/feed.rss", "/replies/AAAAAAAAAAAAAAAAAAAAAA/",
        article.path.replace("all", "bare"),
    ]  # fmt: skip


async def test_no_page_has_a_word_outside_the_catalogues(site: Site, browser: httpx2.AsyncClient) -> None:
    assert not {*words_outside((await browser.get("/")).content)} - OURS, "of an empty newsroom"
    article, comment = await fill(site)
    assert marked("Related") in (await browser.get(article.path)).text
    for path in addresses(article, comment):
        answer = await browser.get(path, follow_redirects=True)
        assert answer.headers["content-type"].startswith("text/html"), path
        assert not {*words_outside(answer.content)} - OURS, path


async def test_no_form_has_a_word_outside_the_catalogues(site: Site, browser: httpx2.AsyncClient) -> None:
    article, _ = await fill(site)
    closed = article.path.replace("all", "bare")
    filled = {"name": NAME, "email": "a@b.example", "comment": "Ναι."}
    wrong = [
        {}, {"name": "\u200b", "email": "a", "comment": "\u200b", "url": "α"}, filled | {"parent": "999"}, filled | {"parent": "α"},
        filled | {"name": "α" * 300, "url": "α" * 300}, {"subject": "α"},
    ]  # fmt: skip
    for sent in wrong:
        answer = await browser.post(f"{article.path}comments", data=sent)
        assert answer.status_code == 400
        assert not {*words_outside(answer.content)} - OURS, sent
    elsewhere = await browser.post(f"{article.path}comments", data=filled, headers={"Sec-Fetch-Site": "cross-site"})
    assert not {*words_outside(elsewhere.content)} - OURS
    refused = await browser.post(f"{closed}comments", data=filled)
    assert (refused.status_code, {*words_outside(refused.content)} - OURS) == (403, set())
    await _write_and_follow(site, browser, article, filled)


async def _write_and_follow(site: Site, browser: httpx2.AsyncClient, article: Article, filled: dict[str, str]) -> None:
    page = parse((await browser.get(article.path)).content)
    token = one(page, "//input[@name='token']/@value")
    sent = await browser.post(f"{article.path}comments", data=filled | {"token": token})
    own = await browser.get(sent.headers["location"])
    twice = await browser.post(f"{article.path}comments", data=filled | {"token": token})
    held = await browser.post(f"{article.path}comments", data=filled | {"comment": "Όχι."})
    waiting = await browser.get(held.headers["location"])
    mine = one(parse(own.content), "//form[contains(@action, 'follow')]//input[@name='mine']/@value")
    followed = await browser.post(f"{article.path}comments/follow", data={"mine": mine, "what": "all"})
    replies = await browser.get(followed.headers["location"])
    key = followed.headers["location"].split("/")[2]
    feed = await build_replies(site.state.store, site.state.publication, {"key": key}, site.clock())
    ended = await browser.post(f"{paths.REPLY_FEED(key=key)}end")
    deleted = await browser.post(f"{article.path}comments/delete", data={"mine": mine})
    gone = await browser.get(deleted.headers["location"])
    again = await browser.post(f"{article.path}comments/delete", data={"mine": "1-0"})
    pages = (own, twice, waiting, replies, await browser.get(ended.headers["location"]), gone, again)
    for answer in pages:
        assert not {*words_outside(answer.content)} - OURS, (answer.status_code, answer.request.url)
    assert [answer.status_code for answer in pages] == [200, 409, 200, 200, 410, 200, 403]
    assert said_outside(feed) == set()


async def test_no_feed_has_a_word_outside_the_catalogues(site: Site, browser: httpx2.AsyncClient) -> None:
    article, _ = await fill(site)
    year, month, day = str(article.day).split("-")
    params = {
        "year": year,
        "month": month,
        "day": day,
        "slug": "all",
        "section": "world",
        "tag": "a",
        "author": "a",
        "q": "Όλα",
    }
    for kind in KINDS:
        document = await site.newsroom.feed(kind, **params)
        assert document.items, kind.name
        assert said_outside(document) == set(), kind.name
    opml = (await browser.get("/feeds.opml")).text
    named = re.findall(r'(?:text|title|description)="([^"]*)"|<title>([^<]*)', opml)
    assert not {word for pair in named for text in pair for word in outside(text)} - OURS
    assert outside(embargo_line(site.clock(), site.newsroom.zone, PSEUDO)) == []
    sheet = style_sheet((ROOT / "web/static/feed.css").read_text(), site.state.publication)
    assert [outside(words) for words in re.findall(r'content: "([^"]*)"', sheet)] == [[]]


def said_outside(document: FeedDocument) -> set[str]:
    said = [document.title, document.description]
    for item in document.items:
        correction = item.correction.label if item.correction else ""
        categories = [category.label for category in item.categories]
        said += [
            item.title,
            item.content_html and parse(item.content_html.encode()).text_content(),
            correction,
            *categories,
        ]
        said += [person.name for person in item.authors]
    return {word for text in said for word in outside(text or "")} - OURS


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 410, 413, 418, 429, 500, 503])
async def test_no_error_has_a_word_outside_the_catalogues(status: int) -> None:
    site = replace(Publication.of(Settings(title="Τ", description="Δ", rights="©"), FOUNDED), wording=PSEUDO)
    for detail in ("database is locked", saying("there is no section %(path)s", path="α")):
        html = error_page(site, FOUNDED, status, detail)
        assert words_outside(html) == []


@pytest.mark.parametrize("script", WORDS)
async def test_a_script_says_what_its_page_gives_it(script: str) -> None:
    source = (ROOT / "web/static" / script).read_text()
    assert {*re.findall(r'Says\("([^"]+)"\)', source)} == {*WORDS[script]}
    # What it puts into the page beside these.
    assert re.findall(r'(?:textContent|aria-label",) ?=? ?"[A-Z]', source) == []


@pytest.mark.parametrize(
    "planted",
    [
        "<p>Planted</p>", f"<p>{marked('Kept')} planted</p>", '<p title="Planted">', '<img alt="Planted">',
        '<a aria-label="Planted">',
        '<input placeholder="Planted">', '<script data-words=\'{"Copy": "Planted"}\'></script>',
        f"<p>{marked('a <b>b</b>')} planted",
    ],
)  # fmt: skip
async def test_a_planted_word_is_found(planted: str) -> None:
    page = f"<html><head><title>{marked('T')}</title></head><body><p>{marked('All <a>well</a>')}</p>{{}}</body></html>"
    assert words_outside(page.format("")) == []
    assert [word.lower() for word in words_outside(page.format(planted))] == ["planted"]


REFUSALS = {
    "NoSuchFeed",
    "FeedGone",
    "BadDate",
    "NotFound",
    "HTTPException",
    "Closed",
    "TooLate",
    "TooFast",
    "Duplicate",
}


async def test_what_is_refused_to_readers_is_said_by_messages() -> None:
    """A sentence that is in no catalogue is shown in English newsrooms alone."""
    files = [
        *(ROOT / "kinds").glob("*.py"),
        *(ROOT / "web/pages").glob("*.py"),
        *(ROOT / "web" / name for name in ("public.py", "forms.py", "legacy_urls.py", "redirects.py")),
        ROOT / "newsroom/commenting.py",
    ]
    found = []
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REFUSALS:
                found += [f"{file.name}:{node.lineno}" for given in node.args if _is_written_out(given)]
    assert found == ["hub_check.py:29", "paging.py:38"], "these are for programs"


def _is_written_out(given: ast.expr) -> bool:
    return isinstance(given, ast.JoinedStr) or (isinstance(given, ast.Constant) and isinstance(given.value, str))
