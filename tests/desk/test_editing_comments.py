"""A comment's words are edited at the desk; of two who do, neither's are lost."""

import pytest
from lxml import html as parser

from storage.model import CommentStatus
from tests.desk.editing import Editor
from tests.desk.test_answering import send
from tests.desk.test_moderating import words
from tests.web.site import Site, client_of

pytestmark = pytest.mark.anyio


def typed(page: parser.HtmlElement, form_at: str = "//*[@id='edit']/following-sibling::form") -> dict[str, str]:
    """What the lines and texts of a form hold, as a browser would send them."""
    [form] = page.xpath(form_at)
    fields = {field.get("name"): field.get("value") for field in form.xpath(".//input[not(@type='checkbox')]")}
    # HTML, 13.2.6.4.7: the first line feed within is not of it; 4.10.21.4: line ends are sent as CRLF.
    return fields | {
        area.get("name"): (area.text or "").removeprefix("\n").replace("\n", "\r\n")
        for area in form.xpath(".//textarea")
    }


async def test_what_is_sent_unchanged_changes_nothing(site: Site, editor: Editor) -> None:
    article = await site.newsroom.publish("harbour-reopens")
    kept = await send(site, article.id, body="One & two.\n\n<b>Three</b>\nfour &lt;five&gt;")
    page = await editor.see(f"/desk/comments/{kept.id}/")
    sent = await editor.post(f"/desk/comments/{kept.id}/", typed(page))
    assert sent.status_code == 303
    assert await site.state.store.get_comment(kept.id) == kept


async def test_an_edit_is_seen_by_readers(site: Site, editor: Editor) -> None:
    article = await site.newsroom.publish("harbour-reopens")
    kept = await send(site, article.id)
    await editor.do(f"approve:{kept.id}")
    path = f"/desk/comments/{kept.id}/"
    fields = typed(await editor.see(path)) | {"name": "Zoë", "body": "<p>As agreed.</p>\r\n<script>x</script>"}
    sent = await editor.post(path, fields)
    assert "It is kept" in words(await editor.see(sent.headers["location"]))
    after = await site.state.store.get_comment(kept.id)
    assert (after.author_name, after.author_email) == ("Zoë", kept.author_email)
    async with client_of(site) as reader:
        page = (await reader.ask(article.path)).text
    assert "As agreed." in page
    assert "Quite so." not in page
    assert "<script>x" not in page


async def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(site: Site, editor: Editor) -> None:
    article = await site.newsroom.publish("harbour-reopens")
    kept = await send(site, article.id)
    path = f"/desk/comments/{kept.id}/"
    sent = await editor.post(path, typed(await editor.see(path)) | {"email": "zoe", "body": "<i>Mine</i>"})
    page = parser.document_fromstring(sent.text)
    assert sent.status_code == 400
    assert "name@news.example" in words(page, "//*[@id='edit-email-problem']")
    assert typed(page)["body"] == "<i>Mine</i>"
    assert await site.state.store.get_comment(kept.id) == kept


async def test_of_two_edits_both_texts_are_shown(site: Site, editor: Editor) -> None:
    article = await site.newsroom.publish("harbour-reopens")
    kept = await send(site, article.id)
    path = f"/desk/comments/{kept.id}/"
    fields = typed(await editor.see(path))
    await editor.post(path, fields | {"body": "<p>Theirs</p>"})
    sent = await editor.post(path, fields | {"body": "<p>Mine</p>"})
    page = parser.document_fromstring(sent.text)
    assert sent.status_code == 409
    assert words(page, "//*[@id='theirs']//dd") == "<p>Theirs</p>"
    mine = typed(page)
    assert mine["body"] == "<p>Mine</p>"
    assert (await site.state.store.get_comment(kept.id)).body_html == "<p>Theirs</p>"
    assert (await editor.post(path, mine)).status_code == 303
    assert (await site.state.store.get_comment(kept.id)).body_html == "<p>Mine</p>"
    # Of a status that moved meanwhile, too: it was another comment then.
    await editor.do(f"approve:{kept.id}")
    late = await editor.post(path, mine)
    assert late.status_code == 409
    assert (await site.state.store.get_comment(kept.id)).status is CommentStatus.APPROVED
    assert (await editor.post("/desk/comments/9/", fields)).status_code == 404
