"""Whatever is written into any field of the API, of forms and of addresses: both engines answer the same, and never by a fault."""

import asyncio
import json
import re
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.web.twins import Twins, opened_twins, request, unlike

_ODD = (
    "\0", "\ud800", "\udfff", "\ufffe", "\u0301", "\u202e", "\ufeff", "\x1b", "\n", "%", "%00", "\\", "'", '"', "_", "-", "*", "/",
    "<b>", "&#0;", "$1", "?", "{", "\u00df", "\u0130", "\ufdfa", "\U0001f600", "\ud55c", "\u0e01",
)  # fmt: skip
_LARGE = (*(str(2**63 + beyond) for beyond in (-2, -1, 0, 1)), "9" * 30, "-1", "0", "1", str(-(2**63) - 1), "1.5")


def _incompressible(size: int) -> str:
    random = Random(size)
    return "".join(chr(random.randint(0x20000, 0x2A6DF)) for _ in range(size))


TEXTS = (
    st.lists(st.sampled_from(_ODD) | st.characters(exclude_categories=()), max_size=6).map("".join)
    | st.sampled_from(_LARGE)
    | st.builds(str.__mul__, st.sampled_from(_ODD), st.sampled_from((200, 500, 2_000, 5_000)))
    | st.sampled_from((100, 120, 245, 500, 2_000, 4_000)).map(_incompressible)
)

_ARTICLE = (
    "headline", "slug", "section", "summary", "body_html", "dateline", "language", "rights", "canonical_url", "guid",
    "digital_source_type", "credit_line", "republish_until",
    "published_at", "embargoed_until", "editorial_note", "correction", "status", "comments_open",
)  # fmt: skip
_WITHIN: Mapping[str, Any] = {
    "tags": lambda text: [text, "A"],
    "sections": lambda text: ["world", text],
    "authors": lambda text: [{"name": text}, {"name": "Ann"}],
    "authors.slug": lambda text: [{"name": "Ann", "slug": text}],
    "authors.url": lambda text: [{"name": "Ann", "url": text}],
    "source": lambda text: {"name": text},
    "source.url": lambda text: {"name": "Agency", "url": text},
    "image": lambda text: {"url": text},
    "image.alt": lambda text: {"url": "/x.png", "alt": text, "caption": text, "credit": text},
    "enclosures": lambda text: [{"url": text, "type": "audio/mpeg"}],
    "enclosures.transcript": lambda text: [
        {"url": "/x.mp3", "type": "audio/mpeg", "transcript": text, "chapters": text}
    ],
    "enclosures.type": lambda text: [{"url": "/x.mp3", "type": text}],
    "nothing": lambda text: {text: text},
}
_COMMENT = {"author_name": "Bo", "author_email": "bo@readers.example", "body": "Well said.", "status": "approved"}
_REPLY = {"name": "Bo", "email": "bo@readers.example", "comment": "Well said."}
_PAGE = "/2023/03/01/harbour-reopens/"
_ASKED = (
    "/search/feed.json?q={}", "/search/feed.rss?q=%22{}%22%20-x", "/desk/?q={}", "/desk/?q={}&in=email",
    "/desk/decisions/?before={}", "/api/articles?cursor={}", "/api/articles?limit={}", "/api/sections?cursor={}",
    "/api/comments?cursor={}", "/api/changes?since={}", "/api/articles/{}", "/api/sections/{}", "/api/comments/{}",
    "/tag/{}/feed.rss", "/author/{}/feed.json", "/section/{}/feed.atom", "/section/world/feed.rss?before={}",
    "/comments/?before={}", "/{}/", "/2023/03/01/{}/", "/?p={}", "/category/{}/feed/", "/?s={}", "/oembed?url={}&format=json",
    f"{_PAGE}?comments={{}}", f"{_PAGE}?parent={{}}", f"{_PAGE}?mine={{}}", "/desk/articles/{}/",
)  # fmt: skip


def _json(method: str, path: str, fields: Mapping[str, Any]) -> httpx2.Request:
    return request(method, path, json.dumps(fields).encode(), **{"Content-Type": "application/json"})


def _quoted(text: str) -> str:
    return quote(text.encode(errors="surrogatepass"), safe="")


def _form(path: str, fields: Mapping[str, str]) -> httpx2.Request:
    content = "&".join(f"{name}={_quoted(text)}" for name, text in fields.items())
    return request("POST", path, content.encode(), **{"Content-Type": "application/x-www-form-urlencoded"})


@st.composite
def requests(draw: st.DrawFn) -> httpx2.Request:
    """With one text in one field."""
    text = draw(TEXTS)
    kind = draw(st.sampled_from(("article", "article", "section", "comment", "reply", "asked", "asked", "removed")))
    if kind == "article":
        name = draw(st.sampled_from((*_ARTICLE, *_WITHIN)))
        field, value = name.partition(".")[0], _WITHIN[name](text) if name in _WITHIN else text
        fields = {"headline": "Harbour", "section": "world", "status": "published", "tags": ["t"]} | {field: value}
        method, path = draw(st.sampled_from((("POST", "/api/articles"), ("PATCH", "/api/articles/1"))))
        return _json(method, path, fields)
    if kind == "section":
        section = {"title": "New"} | {draw(st.sampled_from(("slug", "title", "parent", "description"))): text}
        return _json("POST", "/api/sections", section)
    if kind == "comment":
        name = draw(st.sampled_from((*_COMMENT, "author_url")))
        return _json("POST", "/api/articles/1/comments", _COMMENT | {name: text})
    if kind == "reply":
        return _form(f"{_PAGE}comments", _REPLY | {draw(st.sampled_from((*_REPLY, "url", "parent", "token"))): text})
    if kind == "removed":
        path = draw(st.sampled_from(("/api/articles/{}", "/api/sections/{}", "/api/tokens/{}")))
        return request("DELETE", path.format(_quoted(text)))
    return request("GET", draw(st.sampled_from(_ASKED)).format(_quoted(text)))


async def _said(twins: Twins, asked: httpx2.Request) -> httpx2.Response:
    """By both."""
    first, second = await twins.ask(asked)
    assert first.status_code < 500, (asked.url, asked.content, first.text)
    assert "\n".join(unlike(first, second)) == "", (asked.url, asked.content)
    return first


def _play(folder: Path, postgres_url: str, examples: int) -> None:
    with asyncio.Runner() as runner:
        context = opened_twins(folder, postgres_url, feed_items=5, comments_hold="none", comment_count_interval=0)
        twins = runner.run(context.__aenter__())

        @settings(max_examples=examples)
        @given(asked=requests())
        @example(asked=_json("POST", "/api/articles", {"headline": "Harbour", "guid": _incompressible(4_000)}))
        @example(asked=_json("POST", "/api/articles", {"headline": "Harbour", "guid": _incompressible(500)}))
        @example(asked=_json("PATCH", "/api/articles/1", {"headline": "\ud800", "guid": "a\0b", "tags": ["\0"]}))
        @example(asked=_json("POST", "/api/articles/1/comments", _COMMENT | {"author_name": "\ufdfa" * 245}))
        @example(asked=_form(f"{_PAGE}comments", _REPLY | {"name": "\ufdfa" * 245}))
        @example(asked=_form(f"{_PAGE}comments", _REPLY | {"name": "\0", "email": "a\0@readers.example"}))
        @example(asked=request("DELETE", f"/api/sections/{_quoted(_incompressible(2_000))}"))
        def play(asked: httpx2.Request) -> None:
            runner.run(_said(twins, asked))

        try:
            play()
            for path in (
                "/feed.rss",
                "/feed.atom",
                "/comments/feed.json",
                "/feeds.opml",
                "/sitemap.xml",
                "/api/changes",
                _PAGE,
            ):
                runner.run(_said(twins, request("GET", path)))
        finally:
            runner.run(context.__aexit__(None, None, None))


def test_any_text_in_any_field(tmp_path: Path, postgres_url: str) -> None:
    _play(tmp_path, postgres_url, 30)


@pytest.mark.nightly
def test_any_text_in_any_field_all_night(tmp_path: Path, postgres_url: str) -> None:
    _play(tmp_path, postgres_url, 5_000)


_RULES: Mapping[str, Any] = {
    "comments_hold": "first",
    "comments_links": 2,
    "comments_hold_words": "casino, \u00dcber",
    "comments_trash_words": "viagra",
    "comments_depth": 2,
    "comments_per_page": 2,
    "comment_count_interval": 0,
    "feed_items": 3,
}
_READERS: tuple[dict[str, str], ...] = (
    {},
    {"email": "BO@Readers.example", "comment": "Well said."},
    {"comment": "See https://a.example and https://b.example"},
    {"comment": "The CASINO"},
    {"name": "\u00fcber"},
    {"comment": "viagra"},
    {"name": "Cy", "email": "cy@readers.example", "parent": "1"},
    {"name": "Cy", "email": "cy@readers.example", "comment": "Again", "parent": "2"},
    {"name": "A\u0301nn", "email": "ann@secret.example", "url": "https://ann.example/", "comment": "100 % \\ _ %s"},
    {"name": "", "email": "nobody", "comment": " "},
)
_SEEN = (
    "/", "/feed.rss", "/feed.atom", "/feed.json", "/feed.rdf", "/feeds/", "/feeds.opml", "/sitemap.xml", "/news-sitemap.xml",
    "/comments/", "/comments/feed.rss", "/comments/feed.atom", "/section/world/", "/section/world/feed.json",
    "/section/world/comments/feed.rss", "/2023/03/", "/2023/03/01/feed.atom", "/2023/feed.rss", "/tag/t/feed.rss", "/author/ann/",
    "/search/feed.rss?q=ferr*%20-fog", f"{_PAGE}?comments=1", _PAGE, f"{_PAGE}feed.rss", "/robots.txt",
    "/healthz", "/api/changes?since=0", "/api/articles?limit=2", "/api/comments?status=spam", "/api/sections", "/api/tokens",
    "/desk/", "/desk/?status=trash", "/desk/?q=said", "/desk/?q=bo&in=email", "/desk/decisions/",
    "/desk/articles/", "/desk/articles/1/",
)  # fmt: skip


async def _token(twins: Twins, path: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', (await _said(twins, request("GET", path))).text)
    assert found is not None
    return found[1]


async def _see_all(twins: Twins) -> set[int]:
    """What they are answered with."""
    return {(await _said(twins, request("GET", path))).status_code for path in _SEEN}


async def _a_day(folder: Path, postgres_url: str) -> None:
    async with opened_twins(folder, postgres_url, **_RULES) as twins:
        token = await _token(twins, _PAGE)
        kept = [await _said(twins, _form(f"{_PAGE}comments", _REPLY | {"token": token} | typed)) for typed in _READERS]
        assert [answer.status_code for answer in kept] == [303, 409, 303, 303, 303, 303, 303, 403, 303, 400]
        article = {
            "headline": "Ferry",
            "section": "world",
            "status": "published",
            "tags": ["t"],
            "authors": [{"name": "Ann"}],
        }
        for number in range(4):
            await _said(twins, _json("POST", "/api/articles", article | {"headline": f"Ferry {number}"}))
        await _said(twins, _json("PATCH", "/api/articles/2", {"headline": "Harbour opens", "significant": True}))
        await _said(twins, _json("PATCH", "/api/articles/1", {"sections": ["business"], "correction": "Not closed."}))
        await _said(twins, request("DELETE", "/api/articles/3"))
        await _see_all(twins)
        desk = await _token(twins, "/desk/")
        moderated = {"token": desk, "back": "/desk/"}
        for do, number in (("approve", 2), ("spam", 3), ("trash", 4), ("hold", 1), ("approve", 1), ("approve", 9_999)):
            await _said(twins, _form("/desk/moderate", moderated | {"do": do, "id": str(number)}))
        for action in ("approve", "hold", "approve", "spam"):
            await _said(twins, request("POST", f"/api/comments/5/{action}"))
        for number in (2, 5, 2**63 - 1, 2**63):
            await _said(twins, request("DELETE", f"/api/articles/{number}"))
        await _said(twins, _json("PATCH", "/api/sections/world", {"title": "Wide world"}))
        await _said(twins, request("DELETE", "/api/sections/world"))
        assert await _see_all(twins) == {200}


def test_a_day_of_readers_and_editors(tmp_path: Path, postgres_url: str) -> None:
    asyncio.run(_a_day(tmp_path, postgres_url))
