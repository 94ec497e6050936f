"""Log lines in both formats: what is wrong with a request names it, without its secrets."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr

import httpx2
import pytest

from feeds.http.access_log import masked
from feeds.server.logs import set_up_logs
from feeds.web.noted import NotedMiddleware

pytestmark = pytest.mark.anyio


@contextmanager
def said() -> Iterator[io.StringIO]:
    """What the block says to standard error; its handlers are no others' after it."""
    root, access = logging.getLogger(), logging.getLogger("dateline.access")
    before = root.handlers[:], root.level, access.handlers[:], access.propagate
    root.handlers.clear()
    try:
        with redirect_stderr(io.StringIO()) as text:
            yield text
    finally:
        root.handlers[:], root.level, access.handlers[:], access.propagate = before


async def fail(scope: object, receive: object, send: object) -> None:  # noqa: ARG001
    logging.getLogger("feeds.web").info("all is well")
    try:
        raise ValueError("no good")
    except ValueError:
        logging.getLogger("feeds.web").exception("unexpected\nerror")
    raise RuntimeError


@pytest.mark.parametrize("format", ["text", "json"])
async def test_an_error_names_the_request(format: str) -> None:
    with said() as text:
        set_up_logs(format)
        transport = httpx2.ASGITransport(app=NotedMiddleware(fail, lambda: None), raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://news.example") as client:
            await client.post("/partner/a-secret/feed.rss?mine=7-secret&page=2")
    lines = text.getvalue()
    assert "secret" not in lines
    request = "POST /partner/***/feed.rss?mine=***&page=2"
    if format == "text":
        assert f"ERROR feeds.web: unexpected\nerror (answering {request})\nTraceback" in lines
        assert "INFO feeds.web: all is well\n" in lines
    else:
        well, error = map(json.loads, lines.splitlines())
        assert (well["level"], well["logger"], well["message"]) == ("info", "feeds.web", "all is well")
        assert "request" not in well
        assert error["request"] == request
        assert error["message"] == "unexpected\nerror"
        assert error["exception"].endswith("ValueError: no good")


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/replies/a-secret/feed.rss", "/replies/***/feed.rss"),
        ("/hub/check/a-secret", "/hub/check/***"),
        ("/desk/feed/a-secret.atom", "/desk/feed/***"),
        ("/partner/a-secret/changes?since=1", "/partner/***/changes?since=1"),
        ("/a/?x=1&mine=7-secret", "/a/?x=1&mine=***"),
        ("/%70artner/a-secret/feed.rss", "/partner/***/feed.rss"),
        ("/partner%2Fa-secret/feed.rss?x=%20", "/partner/***/feed.rss?x= "),
        ("//partner//a-secret/feed.rss", "//partner//***/feed.rss"),
        ("/partner/a-secr%65t/feed.rss", "/partner/***/feed.rss"),
        ("/a/?m%69ne=7-secret", "/a/?mine=***"),
        ("/section/caf%C3%A9/feed.rss", "/section/caf%C3%A9/feed.rss"),
        ("/feed.rss?utm_source=reader", "/feed.rss?utm_source=reader"),
    ],
)
def test_what_opens_something_is_masked(path: str, shown: str) -> None:
    assert masked(path) == shown
