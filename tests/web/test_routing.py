"""Routes as one answer as Starlette's router does with each of them in turn."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.types import Message

from feeds.settings import Settings
from feeds.web.app import routes
from feeds.web.routing import Routes

ALL = routes(Settings())
ROUTES = Routes(ALL)

segments = st.sampled_from(
    (
        "", "api", "articles", "openapi.json", "desk", "moderate", "sign-in", "7", "static", "feed.css", "media", "wp-content",
        "uploads", "2023", "03", "22", "20234", "story", "comments", "delete", "feed.rss", "feed", "feed.", "feeds", "feeds.opml",
        "sitemap.xml", "sitemap-1.xml", "section", "world", "tag", "author", "search", "healthz", "..", "é", "{year}", "*",
    )
)  # fmt: skip
paths = st.lists(segments, max_size=6).map(lambda parts: "/" + "/".join(parts))
methods = st.sampled_from(("GET", "HEAD", "POST", "PUT", "OPTIONS"))


def in_turn(tried: list[BaseRoute], scope: dict[str, Any]) -> tuple[BaseRoute | None, dict[str, Any]]:
    """What Starlette's router takes, as it stands in its `app`."""
    partial: tuple[BaseRoute | None, dict[str, Any]] = (None, {})
    for route in tried:
        match, found = route.matches(scope)
        if match is Match.FULL:
            return route, dict(found)
        if match is Match.PARTIAL and partial[0] is None:
            partial = route, dict(found)
    return partial


@given(paths, methods, st.sampled_from(("", "/under", "/api")))
def test_every_path_finds_the_route_that_it_finds_in_turn(path: str, method: str, root_path: str) -> None:
    scope = {"type": "http", "method": method, "path": root_path + path, "root_path": root_path, "headers": []}
    route, found = in_turn(ALL, scope)
    match, child_scope = ROUTES.matches(scope)
    assert (match is Match.NONE) == (route is None)
    assert child_scope == ({} if route is None else {**found, "route": route})


def test_each_route_is_found_at_a_path_of_its_own() -> None:
    found = set()
    for path in (
        "/", "/healthz", "/api", "/api/articles", "/desk/", "/desk/articles/7/", "/static/a.b.css", "/static/feed.css",
        "/wp-content/uploads/a.png", "/2023/03/22/story/comments", "/sitemap-1.xml", "/feed.rss", "/2023/feed.rss",
        "/section/world/africa/comments/feed.rss", "/2023/03/22/story/feed.rss", "/2023/03/22/story/", "/search", "/tag/x/",
    ):  # fmt: skip
        match, child_scope = ROUTES.matches({"type": "http", "method": "GET", "path": path, "headers": []})
        assert match is Match.FULL, path
        found.add(id(child_scope["route"]))
    assert len(found) == 18


async def named(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{request.scope['route'].path} {request.path_params}")


async def posted(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("posted")


FEW: list[BaseRoute] = [
    Route("/a/{x}", named),
    Route("/a/{x}", posted, methods=["POST"]),
    Mount("/m", routes=[Route("/inside", named)]),
    Route("/{x}/b", named),
    Route("/", named),
]


async def ask(app: Starlette, method: str, path: str) -> list[Message]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "root_path": "", "query_string": b"", "headers": []}
    await app(scope, receive, send)
    return sent


@pytest.mark.anyio
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE"])
@pytest.mark.parametrize("path", ["/a/1", "/a/b", "/m/inside", "/m/nowhere", "/m", "/c/b", "/", "/a", "/a/1/", "*", ""])
async def test_an_application_answers_the_same(method: str, path: str) -> None:
    plain, as_one = Starlette(routes=FEW), Starlette(routes=[Routes(FEW)])
    plain.router.redirect_slashes = as_one.router.redirect_slashes = False
    assert await ask(as_one, method, path) == await ask(plain, method, path)
