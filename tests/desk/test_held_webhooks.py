"""The newsroom's webhooks at the desk: an administrator adds and removes them, and nobody else sees them."""

import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.desk.editing import Editor, browser_of, sign_in
from tests.desk.test_answering import send
from tests.desk.test_moderating import words
from tests.web.site import Site

pytestmark = pytest.mark.anyio

PATH = "/desk/notices/"
ADD, REMOVE = f"{PATH}webhooks", f"{PATH}webhooks/remove"
URL = "https://chat.news.example/hook?token=guessme"


@pytest.fixture
async def bob(site: Site) -> AsyncIterator[Editor]:
    """An administrator, signed in."""
    async with browser_of(site) as browser:
        await sign_in(browser, "bob")
        yield Editor(site, browser)


async def test_an_administrator_adds_and_removes_one(site: Site, bob: Editor, caplog: pytest.LogCaptureFixture) -> None:
    article = await site.newsroom.publish("harbour-reopens")
    site.state.hub_asked.clear()
    with caplog.at_level(logging.DEBUG):
        made = await bob.post(ADD, {"url": f" {URL} "})
    assert (made.status_code, made.headers["cache-control"]) == (200, "no-store")
    assert site.state.hub_asked.is_set(), "whoever delivers may begin with it"
    [secret] = Editor.parsed(made).xpath("//input[@id='webhook-secret']/@value")
    assert secret.startswith("whsec_")
    assert secret not in caplog.text
    [kept] = await site.state.store.list_held_webhooks()
    assert (kept.url, secret in kept.secret) == (URL, False)
    await send(site, article.id)
    page = await bob.see(PATH)
    said = words(page)
    assert "https://chat.news.example/hook?token=***" in said
    assert "1 not told yet" in said
    assert "guessme" not in said
    assert secret not in said
    [delivery] = await site.state.store.claim_held_webhooks(limit=1, lease=timedelta(minutes=1))
    await site.state.store.fail_held(delivery, "It answered 500", due_at=site.clock() + timedelta(minutes=1))
    page = await bob.see(PATH)
    assert words(page, "//*[@class='status']") == "Failing"
    assert "It answered 500" in words(page)
    [form] = page.xpath(f"//form[@action='{REMOVE}']")
    assert form.xpath("string(.//button)") == "Remove webhook 1"
    fields = {field.get("name"): field.get("value") for field in form.xpath(".//input | .//button")}
    assert (await bob.post(REMOVE, fields | {"token": "x"})).status_code == 403
    for told in ("Webhook 1 is removed.", "It was removed already."):
        removed = await bob.post(REMOVE, fields)
        assert removed.status_code == 303
        assert words(await bob.see(removed.headers["location"]), "//*[@id='notice']") == told
    assert await site.state.store.list_held_webhooks() == ()
    assert (await bob.post(REMOVE, {"id": "x"})).status_code == 400


async def test_what_is_wrong_is_said_beside_what_was_typed(site: Site, bob: Editor) -> None:
    assert (await bob.post(ADD, {"url": URL})).status_code == 200
    for typed, status in ((URL, 409), ("http://127.0.0.1/?a=<b>", 400), ("chat", 400), ("", 400)):
        refused = await bob.post(ADD, {"url": typed})
        assert refused.status_code == status, typed
        page = Editor.parsed(refused)
        [fault] = page.xpath("//*[@role='alert']")
        assert fault.text_content().strip()
        assert page.xpath("//input[@name='url']/@value") == [typed]
        assert page.xpath("//input[@name='url']/@aria-describedby") == [fault.get("id")]
    assert (await bob.post(ADD, {"url": URL, "token": "x"})).status_code == 403
    assert len(await site.state.store.list_held_webhooks()) == 1


async def test_a_moderator_neither_sees_nor_changes_them(site: Site, bob: Editor, editor: Editor) -> None:
    await bob.post(ADD, {"url": URL})
    page = await editor.see(PATH)
    assert "chat.news.example" not in words(page)
    assert not page.xpath("//form[contains(@action, 'webhooks')]")
    for path, fields in ((ADD, {"url": "https://other.example/"}), (REMOVE, {"id": "1"})):
        assert (await editor.post(path, fields)).status_code == 403
    assert len(await site.state.store.list_held_webhooks()) == 1
