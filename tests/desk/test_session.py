"""Who gets in, for how long, and whose forms are taken."""

from dataclasses import replace
from datetime import timedelta

import pytest

from feeds.http.representation import CacheKey
from feeds.urls import Urls
from feeds.web.api.access import token_hash
from feeds.web.signing import sign
from tests import behind
from tests.desk.editing import Editor, add_token, browser_of, notice, sign_in
from tests.web.site import Site

pytestmark = pytest.mark.anyio

PAGES = (
    "/desk/",
    "/desk/decisions/",
    "/desk/bans/",
    "/desk/notices/",
    "/desk/articles/",
    "/desk/articles/1/",
    "/desk/?q=x",
)


@pytest.mark.parametrize("path", PAGES)
async def test_nobody_sees_anything_without_a_session(site: Site, path: str) -> None:
    await site.newsroom.publish("a")
    async with browser_of(site) as browser:
        response = await browser.get(path)
        assert response.status_code == 303
        door = response.headers["location"]
        assert door.startswith("/desk/sign-in?next=")
        assert response.headers["cache-control"] == "no-store"
        page = await Editor(site, browser).see(door)
        assert page.xpath("string(//input[@name='next']/@value)") == path
        response = await sign_in(browser, "bob", path)
        assert (response.status_code, response.headers["location"]) == (303, path)
        assert (await browser.get(path)).status_code == 200


async def test_the_cookie_is_of_the_desk_alone(site: Site) -> None:
    async with browser_of(site) as browser:
        cookie = (await sign_in(browser, "ann")).headers["set-cookie"]
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/desk/", "secure", "max-age=43200"} <= parts
    assert "ann" not in cookie


@pytest.mark.parametrize("path", [*PAGES, "/desk/sign-in"])
async def test_no_page_is_kept_framed_or_indexed(site: Site, editor: Editor, path: str) -> None:
    await site.newsroom.publish("a")
    response = await editor.browser.get(path)
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-robots-tag"].startswith("noindex")
    assert "etag" not in response.headers
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert 'name="robots" content="noindex"' in response.text
    assert site.state.cache.get(CacheKey(path)) is None


@pytest.mark.parametrize(
    "next", ["https://evil.example/", "//evil.example/", "/desk/\\evil", "/desk/\r\nX: y", "/", "x"]
)
async def test_signing_in_leads_nowhere_else(site: Site, next: str) -> None:
    async with browser_of(site) as browser:
        response = await sign_in(browser, "ann", next)
        assert response.headers["location"] == "/desk/"


async def test_a_session_is_over_after_twelve_hours(site: Site, editor: Editor) -> None:
    site.clock.advance(hours=11, minutes=59)
    await editor.see()
    site.clock.advance(minutes=1)
    assert (await editor.browser.get("/desk/")).status_code == 303


async def test_a_token_that_may_no_longer_moderate_ends_its_sessions(editor: Editor, store_url: str) -> None:
    behind.change(store_url, "UPDATE tokens SET scopes = '[\"publish\"]' WHERE name = 'ann'")
    assert (await editor.browser.get("/desk/")).status_code == 303


async def test_a_session_of_ones_own_making_is_none(site: Site, editor: Editor) -> None:
    [cookie] = editor.browser.cookies.jar
    value = str(cookie.value)
    for forged in ("", "x", ".", value[:-1], f"{value}0", value.swapcase(), "é", "\ufffd", "'", "%00"):
        async with browser_of(site) as browser:
            response = await browser.get("/desk/", headers=[(b"cookie", f"dateline_desk={forged}".encode())])
            assert response.status_code == 303, forged


async def test_who_reads_the_database_cannot_sign_in(site: Site, editor: Editor, store_url: str) -> None:
    [cookie] = editor.browser.cookies.jar
    found = behind.everything(store_url)
    assert str(cookie.value) not in repr(found)
    kept = {str(value) for table in ("tokens", "sessions") for row in found[table] for value in row}
    assert token_hash("ann") in kept
    secret = site.state.site.secret
    ends = int((site.clock() + timedelta(hours=1)).timestamp())
    named = f"{token_hash('ann')}.{ends}"
    signed = f"{named}.{sign(secret, b'desk session', named)}"
    # In these tests a token is its own name.
    kept -= {"ann", "bob", "pub"}
    for stolen in (*kept, secret.hex(), signed, token_hash(str(cookie.value))):
        async with browser_of(site) as browser:
            response = await browser.get("/desk/", headers=[(b"cookie", f"dateline_desk={stolen}".encode())])
            assert response.status_code == 303, stolen
            assert (await sign_in(browser, stolen)).status_code in (403, 429)


async def test_signing_out_ends_the_session_wherever_its_cookie_was_kept(site: Site, editor: Editor) -> None:
    [cookie] = editor.browser.cookies.jar
    name, value = cookie.name, str(cookie.value)
    async with browser_of(site) as elsewhere:
        elsewhere.cookies.set(name, value)
        assert (await elsewhere.get("/desk/")).status_code == 200
        assert (await editor.post("/desk/sign-out", {})).headers["location"] == "/desk/sign-in"
        assert (await editor.browser.get("/desk/")).status_code == 303
        assert (await elsewhere.get("/desk/")).status_code == 303


async def test_each_sign_in_is_a_session_of_its_own(site: Site, editor: Editor) -> None:
    async with browser_of(site) as browser:
        await sign_in(browser, "ann")
        assert await Editor(site, browser).form_token() != await editor.form_token()
        await editor.post("/desk/sign-out", {})
        await Editor(site, browser).see()


async def test_a_revoked_token_ends_its_sessions_for_good(site: Site, editor: Editor) -> None:
    await site.state.store.revoke_token("ann")
    assert (await editor.browser.get("/desk/")).status_code == 303
    await add_token(site, "ann", "moderate")
    assert (await editor.browser.get("/desk/")).status_code == 303


async def test_looking_at_the_desk_writes_nothing_that_readers_wait_for(site: Site, editor: Editor) -> None:
    before = await site.state.store.last_seq()
    site.state.store.moved()
    for _ in range(3):
        await editor.see()
    assert not site.state.store.moved()
    assert await site.state.store.last_seq() == before


@pytest.mark.parametrize("key", ["", "wrong", "pub", "\0", "é" * 900])
async def test_a_token_that_may_not_is_refused(site: Site, key: str) -> None:
    async with browser_of(site) as browser:
        response = await sign_in(browser, key, "/desk/articles/")
        assert response.status_code == 403
        assert "set-cookie" not in response.headers
        assert "may not moderate" in response.text or "unknown" in response.text
        assert 'value="/desk/articles/"' in response.text


async def test_guessing_is_slowed_down_for_who_guesses(site: Site) -> None:
    async with browser_of(site, "192.0.2.66") as guesser, browser_of(site) as ann:
        statuses = [(await sign_in(guesser, f"guess {number}")).status_code for number in range(11)]
        assert statuses == [403] * 10 + [429]
        response = await sign_in(guesser, "ann")
        assert response.status_code == 429
        assert 1 <= int(response.headers["retry-after"]) <= 10
        assert response.headers["cache-control"] == "no-store"
        assert (await sign_in(ann, "ann")).status_code == 303


@pytest.mark.parametrize("path", ["/desk/moderate", "/desk/undo", "/desk/sign-out"])
async def test_a_form_that_the_desk_did_not_give_out_is_refused(site: Site, editor: Editor, path: str) -> None:
    article = await site.newsroom.publish("a")
    comment = await site.newsroom.reply(article, "Zoe")
    async with browser_of(site) as other:
        await sign_in(other, "bob")
        of_bob = await Editor(site, other).form_token()
    for token in ("", "x", "é", of_bob):
        fields = {"token": token, "do": f"spam:{comment.id}", "first": "1", "last": "9"}
        assert (await editor.post(path, fields)).status_code == 403, token
    assert (await editor.browser.post(path, content=b"&" * 600)).status_code in (400, 403)
    assert (await site.state.store.get_comment(comment.id)) == comment
    await editor.see()


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"origin": "https://news.example:444"},
    ],
)
async def test_another_sites_post_is_refused(site: Site, editor: Editor, headers: dict[str, str]) -> None:
    article = await site.newsroom.publish("a")
    comment = await site.newsroom.reply(article, "Zoe")
    response = await editor.post("/desk/moderate", {"do": f"spam:{comment.id}"}, **headers)
    assert response.status_code == 403
    assert "DATELINE_BASE_URL" in response.text
    assert (await sign_in(editor.browser, "bob", **headers)).status_code == 403
    assert await site.state.store.get_comment(comment.id) == comment


async def test_ones_own_origin_is_taken(editor: Editor) -> None:
    fields = {"do": "spam", "back": "/desk/"}
    response = await editor.post("/desk/moderate", fields, origin="https://news.example", sec_fetch_site="same-origin")
    assert notice(await editor.see(response.headers["location"])) == "No comment was changed."


async def test_a_plain_http_newsroom_has_a_cookie_that_works_there(site: Site) -> None:
    plain = site.with_state(replace(site.state, urls=Urls("http://127.0.0.1:8000")))
    async with browser_of(plain) as browser:
        assert "Secure" not in (await sign_in(browser, "ann")).headers["set-cookie"]
