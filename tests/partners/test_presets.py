"""What a partner finds at `/partner/` that takes articles in the form it demands."""

import pytest
from lxml import etree

from storage.model import Image
from tests.partners.partner import Partners
from tests.web.site import Site

pytestmark = pytest.mark.anyio

CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"


async def test_each_partner_has_its_own_form_and_the_public_none(site: Site, partners: Partners) -> None:
    photo = Image(url="/media/a.jpg", type="image/jpeg", caption="The pier")
    await site.newsroom.publish("harbour", image=photo, body_html="<figure><img src='/b.png'></figure><pre>a\nb</pre>")
    msn = await partners.add("MSN", preset="msn")
    smart = await partners.add("SmartNews", preset="smartnews")
    plain = await partners.add("Rome")
    texts = {}
    for name, partner in (("msn", msn), ("smart", smart), ("plain", plain)):
        channel = etree.fromstring((await partner.ask("/feed.rss")).body)[0]
        texts[name] = channel.findtext(f"item/{CONTENT}") or ""
        assert (channel.find("{http://www.smartnews.be/snf}logo") is not None) == (name == "smart")
    assert "<figure>" not in texts["msn"]
    assert "<p>The pier</p>" in texts["msn"]
    assert "<p>a<br>b</p>" in texts["msn"]
    assert "<figure>" in texts["plain"]
    assert texts["plain"] == texts["smart"]
    public = (await partners.client.ask("/feed.rss")).body
    assert b"&lt;figure&gt;" in public
    assert b"smartnews" not in public
    assert (await msn.ask("/feed.atom")).status == (await msn.ask("/feed.ninjs")).status == 200


async def test_flipboard_finds_as_many_as_it_wants_unless_the_terms_say_how_many(
    site: Site, partners: Partners
) -> None:
    for number in range(33):
        await site.newsroom.publish(f"story-{number}")
    flipboard = await partners.add("Flipboard", preset="flipboard")
    few = await partners.add("Few", preset="flipboard", items=3)
    assert len(await flipboard.titles()) == 30
    assert len(await few.titles()) == 3
