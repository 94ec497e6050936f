"""A subscriber may name a topic by any address of a feed, and is subscribed to the feed to which a reader would be sent."""

from collections.abc import AsyncIterator, Iterator
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from feeds.formats import FORMATS
from feeds.kinds import KINDS
from feeds.topics import ForeignTopic, GoneTopic, NoTopic, kept_topic, topic_at
from feeds.web.hub.topics import find_topic
from storage.model import Alias
from tests.web.former_site import Old, moved_from
from tests.web.site import BASE, Client, Site, client_of
from tests.web.test_any_former_address import GIVEN, PARTS
from tests.web.test_wordpress import moved_in

__all__ = ["moved_in"]

pytestmark = pytest.mark.anyio


@pytest.fixture
async def reader(moved_in: Site) -> AsyncIterator[Client]:
    async with client_of(moved_in) as client:
        yield client


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        (f"{BASE}/feed.rss", "/feed.rss"),
        ("http://news.example/feed.atom", "/feed.atom"),
        ("https://NEWS.example:443/feed.rss?utm_source=x", "/feed.rss"),
        ("https://www.news.example/feed.json", "/feed.json"),
        ("/section/world/africa/feed.rdf", "/section/world/africa/feed.rdf"),
        (f"{BASE}/section/world/comments/feed.rss", "/section/world/comments/feed.rss"),
        (f"{BASE}/2023/03/22/%C3%BCber-den-fluss/feed.rss", "/2023/03/22/über-den-fluss/feed.rss"),
        (f"{BASE}/2023/03/22/über-den-fluss/feed.rss", "/2023/03/22/über-den-fluss/feed.rss"),
        (f"{BASE}/über-den-fluss/feed/", "/2023/03/22/über-den-fluss/feed.rss"),
        (f"{BASE}/feed/", "/feed.rss"),
        (f"{BASE}/?feed=atom", "/feed.atom"),
        (f"{BASE}/category/world/feed/atom/", "/section/world/feed.atom"),
        (f"{BASE}/?p=123&feed=rss2", "/2023/03/22/harbour-reopens/feed.rss"),
        (f"{BASE}/harbour-reopens/feed", "/2023/03/22/harbour-reopens/feed.rss"),
        (f"{BASE}/?s=two%20words&feed=rss2", "/search/feed.rss?q=two+words"),
        (f"{BASE}/search/feed.json?x=1&q=%C3%BCber&before=1.2", "/search/feed.json?q=%C3%BCber"),
        (f"{BASE}/feed.rss?before=1679475600000000.3", "/feed.rss"),
        (f"{BASE}/feed/?paged=1", "/feed.rss"),
    ],
)
async def test_an_address_names_the_feed_that_it_leads_to(moved_in: Site, asked: str, path: str) -> None:
    topic = await find_topic(moved_in.state, asked)
    assert topic.path == path
    assert kept_topic(path) == topic


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        ("", NoTopic, "https://news.example/feed.rss"),
        ("feed.rss", NoTopic, "no http or https URL"),
        ("ftp://news.example/feed.rss", NoTopic, "no http or https URL"),
        ("https://[news.example/feed.rss", NoTopic, "no http or https URL"),
        (f"{BASE}/feed.rss\n", NoTopic, "no URL"),
        (f"{BASE}/feed .rss", NoTopic, "no URL"),
        ("https://ann:secret@news.example/feed.rss", NoTopic, "without a user"),
        ("https://other.example/feed.rss", ForeignTopic, "at its own hub"),
        ("//other.example/feed.rss", NoTopic, "no http or https URL"),
        ("https://news.example.other.example/feed.rss", ForeignTopic, "at its own hub"),
        ("https://news.example:8443/feed.rss", ForeignTopic, "at its own hub"),
        (f"{BASE}/section/nowhere/feed.rss", NoTopic, "https://news.example/feeds/"),
        (f"{BASE}/feed.xml", NoTopic, "There is no feed at"),
        (f"{BASE}/search/feed.rss", NoTopic, "There is no feed at"),
        (f"{BASE}/2023/02/30/feed.rss", NoTopic, "There is no feed at"),
        (f"{BASE}/2023/03/22/draft/feed.rss", NoTopic, "There is no feed at"),
        (f"{BASE}/section/what%3F/feed.rss", NoTopic, "There is no feed at"),
        (f"{BASE}/gone/feed/", GoneTopic, "is withdrawn"),
        (f"{BASE}/2023/03/22/gone/feed.rss", GoneTopic, "is withdrawn"),
        (BASE, NoTopic, "is a page: subscribe to its feed, https://news.example/feed.rss"),
        (f"{BASE}/section/world/", NoTopic, "its feed, https://news.example/section/world/feed.rss"),
        (f"{BASE}/harbour-reopens/", NoTopic, "its feed, https://news.example/2023/03/22/harbour-reopens/feed.rss"),
        (f"{BASE}/feeds/", NoTopic, "There is no feed at"),
        (f"{BASE}/hub", NoTopic, "There is no feed at"),
    ],
)  # fmt: skip
async def test_what_is_no_topic_is_refused_with_a_way_on(
    moved_in: Site, asked: str, error: type[NoTopic], words: str
) -> None:
    with pytest.raises(NoTopic) as refused:
        await find_topic(moved_in.state, asked)
    assert type(refused.value) is error
    assert words in str(refused.value)


async def test_what_moved_is_followed_to_where_it_is_now(site: Site) -> None:
    article = await site.newsroom.publish("old-slug")
    old = f"{BASE}{article.path}feed.rss"
    moved = await site.newsroom.edit(article, slug="new-slug")
    assert (await find_topic(site.state, old)).path == f"{moved.path}feed.rss"
    led = [Alias("/world-news/", "/section/world/feed.json"), Alias("/elsewhere/", "https://other.example/feed.rss")]
    await site.state.store.keep_redirects(led)
    assert (await find_topic(site.state, f"{BASE}/world-news")).path == "/section/world/feed.json"
    with pytest.raises(ForeignTopic):
        await find_topic(site.state, f"{BASE}/elsewhere/")


async def test_the_hosts_of_former_sites_are_ours(mixed: Site) -> None:
    [host] = {site.address.partition("/")[0] for site in await mixed.state.former_sites.get()}
    for asked in (f"https://{host}/feed/", f"http://www.{host}/blog/feed/"):
        assert (await find_topic(mixed.state, asked)).path == "/feed.rss"
    with pytest.raises(ForeignTopic):
        await find_topic(mixed.state, f"https://mirror.{host}/feed/")


@pytest.fixture(scope="module")
async def mixed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    blog = Old("/%category%/%postname%/", "/blog")
    async with moved_from(tmp_path_factory.mktemp("mixed"), Old("/archives/%post_id%"), blog) as site:
        yield site


# Clients take dots out of a path before they ask.
_PARTS = st.sampled_from([part for part in PARTS if part not in (".", "..")])
_END = st.sampled_from([f"feed{extension}" for extension in FORMATS] + ["feed", "rss2", "", "page"])


@example(parts=["search", "\n"], end="feed", slash=False, query={})
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parts=st.lists(_PARTS, max_size=5),
    end=_END,
    slash=st.booleans(),
    query=st.one_of(st.just({}), GIVEN),
)
async def test_a_subscriber_is_subscribed_to_what_a_reader_is_sent(
    mixed: Site, parts: list[str], end: str, slash: bool, query: dict[str, str]
) -> None:
    address = "/" + "/".join(map(quote, [*parts, end])).lstrip("/") + "/" * slash
    address += f"?{urlencode(query)}" if query else ""
    async with client_of(mixed) as client:
        sent = address
        while (reply := await client.ask(sent)).status == 301:
            sent = reply.fields["location"]
    try:
        topic = await find_topic(mixed.state, BASE + address)
    except GoneTopic:
        assert reply.status == 410
    except NoTopic:
        assert reply.status != 200 or reply.fields["content-type"].startswith("text/html") or "/feed." not in sent
    else:
        # A page of a feed that is not there is a page of a list that is.
        assert reply.status == 200 or "paged" in query
        assert sent.partition("?")[0] == topic.target.partition("?")[0]


def addresses() -> Iterator[tuple[str, str]]:
    for kind in KINDS:
        page = kind.page(
            year="2023", month="03", day="22", slug="a-story", section="world/Ü b", tag="nato", author="jane"
        )
        for extension in FORMATS:
            yield f"{page}feed{extension}", "q=a+b" if kind.query[:1] == ("q",) else ""


@pytest.mark.parametrize(("path", "query"), [*addresses()])
def test_a_topic_is_found_again_by_the_path_that_is_kept_of_it(path: str, query: str) -> None:
    topic = topic_at(path, query)
    assert topic is not None
    assert topic.scopes
    assert topic.path == (f"{path}?{query}" if query else path)
    assert kept_topic(topic.path) == topic
