"""Partners with the same terms cost one."""

from dataclasses import fields, replace
from typing import Any

import pytest

from feeds.document import Photo, Replies
from feeds.formats.rss import Rss
from feeds.kinds.base import Publication
from feeds.newsroom.partners.form import item_in_form
from feeds.settings import Settings
from storage.model import Partner, Subject, Terms
from tests.formats.golden.documents import NOON, article
from tests.partners.partner import Partners
from tests.web.site import Site

pytestmark = pytest.mark.anyio

SITE = Publication.of(Settings(), NOON)


async def test_fifty_partners_of_one_set_cost_one_render(
    site: Site, partners: Partners, monkeypatch: pytest.MonkeyPatch
) -> None:
    await site.newsroom.publish("story")
    askers = [await partners.add(f"Partner {number}", sections=("world",)) for number in range(50)]
    rendered = 0
    feed = Rss.feed

    def counted(*arguments: object) -> bytes:
        nonlocal rendered
        rendered += 1
        return feed(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Rss, "feed", counted)
    replies = [await asker.ask("/feed.rss") for asker in askers]
    assert {(reply.status, reply.etag) for reply in replies} == {(200, replies[0].etag)}
    assert rendered == 1
    await site.newsroom.publish("elsewhere", sections=("business",))
    replies = [await asker.ask("/feed.rss") for asker in askers]
    # What they do not see changes nothing for them, and is not rendered for anybody.
    assert rendered == 1
    await site.newsroom.publish("news")
    replies = [await asker.ask("/feed.rss") for asker in askers]
    assert all(b"News" in reply.body for reply in replies)
    assert rendered == 2


async def test_last_use_is_noted(site: Site, partners: Partners) -> None:
    rome = await partners.add()
    await rome.ask("/feed.rss")
    await site.state.last_use.written()
    [key] = await site.state.store.list_partner_keys("Rome Weekly")
    assert key.used_at == site.clock()
    assert isinstance(rome.partner, Partner)


async def test_entries_of_the_same_form_are_made_once_whatever_else_the_terms_say(
    site: Site, partners: Partners, monkeypatch: pytest.MonkeyPatch
) -> None:
    await site.newsroom.publish("story")
    askers = [await partners.add(f"Partner {number}", items=number) for number in range(1, 9)]
    short = await partners.add("Short", full_text=False)
    rendered = 0
    item = Rss.item

    def counted(*arguments: object) -> bytes:
        nonlocal rendered
        rendered += 1
        return item(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Rss, "item", counted)
    for asker in askers:
        await asker.ask("/feed.rss")
    assert rendered == 1
    await short.ask("/feed.rss")
    assert rendered == 2


OTHER_TERMS: dict[str, Any] = {
    "sections": ("world",), "without_sections": ("world",), "tags": ("nato",), "sources": ("Reuters",), "languages": ("fr",),
    "full_text": False, "images": False, "comments": True, "embargoed": True, "days": 1, "items": 1, "delay": 1,
    "preset": "smartnews", "embargo_line": True,
}  # fmt: skip


@pytest.mark.parametrize("term", [field.name for field in fields(Terms)])
def test_an_entry_that_terms_give_another_form_is_never_anothers(term: str) -> None:
    item = replace(
        article(1),
        photo=Photo(
            url="https://news.example/1.jpg",
            type="image/jpeg",
            length=0,
            width=0,
            height=0,
            alt="",
            caption="",
            credit="",
        ),
        replies=Replies(count=1, page_url="https://news.example/1/", feed_url="https://news.example/1/feed"),
        embargoed_until=NOON,
        subject=Subject.ARTICLE,
    )
    plain, other = Terms(), Terms(**{term: OTHER_TERMS[term]})
    ours, others = [item_in_form(item, terms, SITE) for terms in (plain, other)]
    assert ours.key != others.key or ours == others
    if term in ("full_text", "images", "comments", "embargo_line"):
        assert replace(ours, key=0) != replace(others, key=0), "or this shows nothing"
    assert ours.key != item.key
