"""Taking an article back from the desk: by the rules of the command, and who knows."""

from collections.abc import AsyncIterator

import pytest

from storage.model import Alias, Partner, PartnerNotes, PartnerRead
from tests.desk.editing import Editor, add_token, browser_of, sign_in
from tests.web.site import Site

pytestmark = pytest.mark.anyio


@pytest.fixture
async def publisher(site: Site) -> AsyncIterator[Editor]:
    await add_token(site, "chief", "moderate", "publish")
    async with browser_of(site) as browser:
        assert (await sign_in(browser, "chief")).status_code == 303
        yield Editor(site, browser)


async def test_an_article_is_taken_back_and_partners_come_to_know(site: Site, publisher: Editor) -> None:
    store = site.state.store
    wrong, right = await site.newsroom.publish("wrong"), await site.newsroom.publish("right")
    rome = await store.add_partner(Partner(name="Rome", contact="ann@rome.example"))
    oslo = await store.add_partner(Partner(name="Oslo"))
    await store.expand_views()
    thread = await publisher.see(f"/desk/articles/{wrong.id}/")
    [where] = thread.xpath("//a[text()='Take it back']/@href")
    for fields, said in (
        ({"reason": " "}, "Say why. Nothing was changed."),
        ({"reason": "x", "replacement": str(wrong.id)}, "cannot stand in its place"),
        ({"reason": "x", "replacement": "999"}, "There is no article 999."),
        ({"reason": "x", "replacement": "y"}, "by its number"),
    ):
        answer = await publisher.post(where, fields)
        assert (answer.status_code, said in answer.text) == (400, True), said
        assert (await store.get_article(wrong.id)).public
    answer = await publisher.post(where, {"reason": "Wrong <b>person", "replacement": str(right.id)})
    assert (answer.status_code, answer.headers["location"]) == (303, where)
    kept = await store.get_article(wrong.id)
    assert (kept.public, kept.editorial_note.endswith(": Wrong <b>person")) == (False, True)
    assert await store.get_redirect(wrong.path or "") == Alias(wrong.path or "", right.path or "")

    async def told() -> tuple[str, dict[str, str], bool]:
        page = await publisher.see(where)
        rows = {row.xpath("string(th)"): row.xpath("string(td[1])") for row in page.xpath("//tbody/tr")}
        return page.xpath("string(//*[@role='status'])"), rows, bool(page.xpath("//*[@data-waits]"))

    assert await told() == ("0 of 2 partners know.", {"Oslo": "not yet", "Rome": "not yet"}, True)

    async def know(partner: Partner) -> None:
        read = PartnerRead(set_id=partner.set_id, number=await store.entitled_number(partner.set_id), at=site.clock())
        await store.note_partners(PartnerNotes(reads={partner.id: read}))

    await know(rome)
    at = "1 March 2023, 11:00"
    assert await told() == ("1 of 2 partners know.", {"Oslo": "not yet", "Rome": at}, True)
    site.clock.advance(minutes=10)
    assert (await told())[::2] == ("1 of 2 partners know. Call the others.", False)
    await know(oslo)
    assert (await told())[::2] == ("All 2 partners that had it know.", False)
    assert publisher.browser.cookies
    assert "Who knows that it is withdrawn" in (await publisher.see(f"/desk/articles/{wrong.id}/")).text_content()


async def test_who_may_not_publish_takes_nothing_back(site: Site, editor: Editor) -> None:
    article = await site.newsroom.publish("right")
    where = f"/desk/articles/{article.id}/takedown/"
    assert "a token that has the scope" not in (await editor.see(where)).text_content()
    assert not (await editor.see(where)).xpath("//form[@method='post']//input[@name='reason']")
    assert (await editor.post(where, {"reason": "x"})).status_code == 403
    assert (await editor.post(where, {"reason": "x", "token": "x"})).status_code == 403
    assert (await site.state.store.get_article(article.id)).public
    await editor.see("/desk/articles/99/takedown/", 404)
