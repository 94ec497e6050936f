"""The feed of what waits: for whoever has its address, until that ends; with validators that hold."""

import logging
from typing import Any

import httpx2
import pytest
from lxml import etree, html

from feeds.http.access_log import masked
from tests import behind
from tests.desk.editing import Editor, browser_of
from tests.desk.test_answering import send
from tests.web.site import BASE, Site

pytestmark = pytest.mark.anyio

ATOM = "{http://www.w3.org/2005/Atom}"


async def made(editor: Editor) -> str:
    """The path of a new feed of the editor's."""
    page = html.document_fromstring((await editor.post("/desk/notices/feed", {})).text)
    url = str(page.xpath("string(//*[@id='feed-url']/@value)"))
    assert url.startswith(f"{BASE}/desk/feed/")
    assert url.endswith(".atom")
    return url.removeprefix(BASE)


def entries(response: httpx2.Response) -> list[Any]:
    assert response.status_code == 200, response.text
    return etree.fromstring(response.content).findall(f"{ATOM}entry")


async def test_what_waits_is_told_with_why_and_where(site: Site, editor: Editor) -> None:
    article = await site.newsroom.publish("harbour-reopens")
    path = await made(editor)
    async with browser_of(site) as reader:
        assert entries(await reader.get(path)) == []
        held = await send(site, article.id, body="Quite <b>so</b>. https://a.example/ https://b.example/")
        [entry] = entries(await reader.get(path))
        assert entry.findtext(f"{ATOM}title") == "Zoe on Harbour reopens"
        [link] = entry.findall(f"{ATOM}link")
        assert link.get("href") == f"{BASE}/desk/comments/{held.id}/"
        await editor.see(f"/desk/comments/{held.id}/")
        text = entry.findtext(f"{ATOM}content") or ""
        assert "Held: its author’s first under this name and email; links: 2" in text
        assert "Quite <b>so</b>." in text
        assert "secret.example" not in (await reader.get(path)).text
        assert entry.findtext(f"{ATOM}id") != held.guid, "an entry of that name comes in the public's feeds"
        await editor.do(f"approve:{held.id}")
        assert entries(await reader.get(path)) == []


async def test_validators_follow_the_bytes_and_no_cache_keeps_it(site: Site, editor: Editor) -> None:
    article = await site.newsroom.publish("harbour-reopens")
    held = await send(site, article.id)
    path = await made(editor)
    async with browser_of(site) as reader:
        first = await reader.get(path, headers={"accept-encoding": "identity"})
        assert first.headers["cache-control"] == "private, no-cache"
        assert first.headers["referrer-policy"] == "no-referrer"
        assert first.headers["x-robots-tag"] == "noindex"
        assert "access-control-allow-origin" not in first.headers
        assert "last-modified" not in first.headers, "it could not go back when the newest is decided"
        tags = {"identity": first.headers["etag"]}
        for coding in ("gzip", "br"):
            other = await reader.get(path, headers={"accept-encoding": coding})
            assert (other.headers["content-encoding"], other.content) == (coding, first.content)
            tags[coding] = other.headers["etag"]
        assert len(set(tags.values())) == 3
        for coding, tag in tags.items():
            same = await reader.get(path, headers={"accept-encoding": coding, "if-none-match": f'"x", W/{tag}'})
            assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
        assert (await reader.get(path, headers={"accept-encoding": "*;q=0"})).status_code == 406
        await editor.do(f"spam:{held.id}")
        later = await reader.get(path, headers={"if-none-match": ", ".join(tags.values())})
        assert later.status_code == 200
        await editor.do(f"hold:{held.id}")
        again = await reader.get(path, headers={"accept-encoding": "identity"})
        assert entries(again)[0].findtext(f"{ATOM}id") == entries(first)[0].findtext(f"{ATOM}id")


async def test_it_ends_with_its_address_and_with_its_token(site: Site, editor: Editor, store_url: str) -> None:
    paths = [await made(editor), await made(editor)]
    async with browser_of(site) as reader:
        assert [(await reader.get(path)).status_code for path in paths] == [404, 200]
        assert (await editor.post("/desk/notices/end", {})).status_code == 303
        assert (await reader.get(paths[1])).status_code == 404
        path = await made(editor)
        behind.change(store_url, "UPDATE tokens SET scopes = '[\"publish\"]' WHERE name = 'ann'")
        assert (await reader.get(path)).status_code == 404
        behind.change(store_url, "UPDATE tokens SET scopes = '[\"moderate\"]' WHERE name = 'ann'")
        assert (await reader.get(path)).status_code == 200
        await site.state.store.revoke_token("ann")
        assert (await reader.get(path)).status_code == 404
        for wrong in ("/desk/feed/x.atom", "/desk/feed/%FF.atom", "/desk/feed/.atom"):
            assert (await reader.get(wrong)).status_code in (303, 404)


async def test_its_key_is_nowhere_but_in_its_address(
    site: Site, editor: Editor, store_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    path = await made(editor)
    key = path.rpartition("/")[2].removesuffix(".atom")
    assert len(key) >= 32
    async with browser_of(site) as reader:
        assert key in (await reader.get(path)).text, "it names itself to whoever has it"
        await site.state.store.end_held_feed("ann")
        assert key not in (await reader.get(path)).text
    assert key not in (await editor.browser.get("/desk/notices/")).text
    assert key not in repr(behind.everything(store_url))
    assert key not in caplog.text
    assert key not in masked(f"GET {path} HTTP/1.1")
    assert (await editor.post("/desk/notices/feed", {"token": "x"})).status_code == 403
