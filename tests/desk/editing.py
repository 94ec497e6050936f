"""Editors at the desk of a newsroom, with browsers that keep cookies and follow nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx2
from lxml import html as parser

from feeds.web.api.access import token_hash
from storage.model import Token
from tests.web.site import BASE, Site


@dataclass
class Editor:
    site: Site
    browser: httpx2.AsyncClient

    async def see(self, path: str = "/desk/", status: int = 200) -> parser.HtmlElement:
        response = await self.browser.get(path)
        assert response.status_code == status, response.text
        return self.parsed(response)

    @staticmethod
    def parsed(response: httpx2.Response) -> parser.HtmlElement:
        return parser.document_fromstring(response.text)

    async def post(self, path: str, fields: Mapping[str, Any], **headers: str) -> httpx2.Response:
        """With this session's token, unless the fields have another."""
        token = (await self.form_token()) if "token" not in fields else None
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.browser.post(path, data={"token": token, **fields} if token else dict(fields), headers=named)

    async def form_token(self) -> str:
        return str((await self.see()).xpath("string(//input[@name='token']/@value)"))

    async def do(self, act: str, ids: Sequence[int] = (), back: str = "/desk/") -> parser.HtmlElement:
        """What the page says after an action."""
        response = await self.post("/desk/moderate", {"do": act, "id": [str(number) for number in ids], "back": back})
        assert response.status_code == 303, response.text
        return await self.see(response.headers["location"].partition("#")[0])

    async def undo(self, page: parser.HtmlElement) -> parser.HtmlElement:
        """Press Undo on a page."""
        fields = {
            field.get("name"): field.get("value") for field in page.xpath("//*[@id='notice']//input[@name!='token']")
        }
        assert fields, "there is nothing to undo"
        response = await self.post("/desk/undo", fields)
        assert response.status_code == 303, response.text
        return await self.see(response.headers["location"])


async def add_token(site: Site, name: str, *scopes: str) -> None:
    token = Token(name=name, hash=token_hash(name), scopes=frozenset(scopes), created_at=site.clock())
    await site.state.store.add_token(token)


async def sign_in(browser: httpx2.AsyncClient, key: str, next: str = "", **headers: str) -> httpx2.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await browser.post("/desk/sign-in", data={"key": key, "next": next}, headers=named)


def browser_of(site: Site, client: str = "192.0.2.7") -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=site.app, client=(client, 4711)), base_url=BASE)


def authors(page: parser.HtmlElement) -> list[str]:
    return [str(found.text_content()) for found in page.xpath("//*[@id='list']//bdi[@class='who']")]


def notice(page: parser.HtmlElement) -> str:
    return " ".join(str(page.xpath("string(//*[@id='notice']//p)")).split())
