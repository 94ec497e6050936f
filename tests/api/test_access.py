"""Tokens: who is asked for one, and what each scope opens."""

import re

import httpx2
import pytest

from feeds.newsroom.partners.members import keep_member
from feeds.newsroom.partners.terms import create_key, create_partner
from feeds.newsroom.standing import put_page
from storage.model import Alias
from tests import behind
from tests.api.desk import Desk, add_token, kept, reply_fields
from tests.api.test_subscriptions import subscribe
from tests.newsroom.media import png
from tests.stores import ANY_ENGINE

pytestmark = pytest.mark.anyio

PUBLISH = [
    ("GET", "/api/articles"),
    ("POST", "/api/articles"),
    ("GET", "/api/articles/1"),
    ("PATCH", "/api/articles/1"),
    ("PUT", "/api/articles/by-guid/urn:test:put"),
    ("DELETE", "/api/articles/2"),
    ("GET", "/api/sections"),
    ("POST", "/api/media"),
    ("POST", "/api/sections"),
    ("GET", "/api/sections/world"),
    ("PATCH", "/api/sections/world"),
    ("DELETE", "/api/sections/business"),
    ("GET", "/api/navigation"),
    ("PUT", "/api/navigation"),
    ("GET", "/api/pinned"),
    ("PUT", "/api/pinned"),
    ("GET", "/api/authors"),
    ("GET", "/api/authors/ann"),
    ("PATCH", "/api/authors/ann"),
    ("GET", "/api/redirects"),
    ("PUT", "/api/redirects"),
    ("DELETE", "/api/redirects?old=/old/"),
    ("GET", "/api/pages"),
    ("PUT", "/api/pages/contact"),
    ("GET", "/api/pages/about/team"),
    ("DELETE", "/api/pages/about/team"),
]
MODERATE = [
    ("GET", "/api/comments"),
    ("GET", "/api/comments/1"),
    ("PATCH", "/api/comments/1"),
    ("POST", "/api/comments/1/approve"),
    ("POST", "/api/comments/1/hold"),
    ("POST", "/api/comments/1/spam"),
    ("POST", "/api/comments/1/trash"),
    ("GET", "/api/bans"),
    ("POST", "/api/bans"),
    ("DELETE", "/api/bans/1"),
]
EITHER = [("GET", "/api/changes"), ("POST", "/api/articles/1/comments")]
ADMIN = [
    ("GET", "/api/tokens"),
    ("DELETE", "/api/tokens/reader"),
    ("GET", "/api/subscriptions"),
    ("GET", "/api/subscriptions/1"),
    ("DELETE", "/api/subscriptions/1"),
    ("GET", "/api/held-webhooks"),
    ("POST", "/api/held-webhooks"),
    ("DELETE", "/api/held-webhooks/1"),
    ("GET", "/api/partners"),
    ("POST", "/api/partners"),
    ("GET", "/api/partners/Rome"),
    ("PATCH", "/api/partners/Rome"),
    ("DELETE", "/api/partners/Rome"),
    ("GET", "/api/partners/Rome/keys"),
    ("POST", "/api/partners/Rome/keys"),
    ("GET", "/api/partners/Rome/webhooks"),
    ("POST", "/api/partners/Rome/webhooks"),
    ("DELETE", "/api/partners/Rome/webhooks/1"),
    ("DELETE", "/api/partners/Rome/keys/one"),
    ("GET", "/api/partners/Rome/members"),
    ("GET", "/api/partners/Rome/members/m-1"),
    ("PUT", "/api/partners/Rome/members/m-2"),
    ("DELETE", "/api/partners/Rome/members/m-1"),
    ("POST", "/api/partners/Rome/members/m-1/rotate"),
    ("POST", "/api/partners/Rome/members/m-1/clear"),
    ("POST", "/api/partners/Rome/ended-members"),
    ("GET", "/api/partners/Rome/account"),
    ("GET", "/api/partners/Rome/account.csv"),
    ("GET", "/api/withheld-sources"),
    ("PUT", "/api/withheld-sources/Xinhua"),
    ("DELETE", "/api/withheld-sources/AFP"),
]
EVERY = PUBLISH + MODERATE + EITHER + ADMIN
BODIES = {
    ("POST", "/api/articles"): {"headline": "New"},
    ("PATCH", "/api/articles/1"): {"headline": "Changed"},
    ("PUT", "/api/articles/by-guid/urn:test:put"): {"headline": "Changed"},
    ("POST", "/api/sections"): {"title": "Science"},
    ("PATCH", "/api/sections/world"): {"title": "Everywhere"},
    ("PUT", "/api/navigation"): {"sections": ["world"]},
    ("PUT", "/api/pinned"): {"articles": [1]},
    ("PATCH", "/api/authors/ann"): {"about": "Reports."},
    ("PUT", "/api/redirects"): {"old": "/older/", "new": "/about/team/"},
    ("PUT", "/api/pages/contact"): {"title": "Contact"},
    ("PATCH", "/api/comments/1"): {"body": "As I meant."},
    ("POST", "/api/bans"): {"kind": "name", "value": "Another"},
    ("POST", "/api/held-webhooks"): {"url": "https://chat.example/second"},
    ("POST", "/api/partners"): {"name": "Second"},
    ("PATCH", "/api/partners/Rome"): {"delay": 60},
    ("POST", "/api/partners/Rome/keys"): {"name": "two"},
    ("POST", "/api/partners/Rome/webhooks"): {"url": "https://rome.example/second"},
    ("PUT", "/api/partners/Rome/members/m-2"): {},
    ("POST", "/api/partners/Rome/ended-members"): {"members": ["m-1"]},
    ("POST", "/api/articles/1/comments"): reply_fields(body="As I said.", author_email="other@readers.example"),
}


async def call(client: httpx2.AsyncClient, method: str, path: str, **headers: str) -> httpx2.Response:
    if path == "/api/media":
        return await client.request(method, path, content=png(), headers=headers)
    return await client.request(method, path, json=BODIES.get((method, path)), headers=headers)


async def fill(desk: Desk) -> None:
    await put_page(desk.site.store, "about/team", {"title": "The team"})
    await desk.site.store.import_aliases([Alias("/old/", "/about/team/")])
    for headline in ("Harbour", "Market"):
        await desk.publish(headline, authors=[{"name": "Ann"}])
    await desk.reply(1)
    kept(await desk.moderator.post("/api/bans", json={"kind": "name", "value": "Troll"}), 201)
    await desk.site.store.add_held_webhook(url="https://chat.example/", secret="")
    await subscribe(desk, "/feed.rss", 1)
    await add_token(desk.site, "reader", "publish")
    await create_partner(desk.site.store, {"name": "Rome"}, clock=desk.clock, language="en")
    await create_key(desk.site.store, "Rome", {"name": "one"}, clock=desk.clock)
    await desk.site.store.add_webhook("Rome", url="https://r.example/", secret="", cursor="c", set_id=0, number=0)
    await keep_member(desk.site.store, "Rome", "m-1", {}, clock=desk.clock)
    await desk.site.store.withhold_source("AFP")


def written(desk: Desk) -> object:
    """Moves with every write but those of whoever makes what sets of terms see, in its own time."""
    return behind.look(desk.site.settings.database_url, "SELECT max(seq) FROM changes WHERE subject <> 'terms'")


def described(path: str) -> str:
    named = {"/sections/.*": "/sections/{path}", "/pages/.*": "/pages/{path}", "/tokens/.*": "/tokens/{name}"}
    named |= {
        "Rome": "{name}",
        "by-guid/.*": "by-guid/{guid}",
        "keys/.*": "keys/{key}",
        "webhooks/.*": "webhooks/{id}",
        "members/m-.": "members/{member}",
        "/authors/.*": "/authors/{slug}",
        "/withheld-sources/.*": "/withheld-sources/{name}",
    }
    path = path.partition("?")[0]
    for pattern, name in (named | {r"/\d+": "/{id}"}).items():
        path = re.sub(pattern, name, path)
    return path


def test_every_operation_is_asked_for() -> None:
    from feeds.web.api import OPERATIONS

    asked = {(method, described(path.removeprefix("/api"))) for method, path in EVERY}
    assert asked == {(operation.method, operation.path) for operation in OPERATIONS}


@ANY_ENGINE
async def test_nothing_without_a_token(desk: Desk) -> None:
    await fill(desk)
    before = written(desk)
    for method, path in EVERY:
        for credentials in ("", "Bearer", "Bearer ", "Basic ZWRpdG9yOg==", "Token editor", "editor", "Bearer\teditor"):
            response = await call(desk.reader, method, path, **({"Authorization": credentials} if credentials else {}))
            assert response.status_code == 401, (method, path)
            assert response.headers["www-authenticate"] == 'Bearer realm="dateline"'
        for credentials in ("Bearer nobody", "Bearer Editor", "Bearer editor x", "Bearer \xff"):
            headers = [(b"Authorization", credentials.encode("latin-1"))]
            response = await desk.reader.request(method, path, json=BODIES.get((method, path)), headers=headers)
            assert response.status_code == 401, (method, path)
            assert 'error="invalid_token"' in response.headers["www-authenticate"]
        assert written(desk) == before, (method, path)


@ANY_ENGINE
@pytest.mark.parametrize(("method", "path"), EVERY)
async def test_each_scope_opens_its_own(desk: Desk, method: str, path: str) -> None:
    await fill(desk)
    before = written(desk)
    closed = [
        *([desk.moderator] if (method, path) in PUBLISH + ADMIN else []),
        *([desk.editor] if (method, path) in MODERATE + ADMIN else []),
    ]
    for client in closed:
        response = await call(client, method, path)
        assert response.status_code == 403
        assert 'error="insufficient_scope"' in response.headers["www-authenticate"]
    assert written(desk) == before
    opened = desk.admin if (method, path) in ADMIN else desk.moderator if (method, path) in MODERATE else desk.editor
    assert (await call(opened, method, path)).is_success


@ANY_ENGINE
async def test_admin_does_what_the_others_do_too(desk: Desk) -> None:
    await fill(desk)
    for method, path in PUBLISH + MODERATE + EITHER:
        assert (await call(desk.admin, method, path)).is_success, (method, path)


@ANY_ENGINE
async def test_the_scheme_is_read_in_any_case(desk: Desk) -> None:
    for credentials in ("bearer editor", "BEARER   editor"):
        assert (await call(desk.reader, "GET", "/api/articles", Authorization=credentials)).status_code == 200


async def test_who_may_not_write_learns_nothing_of_what_is_there(desk: Desk) -> None:
    for path in ("/api/articles/1", "/api/articles/99", "/api/sections/world", "/api/sections/mars"):
        assert (await desk.reader.get(path)).status_code == 401
        assert (await desk.moderator.get(path)).status_code == 403


@ANY_ENGINE
async def test_the_description_is_open_to_all(desk: Desk) -> None:
    assert (await desk.reader.get("/api/openapi.json")).status_code == 200
