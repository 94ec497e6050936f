"""A newsroom behind its management API: the whole application on a database of its own, and clients with tokens."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
from starlette.types import ASGIApp

from feeds.main import create_app
from feeds.settings import Settings
from feeds.site import SiteState
from feeds.web.api.access import ADMIN, MODERATE, PUBLISH, token_hash
from storage.model import Section, Token
from tests.api.described import Description
from tests.api.lifespan import running
from tests.kinds.newsroom import SettableClock
from tests.stores import file_in

BASE = "https://news.example"
NOON = datetime(2023, 3, 22, 12, tzinfo=UTC)
SECTIONS = {"world": "World", "world/africa": "Africa", "business": "Business"}
EMAIL = "miriam.private@readers.example"
FORMATS = ("rss", "atom", "json", "rdf")


@dataclass(frozen=True, kw_only=True)
class Desk:
    """`editor` may publish, `moderator` may moderate, `admin` may do everything, `reader` has no token."""

    app: ASGIApp
    site: SiteState
    clock: SettableClock
    description: Description
    editor: httpx2.AsyncClient
    moderator: httpx2.AsyncClient
    admin: httpx2.AsyncClient
    reader: httpx2.AsyncClient

    async def publish(self, headline: str = "Harbour reopens", **fields: Any) -> dict[str, Any]:
        return await self.create(headline=headline, **{"status": "published"} | fields)

    async def create(self, **fields: Any) -> dict[str, Any]:
        return kept(await self.editor.post("/api/articles", json=fields), 201)

    async def article(self, article_id: int) -> dict[str, Any]:
        return kept(await self.editor.get(f"/api/articles/{article_id}"))

    async def edit(self, article_id: int, **fields: Any) -> dict[str, Any]:
        return kept(await self.editor.patch(f"/api/articles/{article_id}", json=fields))

    async def withdraw(self, article_id: int) -> None:
        response = await self.editor.delete(f"/api/articles/{article_id}")
        assert response.status_code == 204

    async def reply(
        self, article_id: int, body: str = "Well said.", *, by: httpx2.AsyncClient | None = None, **fields: Any
    ) -> dict[str, Any]:
        """A moderator's, approved, unless said otherwise."""
        client = by or self.moderator
        sent = reply_fields(body=body) | ({"status": "approved"} if client is self.moderator else {}) | fields
        return kept(await client.post(f"/api/articles/{article_id}/comments", json=sent), 201)

    async def changes(self, since: int = 0) -> list[dict[str, Any]]:
        """200 at most."""
        found: list[dict[str, Any]] = kept(
            await self.editor.get("/api/changes", params={"since": since, "limit": 200})
        )["items"]
        return found

    async def last_seq(self) -> int:
        return await self.site.store.last_seq()

    async def feed(self, path: str = "/") -> dict[str, Any]:
        """The JSON feed of a page's path."""
        return kept(await self.reader.get(f"{path}feed.json"))

    async def atom(self, path: str = "/") -> bytes:
        response = await self.reader.get(f"{path}feed.atom")
        assert response.status_code == 200
        return response.content


def reply_fields(**fields: Any) -> dict[str, Any]:
    return {"author_name": "Miriam", "author_email": EMAIL, "body": "Well said."} | fields


def kept(response: httpx2.Response, status: int = 200) -> dict[str, Any]:
    """The JSON object of a request that worked."""
    assert response.status_code == status, response.text
    content: dict[str, Any] = response.json()
    return content


def errors(response: httpx2.Response) -> Mapping[str, str]:
    """What is wrong with each field, of a request whose fields were wrong."""
    assert response.status_code == 422, response.text
    return {error["field"]: error["detail"] for error in response.json()["errors"]}


def path_of(url: str) -> str:
    """Of a URL of this site, as it is requested."""
    assert url.startswith(f"{BASE}/")
    return url.removeprefix(BASE)


@cache
def _description(document: bytes) -> Description:
    return Description(json.loads(document))


def settings_of(folder: Path, **settings: Any) -> Settings:
    chosen: dict[str, Any] = {
        "database_url": file_in(folder),
        "base_url": BASE,
        "timezone": "Africa/Kampala",
        "title": "The Courier",
        "media_dir": folder / "media",
        "synchronous": "NORMAL",
        # Nobody is sent anything.
        "deliver": False,
    }
    return Settings(**chosen | settings)


async def add_token(site: SiteState, name: str, *scopes: str) -> dict[str, str]:
    """The header fields that send it."""
    token = Token(name=name, hash=token_hash(name), scopes=frozenset(scopes), created_at=NOON)
    await site.store.add_token(token)
    return {"Authorization": f"Bearer {name}"}


@asynccontextmanager
async def opened_desk(folder: Path, **settings: Any) -> AsyncIterator[Desk]:
    """Nothing is published yet; every answer to its clients is held against the API's description."""
    clock = SettableClock(NOON)
    app = create_app(settings_of(folder, **settings), clock=clock)
    async with AsyncExitStack() as stack:
        site: SiteState = (await stack.enter_async_context(running(app)))["site"]
        await site.store.import_sections(
            [Section(path=path, title=title, created_at=NOON) for path, title in SECTIONS.items()]
        )
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url=BASE) as anybody:
            description = _description((await anybody.get("/api/openapi.json")).content)

        async def client(headers: Mapping[str, str]) -> httpx2.AsyncClient:
            hooks = {"response": [description.check]}
            opened = httpx2.AsyncClient(transport=transport, base_url=BASE, headers=headers, event_hooks=hooks)
            return await stack.enter_async_context(opened)

        yield Desk(
            app=app,
            site=site,
            clock=clock,
            description=description,
            editor=await client(await add_token(site, "editor", PUBLISH)),
            moderator=await client(await add_token(site, "moderator", MODERATE)),
            admin=await client(await add_token(site, "admin", ADMIN)),
            reader=await client({}),
        )
