"""An article as its newsroom knows it, made by the API on a real server: its page and its feeds, line by line."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser
import httpx2
import pytest

from feeds.formats import FORMATS
from feeds.web.api.access import token_hash
from storage.model import Token
from tests.kinds.newsroom import SettableClock
from tests.pages.newsroom import one, parse, select
from tests.pages.rules import faults
from tests.server.listening import listening
from tests.web.site import BASE, Site, open_site

pytestmark = pytest.mark.anyio

PHOTO = "https://images.example/2023/03/council.jpg"
PARAGRAPHS = (
    "Allies of Ukraine agreed on Wednesday to send more ammunition before the summer.",
    "The ministers met for a second day behind closed doors.",
    "“We have said what we will do, and we will do it,” said the chair.",
)
TEXT = [
    "<Ministers around a table>",
    "The council on Wednesday. Courtesy photo",
    f"Brussels, Belgium | Xinhua | {PARAGRAPHS[0]}",
    *PARAGRAPHS[1:],
]
"""As it is read on the page and in every feed: each part once."""
PATH = "/2023/03/22/allies-agree-to-send-more-ammunition/"
REPLIES = (("Ann", "Well said."), ("Bo", "And who pays for it?"), ("Cem", "A spammer's words"))
TEXT_TAGS = {"bdi", "a", "span", "time", "wbr", "strong", "em", "small", "bdo"}


@dataclass(frozen=True)
class Served:
    site: Site
    editor: httpx2.AsyncClient
    reader: httpx2.AsyncClient

    async def call(self, path: str, **fields: Any) -> dict[str, Any]:
        answer = await self.editor.post(path, json=fields)
        assert answer.is_success, answer.text
        return dict(answer.json())

    async def lines(self) -> list[str]:
        """Of the article's page, as it is read from top to bottom."""
        page = await self.reader.get(PATH)
        assert page.status_code == 200
        assert faults(page.content) == []
        return lines_of(page.text)

    async def feed(self, extension: str) -> Any:
        return (await self.reader.get(f"/section/world/feed{extension}")).content


def lines_of(page: str) -> list[str]:
    """A line for each block; a field is `[its name]`, a picture `<its alternative text>`, a link's target is left out."""
    document = parse(page.encode())
    for unseen in select(document, "//head | //script | //*[contains(@class, 'trap') or contains(@class, 'skip')]"):
        unseen.drop_tree()
    lines = [""]

    def read(element: Any) -> None:
        inline = element.tag in TEXT_TAGS
        if not inline:
            lines.append("")
        if element.tag in ("input", "textarea") and element.get("type") != "hidden":
            lines[-1] += f"[{element.get('name')}]"
        elif element.tag == "img":
            lines[-1] += f"<{element.get('alt')}>"
        else:
            lines[-1] += element.text or ""
            for child in element:
                read(child)
                lines[-1] += child.tail or ""
        if not inline:
            lines.append("")

    read(one(document, "//body"))
    return [line for line in (" ".join(line.split()) for line in lines) if line]


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(tmp_path, "Europe/Brussels") as served:
        yield served


@asynccontextmanager
async def serving(folder: Path, timezone: str) -> AsyncIterator[Served]:
    clock = SettableClock(datetime(2023, 3, 22, 9, tzinfo=UTC))
    async with open_site(folder, clock, timezone=timezone, title="The Courier") as site:
        scopes = frozenset({"publish", "moderate"})
        await site.newsroom.store.add_token(
            Token(name="ann", hash=token_hash("secret"), scopes=scopes, created_at=clock())
        )
        async with listening(site.app, site.state) as server:
            url = f"http://127.0.0.1:{server.port}"
            bearer = {"authorization": "Bearer secret"}
            async with (
                httpx2.AsyncClient(base_url=url, headers=bearer) as editor,
                httpx2.AsyncClient(base_url=url) as reader,
            ):
                yield Served(site, editor, reader)


async def publish(served: Served) -> dict[str, Any]:
    article = await served.call(
        "/api/articles",
        headline="Allies agree to send more ammunition",
        section="world",
        dateline="Brussels, Belgium",
        source={"name": "Xinhua"},
        image={"url": PHOTO, "type": "image/jpeg", "length": 81_234, "width": 1200, "height": 800,
               "alt": "Ministers around a table", "caption": "The council on Wednesday.", "credit": "Courtesy photo"},
        body_html="".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS),
        status="published",
        published_at="2023-03-22T09:30:00+01:00",
    )  # fmt: skip
    assert article["urls"]["page"] == BASE + PATH
    return article


async def reply(served: Served, author: str, words: str) -> None:
    """By the form of the page, as a browser sends it."""
    form = one(parse((await served.reader.get(PATH)).content), "//form")
    sent: Mapping[str, Any] = dict(form.form_values()) | {
        "name": author, "email": f"{author.lower()}@readers.example", "comment": words, }  # fmt: skip
    answer = await served.reader.post(form.action, data=sent)
    assert answer.status_code == 303
    served.site.clock.advance(minutes=10)


async def approve_one(served: Served) -> None:
    """A reader's reply, which a moderator approves."""
    await reply(served, *REPLIES[0])
    (waiting,) = (await served.editor.get("/api/comments", params={"status": "pending"})).json()["items"]
    await served.call(f"/api/comments/{waiting['id']}/approve")


async def test_its_page_reads_as_the_newsrooms_from_top_to_bottom(served: Served) -> None:
    await publish(served)
    top = [
        "Wednesday 22 March 2023", "The Courier",
        "Home", "Business", "World", "Comments", "Search", "Feeds",
        "Home", "World", "Allies agree to send more ammunition",
        "Allies agree to send more ammunition", "Published 22 March 2023, 09:30 CET",
    ]  # fmt: skip
    form = [
        "Leave a Reply", "Your email address will not be published. Required fields are marked *",
        "Comment *", "[comment]", "Name *", "[name]", "Email *", "[email]", "Only our moderators see it.",
        "Website", "[url]", "Post reply",
    ]  # fmt: skip

    async def between() -> list[str]:
        """What stands between the article and the form."""
        lines = await served.lines()
        assert lines[: len(top)] == top
        assert lines[len(top) + 1 :][: len(TEXT)] == TEXT
        start, end = len(top) + 1 + len(TEXT), lines.index("Leave a Reply")
        assert lines[end:][: len(form)] == form
        assert "Subscribe" in lines[end + len(form) :]
        return [lines[len(top)], *lines[start:end]]

    assert await between() == ["No comments", "No comments"]
    for author, words in REPLIES:
        await reply(served, author, words)
    assert await between() == ["No comments", "No comments"]  # they wait for a moderator

    waiting = (await served.editor.get("/api/comments", params={"status": "pending"})).json()["items"]
    by_author = {comment["author_name"]: comment["id"] for comment in waiting}
    await served.call(f"/api/comments/{by_author['Ann']}/approve")
    ann = ["1 Ann 22 March 2023, 10:00", "Well said.", "Reply"]
    assert await between() == ["One comment", "One comment", *ann]
    await served.call(f"/api/comments/{by_author['Bo']}/approve")
    await served.call(f"/api/comments/{by_author['Cem']}/spam")
    bo = ["2 Bo 22 March 2023, 10:10", "And who pays for it?", "Reply"]
    assert await between() == ["2 comments", "2 comments", *ann, *bo]
    page = (await served.reader.get(PATH)).text
    assert "@readers.example" not in page
    assert "Photo:" not in page

    # A day later it is another day, and the same article.
    served.site.clock.advance(days=1)
    top[0] = "Thursday 23 March 2023"
    assert await between() == ["2 comments", "2 comments", *ann, *bo]


@pytest.mark.parametrize("extension", [".rss", ".atom", ".rdf"])
async def test_its_feeds_say_the_same(served: Served, extension: str) -> None:
    article = await publish(served)
    feed = feedparser.parse(await served.feed(extension))
    (entry,) = feed.entries
    assert (entry.id, entry.link, entry.title) == (article["guid"], BASE + PATH, "Allies agree to send more ammunition")
    # Of RDF's dc:date, feedparser makes the date of the last change.
    assert (entry.get("published_parsed") or entry.updated_parsed)[:5] == (2023, 3, 22, 8, 30)
    assert lines_of(f"<body>{entry.content[0].value}</body>") == TEXT
    assert entry.summary == " ".join(PARAGRAPHS)
    assert [tag.term for tag in entry.tags] == ["World"]
    assert (entry.author, entry.dc_coverage) == ("The Courier", "Brussels, Belgium")
    await approve_one(served)
    (entry,) = feedparser.parse(await served.feed(extension)).entries
    assert entry.get("slash_comments", entry.get("thr_total")) == "1"


async def test_its_json_feed_says_the_same(served: Served) -> None:
    article = await publish(served)
    (item,) = (await served.reader.get("/section/world/feed.json")).json()["items"]
    assert (item["id"], item["url"]) == (article["guid"], BASE + PATH)
    assert (item["title"], item["image"]) == ("Allies agree to send more ammunition", PHOTO)
    assert item["date_published"] == "2023-03-22T08:30:00+00:00"
    assert lines_of(f"<body>{item['content_html']}</body>") == TEXT
    assert (item["summary"], item["tags"]) == (" ".join(PARAGRAPHS), ["World"])
    assert item["_dateline"]["image"]["credit"] == "Courtesy photo"
    await approve_one(served)
    (item,) = (await served.reader.get("/section/world/feed.json")).json()["items"]
    assert item["_dateline"]["comments"]["count"] == 1


async def test_its_comments_feed_counts_and_names_no_address(served: Served) -> None:
    await publish(served)
    await approve_one(served)
    body = (await served.reader.get(f"{PATH}feed.rss")).content
    (entry,) = feedparser.parse(body).entries
    assert lines_of(f"<body>{entry.content[0].value}</body>") == ["Well said."]
    assert entry.author == "Ann"
    assert b"@readers.example" not in body


async def test_a_time_before_standard_time_is_one_for_every_machine(tmp_path: Path) -> None:
    """Amsterdam's offset was 0:19:32, and an hour more in summer, until 1937; RFC 3339 has no seconds in an offset."""
    async with serving(tmp_path, "Europe/Amsterdam") as served:
        article = await served.call(
            "/api/articles", headline="Old", section="world", status="published", correction="Older.",
            published_at="1930-07-01T23:00:00Z",
        )  # fmt: skip
        assert article["urls"]["page"] == f"{BASE}/1930/07/02/old/"
        assert article["published_at"] == "1930-07-01T23:00:00Z"
        for path in ("/1930/07/02/old/", "/1930/07/02/", "/1930/", "/", "/section/world/"):
            page = (await served.reader.get(path)).content
            assert faults(page) == [], path
            assert b'<time datetime="1930-07-01T23:00:00+00:00">' in page, path
            assert "2 July 1930" in " ".join(lines_of(page.decode())) or "2 Jul 1930" in page.decode(), path
        for extension in FORMATS:
            said = re.findall(
                r"1930-07-0[12]T[^<\"]*", (await served.reader.get(f"/section/world/feed{extension}")).text
            )
            assert set(said) <= {"1930-07-01T23:00:00+00:00"}, extension


async def test_its_page_is_kept_until_midnight_and_no_longer(served: Served) -> None:
    await publish(served)
    served.site.clock.now = datetime(2023, 3, 22, 22, 59, 30, tzinfo=UTC)  # half a minute before midnight in Brussels
    before = await served.reader.get(PATH)
    assert before.headers["cache-control"] == "public, max-age=30"
    by_tag, by_date = {"if-none-match": before.headers["etag"]}, {"if-modified-since": before.headers["last-modified"]}
    for condition in (by_tag, by_date):
        assert (await served.reader.get(PATH, headers=condition)).status_code == 304
    served.site.clock.advance(seconds=40)
    for condition in (by_tag, by_date):
        after = await served.reader.get(PATH, headers=condition)
        assert after.status_code == 200
        assert after.headers["last-modified"] == "Wed, 22 Mar 2023 23:00:00 GMT"
        assert "Thursday 23 March 2023" in after.text
    # Of the feed nothing changed.
    feed = await served.reader.get(f"{PATH}feed.atom")
    served.site.clock.advance(days=1)
    again = await served.reader.get(f"{PATH}feed.atom", headers={"if-none-match": feed.headers["etag"]})
    assert again.status_code == 304
