"""An email or an address that a reader gave leaves the server in no form: in no answer, log line, export or error."""

import asyncio
import hashlib
import html
import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import quote

import httpx2
import pytest

from feeds.formats import FORMATS
from feeds.newsroom.addresses import ip_hash
from feeds.web.api.access import PUBLISH, token_hash
from feeds.web.signing import OWN, sign
from storage.clock import utc_now
from storage.connect import open_store
from storage.model import CommentStatus, Token
from tests.cli.conftest import CommandLine
from tests.server.running import Running, running
from tests.server.wire import PATIENCE
from tests.storage.newsroom import reply, sections, story

BASE = "https://news.example"
ADDRESS = "203.0.113.77"
EMAILS = {status: f"Quilla.Zentavo+{status}@Vexomail.example" for status in CommentStatus}
START = (
    "/", "/feeds/", "/feeds.opml", "/sitemap.xml", "/news-sitemap.xml", "/robots.txt", "/comments/", "/search?q=ferry",
    "/healthz", "/readyz", "/metrics", "/api/openapi.json",
)  # fmt: skip
WRONG = (
    "/nowhere", "/2023/02/30/", "/2023/03/01/gone/", "/?p=x", "/feed.rdf?page=x", "/api/comments", "/api/comments/1",
    "/api/articles/99", "/api/changes?since=x", "/desk/",
)  # fmt: skip


@dataclass(frozen=True)
class Watched:
    """A newsroom with comments in all states behind a server that writes every log it can, and all bytes that left it."""

    folder: Path
    server: Running
    held: str
    """The page that shows a pending comment to its author."""
    traces: frozenset[bytes]
    seen: dict[str, bytes] = field(default_factory=dict)


def traces_of(email: str) -> Iterator[bytes]:
    """All forms in which it could be told."""
    for text in {email, email.casefold()}:
        plain = text.encode()
        yield plain
        yield text.partition("@")[0].encode()
        yield from (quote(text, safe="").encode(), quote(text).encode(), html.escape(text).encode())
        yield from (text.replace("@", sign).encode() for sign in ("&#64;", "&#x40;", "\\u0040", " at ", "[at]"))
        yield from (hashlib.new(name, plain).hexdigest().encode() for name in ("md5", "sha1", "sha256"))
        for shift in range(3):
            # Whatever stands before and after it.
            yield b64encode(b"." * shift + plain)[4:-4]


async def fill(folder: Path) -> tuple[str, frozenset[bytes]]:
    store = await open_store(f"sqlite:///{folder}/dateline.db", migrate=True)
    try:
        await store.import_sections(sections())
        secret = (await store.get_site()).secret
        await store.add_token(
            Token(name="desk", hash=token_hash("desk"), scopes=frozenset({PUBLISH}), created_at=utc_now())
        )
        hashed, held = ip_hash(secret, ADDRESS), ""
        for slug in ("ferry", "gone"):
            article = await store.add_article(story(slug, utc_now() - timedelta(hours=1), sections=("world/africa",)))
            parent = None
            for status in (CommentStatus.APPROVED, *CommentStatus):
                kept = reply(
                    article, f"Reader {status}", utc_now(), guid=f"urn:test:{slug}:{status}:{parent}", status=status,
                    author_email=EMAILS[status], ip_hash=hashed, parent_id=parent,
                )  # fmt: skip
                kept = await store.add_comment(kept, list_after=timedelta())
                parent = parent or kept.id
                if status is CommentStatus.PENDING and slug == "ferry":
                    held = f"{article.path}?mine={kept.id}-{sign(secret, OWN, kept.id)}"
    finally:
        await store.close()
    traces = {trace for email in EMAILS.values() for trace in traces_of(email)}
    return held, frozenset(traces | {ADDRESS.encode(), hashed.encode(), b"vexomail"})


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("newsroom")
    held, traces = asyncio.run(fill(folder))
    with (
        (folder / "access.log").open("w") as log,
        running(folder, stdout=log, DATELINE_ACCESS_LOG="true") as server,
    ):
        yield Watched(folder, server, held, traces)


def found(watched: Watched, what: bytes) -> set[bytes]:
    return {trace for trace in watched.traces if trace.lower() in what.lower()}


def crawl(watched: Watched, client: httpx2.Client) -> None:
    """Ask for all that the site links to, and for what it does not have."""
    asked: set[str] = set()
    coming = [*START, *WRONG, watched.held, *(f"/search/feed{end}?q=ferry" for end in FORMATS)]
    while coming:
        path = coming.pop()
        if path in asked or len(asked) > 600:
            continue
        asked.add(path)
        answer = client.get(path)
        watched.seen[path] = repr(answer.headers).encode() + answer.content
        links = re.findall(rf'(?:{BASE}|(?:href|src|action)=")(/[^"#<>\s\\]*)', answer.text)
        coming += [html.unescape(link) for link in links] + (
            [answer.headers["location"].removeprefix(BASE)] if answer.is_redirect else []
        )


def test_nothing_that_leaves_the_server_tells_of_them(watched: Watched) -> None:
    with httpx2.Client(base_url=f"http://127.0.0.1:{watched.server.port}") as client:
        crawl(watched, client)
        token = {"Authorization": "Bearer desk"}
        for method, path, body in (
            ("GET", "/api/articles", None),
            ("GET", "/api/articles/1", None),
            ("GET", "/api/changes?since=0", None),
            ("GET", "/api/comments?status=pending", None),
            ("GET", "/api/comments/1", None),
            ("PATCH", "/api/comments/1", {"author_email": EMAILS[CommentStatus.SPAM]}),
            ("POST", "/api/articles/1/comments", {"author_email": EMAILS[CommentStatus.SPAM], "author_name": ""}),
            ("POST", "/api/articles/1/comments", {"author_email": f"{EMAILS[CommentStatus.SPAM]}@", "body": "Hm."}),
            (
                "POST",
                "/api/articles/1/comments",
                {"author_email": EMAILS[CommentStatus.APPROVED], "author_name": "Quilla", "body": "Hm."},
            ),
        ):
            answer = client.request(method, path, json=body, headers=token)
            watched.seen[f"{method} {path} {body}"] = answer.content
    pages = {path for path in watched.seen if path.startswith("/")}
    assert {path for path in pages if path.endswith("/ferry/feed.atom")}, "the threads were looked at"
    assert "Reader pending" in watched.seen[watched.held].decode(), "and the held comment"
    assert len(pages) > 60
    told = {path: found(watched, answer) for path, answer in watched.seen.items()}
    assert {path: traces for path, traces in told.items() if traces} == {}


def test_a_search_for_one_finds_what_a_search_for_any_other_does(watched: Watched) -> None:
    with httpx2.Client(base_url=f"http://127.0.0.1:{watched.server.port}") as client:
        known, other = EMAILS[CommentStatus.APPROVED], "Somebody.Else+approved@Nomail12.example"
        for path in ("/search", *(f"/search/feed{end}" for end in FORMATS)):
            by_known, by_other = (client.get(path, params={"q": email}).text for email in (known, other))
            assert _shape(by_known) == _shape(by_other)


def _shape(text: str) -> list[str]:
    """What is said, without what was asked for."""
    return re.findall(r"<[a-zA-Z]+", text)


def test_no_log_line_tells_of_them(watched: Watched) -> None:
    with httpx2.Client(base_url=f"http://127.0.0.1:{watched.server.port}") as client:
        body = {"author_email": EMAILS[CommentStatus.SPAM], "author_name": "Quilla", "body": "Ho hum."}
        client.post("/api/articles/1/comments", json=body, headers={"Authorization": "Bearer desk"})
        client.post("/api/articles/1/comments", content=str(body), headers={"X-Forwarded-For": ADDRESS})
        assert client.get(watched.held).status_code == 200
        client.get("/feed.rss?x=1&token=Hunter-2&api_key=Hunter-2&Access_Token=Hunter-2")
        assert client.get("/replies/Hunter-2/feed.rss?replies=1").status_code == 404
        assert client.get("/last-line").status_code == 404
    log = watched.folder / "access.log"
    give_up_at = monotonic() + PATIENCE
    while "/last-line" not in log.read_text():
        assert monotonic() < give_up_at
        sleep(0.01)
    # Who searches for something has it in the URL.
    lines = [line for line in [*log.read_text().splitlines(), *watched.server.said] if "/search" not in line]
    assert sum("/api/articles/1/comments" in line for line in lines) >= 2
    assert found(watched, "\n".join(lines).encode()) == set()
    assert any("?mine=***" in line for line in lines)
    assert watched.held.rpartition("-")[2] not in "\n".join(lines)
    assert "Hunter-2" not in "\n".join(lines)
    assert any("/replies/***/feed.rss?replies=1" in line for line in lines)
    assert any("/feed.rss?x=1&token=***&api_key=***&Access_Token=***" in line for line in lines)


def test_no_command_tells_of_them(watched: Watched) -> None:
    dateline = CommandLine(watched.folder, {"DATELINE_DATABASE_URL": f"sqlite:///{watched.folder}/dateline.db"})
    for command in (("export",), ("check",), ("migrate",), ("forget", "somebody@else.example")):
        ran = dateline(*command)
        assert ran.code == 0, ran.err
        assert found(watched, (ran.out + ran.err).encode()) == set(), command
    private = dateline("export", "--private").out.encode()
    assert EMAILS[CommentStatus.APPROVED].encode() in private, "the traces are found where they are"
    assert len(found(watched, private)) > len(EMAILS)
