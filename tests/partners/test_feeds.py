"""What a partner is answered at `/partner/`: its view of the newsroom, in every kind and format."""

from dataclasses import replace
from datetime import timedelta

import pytest

from feeds.cache.cache import RepresentationCache
from feeds.formats import PARTNER_FORMATS
from storage.model import ArticleStatus, Image, Source
from tests.partners.partner import Partners
from tests.web.site import Site, client_of

pytestmark = [pytest.mark.anyio, pytest.mark.both_engines]


async def test_every_kind_and_format_is_there(site: Site, partners: Partners) -> None:
    article = await site.newsroom.publish("harbour", sections=("world/africa",))
    await site.newsroom.reply(article, "Ann")
    rome = await partners.add(comments=True)
    for page in ("/", "/section/world/", "/section/world/africa/", "/2023/", "/2023/03/", "/2023/03/01/", "/comments/",
                 "/section/world/comments/", article.path):  # fmt: skip
        for extension in PARTNER_FORMATS:
            reply = await rome.ask(f"{page}feed{extension}")
            assert reply.status == 200, (page, extension, reply.text)
            assert (b"Harbour" if "comments" not in page and page != article.path else b"Ann") in reply.body
    reply = await rome.ask("/search/feed.atom?q=harbour")
    assert (reply.status, b"Harbour" in reply.body) == (200, True)


async def test_only_what_the_terms_grant_is_in_any_feed(site: Site, partners: Partners) -> None:
    await site.newsroom.publish("abroad", sections=("world",))
    await site.newsroom.publish("money", sections=("business",))
    rome = await partners.add(sections=("world",))
    assert await rome.titles() == ["Abroad"]
    assert await rome.titles("/section/business/feed.json") == []
    assert (await rome.ask("/search/feed.json?q=money")).body.count(b"Money") == 0
    assert (await rome.ask("/comments/feed.rss")).status == 404


async def test_what_was_acknowledged_is_in_the_next_answer(site: Site, partners: Partners) -> None:
    rome = await partners.add(embargoed=True)
    paris = await partners.add("Paris")
    assert await rome.titles() == []
    article = await site.newsroom.publish("first")
    assert await rome.titles() == ["First"]
    await site.newsroom.edit(article, headline="Corrected")
    assert await rome.titles() == ["Corrected"]
    tomorrow = site.clock() + timedelta(days=1)
    waiting = await site.newsroom.publish("waiting", tomorrow, embargoed_until=tomorrow)
    assert "Waiting" in await rome.titles()
    assert await paris.titles() == ["Corrected"]
    assert b"Waiting" not in (await partners.client.ask("/feed.json")).body
    await site.newsroom.edit(waiting, headline="Still waiting")
    assert "Still waiting" in await rome.titles()
    await site.newsroom.withdraw(article)
    assert await rome.titles() == ["Still waiting"]
    assert await paris.titles() == []
    site.clock.now = tomorrow + timedelta(seconds=1)
    assert await paris.titles() == ["Still waiting"]


async def test_what_the_clock_brings_is_there_at_its_time(site: Site, partners: Partners) -> None:
    late = await partners.add(delay=3600)
    await site.newsroom.publish("first")
    assert await late.titles() == []
    site.clock.advance(minutes=59)
    assert await late.titles() == []
    site.clock.advance(minutes=1)
    assert await late.titles() == ["First"]


async def test_changed_terms_are_those_of_the_next_answer(site: Site, partners: Partners) -> None:
    from dataclasses import replace

    await site.newsroom.publish("abroad", sections=("world",))
    await site.newsroom.publish("money", sections=("business",))
    rome = await partners.add(sections=("world",))
    reply = await rome.ask("/feed.json")
    kept = await site.state.store.get_partner("Rome Weekly")
    terms = replace(kept.terms, sections=("business",))
    await site.state.store.update_partner(replace(kept, terms=terms), if_version=kept.version)
    assert await rome.titles() == ["Money"]
    # Changes alone do not lead from one set of terms to another.
    delta = await rome.ask("/feed.json", **{"A-IM": "feed", "If-None-Match": reply.etag})
    assert delta.status == 200


async def test_the_form_is_that_of_the_terms(site: Site, partners: Partners) -> None:
    body = "<p>One two.</p><figure><img src='/media/a.jpg' alt='A'><figcaption>Credit: Jo</figcaption></figure><p>Three.</p>"
    image = Image(url="/media/photo.jpg", type="image/jpeg", alt="Photo")
    article = await site.newsroom.publish("story", body_html=body, summary="In short.", image=image)
    await site.newsroom.reply(article, "Ann")
    full = await partners.add()
    [item] = await full.items()
    assert "Three." in item["content_html"]
    assert "a.jpg" in item["content_html"]
    bare = await partners.add("Bare", images=False)
    [item] = await bare.items()
    assert "Three." in item["content_html"]
    reply = await bare.ask("/feed.rss")
    assert not [word for word in (b"a.jpg", b"photo.jpg", b"Credit: Jo", b"comments") if word in reply.body]
    short = await partners.add("Short", full_text=False)
    for extension in PARTNER_FORMATS:
        reply = await short.ask(f"/feed{extension}")
        assert b"In short." in reply.body
        assert b"Three." not in reply.body, extension
    # And the public's is as it was, whoever was asked first.
    assert b"Three." in (await partners.client.ask("/feed.json")).body


async def test_links_lead_to_public_pages_and_to_the_partners_feeds(site: Site, partners: Partners) -> None:
    for number in range(60):
        await site.newsroom.publish(f"story-{number}")
    rome = await partners.add(comments=True)
    reply = await rome.ask("/feed.atom")
    assert 'rel="self" type="application/atom+xml" href="https://news.example/partner/feed.atom"' in reply.text or (
        'href="https://news.example/partner/feed.atom" rel="self"' in reply.text
    )
    assert "https://news.example/2023/03/01/story-59/" in reply.text
    assert "https://news.example/partner/2023/03/01/story-59/feed.atom" in reply.text
    assert 'rel="next"' in reply.text
    assert rome.key not in reply.text + str(reply.fields)
    assert '<https://news.example/partner/feed.atom>; rel="self"' in reply.fields["link"]
    assert '<https://news.example/hub>; rel="hub"' in reply.fields["link"]
    assert 'rel="hub"' in reply.text
    by_path = await partners.client.ask(f"/partner/{rome.key}/feed.atom")
    assert by_path.status == 200
    assert 'rel="next"' not in by_path.text
    assert "before=" not in by_path.text
    assert rome.key not in by_path.text + str(by_path.fields)


async def test_an_article_is_an_item_by_itself(site: Site, partners: Partners) -> None:
    article = await site.newsroom.publish("story")
    rome = await partners.add()
    path = f"{article.path[:-1]}.ninjs"
    assert (await rome.ask(path)).status == 200
    moved = await site.newsroom.edit(article, slug="other")
    reply = await rome.ask(path)
    assert (reply.status, reply.fields["location"]) == (301, "../../../2023/03/01/other.ninjs")
    feed = await rome.ask("/feed.json")
    assert feed.status == 200
    await site.newsroom.withdraw(moved)
    assert (await rome.ask(path)).status == 410
    assert (await rome.ask("/2023/03/01/never.ninjs")).status == 404


async def test_the_directory_names_what_may_be_had(site: Site, partners: Partners) -> None:
    await site.newsroom.publish("story")
    rome = await partners.add(sections=("world/africa",))
    listed = await rome.ask("/feeds.json")
    assert "https://news.example/partner/section/world/africa/feed.ninjs" in listed.text
    assert "https://news.example/partner/section/world/feed.rss" in listed.text
    assert "business" not in listed.text
    assert "comments" not in listed.text
    opml = await rome.ask("/feeds.opml")
    assert 'xmlUrl="https://news.example/partner/section/world/africa/feed.rss"' in opml.text
    assert "business" not in opml.text
    page = await rome.ask("/")
    assert 'href="section/world/africa/feed.rss"' in page.text
    assert page.fields["content-type"].startswith("text/html")
    assert (await rome.ask("/nothing")).status == 404


@pytest.mark.parametrize("late", [False, True])
async def test_what_becomes_of_an_article_that_has_left_the_terms_moves_no_validator(
    site: Site, partners: Partners, late: bool
) -> None:
    """Be it kept or made anew: workers would answer differently, and its withdrawal from the public is not for them."""
    rome, store = await partners.add(), site.state.store
    await site.newsroom.publish("other")
    site.clock.advance(minutes=1)
    at = site.clock() - timedelta(days=3) if late else None
    gone = await site.newsroom.publish("gone", at, source=Source(name="AFP"))
    await site.state.partner_views.catch_up()
    await store.withhold_source("afp")
    paths = [f"/feed{extension}" for extension in PARTNER_FORMATS]
    before = {path: await rome.ask(path) for path in paths}
    assert gone.guid in before["/feed.atom"].text, "it has a tombstone"
    cache = RepresentationCache(site.state.follower, site.clock, max_bytes=0, max_heads=0)
    async with client_of(site.with_state(replace(site.state, cache=cache))) as bare:
        for status in (ArticleStatus.WITHDRAWN, ArticleStatus.PUBLISHED, ArticleStatus.WITHDRAWN):
            site.clock.advance(minutes=1)
            await site.newsroom.edit(gone, status=status)
            for path in paths:
                anew = await bare.ask(f"/partner{path}", {"Authorization": f"Bearer {rome.key}"})
                kept = await rome.ask(path)
                assert anew.etag == kept.etag == before[path].etag, (path, status)
                assert anew.body == kept.body == before[path].body
