"""Partners with the same terms cost one."""

import pytest

from feeds.formats.rss import Rss
from storage.model import Partner
from tests.partners.partner import Partners
from tests.web.site import Site

pytestmark = pytest.mark.anyio


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
