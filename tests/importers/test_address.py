"""A feed by its address, from a real server: conditional, bounded, and plain about what went wrong."""

import asyncio
import gzip
import itertools
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from feeds.importers import ImportOptions, ImportRefused, Placement, Summary
from feeds.importers.feeds import fetching
from feeds.importers.feeds.address import import_url
from storage.model import Section
from storage.protocol import Store
from tests import behind
from tests.importers.agency import Agency, Answer, opened
from tests.importers.feed_files import HARBOUR, JSON_11, RSS_2
from tests.importers.reading import NOW, settings_in
from tests.stores import ANY_ENGINE

pytestmark = pytest.mark.anyio

MIB = 1024 * 1024


@pytest.fixture
def agency() -> Iterator[Agency]:
    with opened() as agency:
        yield agency


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Whatever proxy this machine uses has no part in it."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return tmp_path


async def poll(store: Store, folder: Path, url: str, placement: Placement | None = None) -> Summary | None:
    return await asyncio.wait_for(
        import_url(
            store,
            url,
            settings=settings_in(folder),
            options=ImportOptions(placement=placement or Placement()),
            clock=lambda: NOW,
        ),
        30,
    )


def sent(agency: Agency) -> dict[str, str]:
    """The validators of the last request."""
    headers = agency.asked[-1][1]
    return {name: headers[name] for name in ("if-none-match", "if-modified-since") if name in headers}


async def test_what_did_not_change_costs_one_request_and_no_write(
    agency: Agency, folder: Path, store: Store, store_url: str
) -> None:
    url = agency.publish(RSS_2)
    summary = await poll(store, folder, url)
    assert summary is not None
    assert (summary.added, sent(agency)) == (2, {})
    seq, kept = await store.last_seq(), behind.everything(store_url)
    assert await poll(store, folder, url) is None
    assert sent(agency) == {"if-none-match": '"1"', "if-modified-since": "Wed, 22 Mar 2023 08:00:00 GMT"}
    assert len(agency.asked) == 2
    assert (await store.last_seq(), behind.everything(store_url)) == (seq, kept)


@pytest.mark.parametrize(("etag", "modified"), [('W/"x y"', ""), ("", "yesterday, or so"), ("unquoted", "")])
async def test_either_validator_will_do_and_is_sent_as_it_came(
    etag: str, modified: str, agency: Agency, folder: Path, store: Store
) -> None:
    url = agency.publish(RSS_2, etag=etag, modified=modified)
    await poll(store, folder, url)
    assert await poll(store, folder, url) is None


async def test_a_server_without_validators_is_asked_for_all_of_it(agency: Agency, folder: Path, store: Store) -> None:
    url = agency.publish(RSS_2, etag="", modified="")
    await poll(store, folder, url)
    again = await poll(store, folder, url)
    assert again is not None
    assert (again.unchanged, sent(agency)) == (2, {})


async def test_what_changed_is_imported_and_its_validators_kept(agency: Agency, folder: Path, store: Store) -> None:
    await poll(store, folder, agency.publish(RSS_2))
    url = agency.publish(RSS_2.replace("Harbour reopens", "Harbour closes"), etag='"2"')
    again = await poll(store, folder, url)
    assert again is not None
    assert again.changed == 1
    assert await poll(store, folder, url) is None
    assert sent(agency)["if-none-match"] == '"2"'


async def test_validators_are_kept_only_after_the_import_succeeded(agency: Agency, folder: Path, store: Store) -> None:
    url = agency.publish(RSS_2[:900])
    with pytest.raises(ImportRefused, match=rf"^{url}: it ends in the middle: .* \(not well-formed XML at line \d+"):
        await poll(store, folder, url)
    assert await store.get_feed_source(url) is None
    agency.publish("<rss version='2.0'><channel><item/></channel></rss>")
    summary = await poll(store, folder, url)
    assert summary is not None
    assert len(summary.refused) == 1
    assert await store.get_feed_source(url) is None


async def test_with_other_sections_it_is_asked_for_all_of_it(agency: Agency, folder: Path, store: Store) -> None:
    await store.add_section(Section(path="world", title="World", created_at=NOW))
    url, world = agency.publish(RSS_2), Placement(section="world")
    await poll(store, folder, url)
    placed = await poll(store, folder, url, world)
    assert placed is not None
    assert (placed.changed, sent(agency)) == (2, {})
    assert await poll(store, folder, url, world) is None


async def test_redirects_are_followed_and_the_last_address_is_the_base(
    agency: Agency, folder: Path, store: Store
) -> None:
    agency.publish(
        RSS_2.replace("<link>https://agency.example/2023/harbour</link>", "<link>/harbour</link>"), path="/4"
    )
    for step in range(4):
        agency.answers[f"/{step}"] = Answer(status=301 + step % 2, headers={"Location": f"/{step + 1}"})
    await poll(store, folder, agency.url + "/0")
    assert [path for path, _ in agency.asked] == ["/0", "/1", "/2", "/3", "/4"]
    assert (await store.list_articles(limit=1))[0].source is not None
    assert await poll(store, folder, agency.url + "/0") is None


async def test_relative_addresses_are_relative_to_where_it_was(agency: Agency, folder: Path, store: Store) -> None:
    feed = "<rss version='2.0'><channel><title>T</title><item><link>../a</link></item></channel></rss>"
    await poll(store, folder, agency.publish(feed, path="/x/y/feed"))
    [article] = await store.list_articles(limit=2)
    assert article.canonical_url == article.guid == agency.url + "/x/a"


@ANY_ENGINE
@pytest.mark.parametrize("feed", [RSS_2, JSON_11])
async def test_gzip(feed: str, agency: Agency, folder: Path, store: Store) -> None:
    url = agency.publish(feed)
    agency.zip()
    summary = await poll(store, folder, url)
    assert summary is not None
    assert summary.added == 2
    assert agency.asked[0][1]["accept-encoding"] == "gzip"
    assert HARBOUR in [article.canonical_url for article in await store.list_articles(limit=2)] or feed is JSON_11


async def test_an_encoding_that_only_the_server_tells(agency: Agency, folder: Path, store: Store) -> None:
    url = agency.publish("")
    body = RSS_2.replace(' encoding="UTF-8"', "").encode("latin-1")
    agency.answers["/feed"] = Answer(body, headers={"Content-Type": "text/xml; charset=ISO-8859-1"})
    await poll(store, folder, url)
    assert "Café on a ferry" in [article.headline for article in await store.list_articles(limit=2)]


def without_end() -> Iterator[bytes]:
    return itertools.repeat(b"x" * MIB)


def bomb() -> Sequence[bytes]:
    """A gigabyte in a megabyte."""
    return [gzip.compress(bytes(16 * MIB))] * 64


def loop(length: int) -> dict[str, Answer]:
    steps = {f"/{step}": Answer(status=302, headers={"Location": f"/{step + 1}"}) for step in range(length)}
    return steps | {"/feed": Answer(status=307, headers={"Location": "/0"})}


XML = {"Content-Type": "text/xml"}
FAULTS: dict[str, tuple[dict[str, Answer], str]] = {
    "absent": ({}, "the server answers 404 Not Found"),
    "an error": ({"/feed": Answer(status=503)}, "the server answers 503 Service Unavailable"),
    "304 unasked": ({"/feed": Answer(status=304)}, "the server answers 304 Not Modified"),
    "a page": ({"/feed": Answer(b"<html></html>")}, "a web page, which cannot be imported"),
    "nothing": ({"/feed": Answer(b"")}, "it is empty: download"),
    "redirects without end": (loop(10), "redirects more than 5 times"),
    "a redirect to a file": ({"/feed": Answer(status=302, headers={"Location": "file:///etc/passwd"})}, "a redirect to none"),
    "a redirect with a body without end": (
        {"/feed": Answer(status=302, headers={"Location": "/gone"}, parts=without_end())}, "404",
    ),
    "a body without end": ({"/feed": Answer(headers=XML, parts=without_end())}, "larger than 64 MiB: download it"),
    "a bomb": ({"/feed": Answer(headers=XML | {"Content-Encoding": "gzip"}, parts=bomb())}, "larger than 64 MiB"),
    "another coding": ({"/feed": Answer(b"x", headers={"Content-Encoding": "br"})}, "packs it as br, which was not asked for"),
    "twice packed": ({"/feed": Answer(b"x", headers={"Content-Encoding": "gzip, gzip"})}, "packs it as gzip, gzip"),
    "damaged": ({"/feed": Answer(b"x", headers={"Content-Encoding": "gzip"})}, "is damaged"),
    "cut off": ({"/feed": Answer(gzip.compress(b"x" * 99)[:-9], headers={"Content-Encoding": "gzip"})}, "is damaged"),
    "shorter than it says": ({"/feed": Answer(b"<rss>", headers={"Content-Length": "99"})}, "cannot be fetched"),
}  # fmt: skip


@ANY_ENGINE
@pytest.mark.parametrize("name", FAULTS)
async def test_one_clear_line_and_nothing_kept(name: str, agency: Agency, folder: Path, store: Store) -> None:
    answers, message = FAULTS[name]
    agency.answers.update(answers)
    with pytest.raises(ImportRefused, match=message) as refused:
        await poll(store, folder, agency.url + "/feed")
    assert "\n" not in str(refused.value)
    assert str(refused.value).startswith(agency.url)
    assert await store.list_articles(limit=1) == ()
    assert await store.get_feed_source(agency.url + "/feed") is None


@ANY_ENGINE
async def test_nobody_there(folder: Path, store: Store) -> None:
    with opened() as agency:
        url = agency.url
    with pytest.raises(ImportRefused, match="cannot be fetched"):
        await poll(store, folder, url)


@ANY_ENGINE
async def test_a_server_that_says_nothing(folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "TIMEOUT", 0.1)
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        pytest.raises(ImportRefused, match="does not answer within"),
    ):
        await poll(store, folder, f"http://127.0.0.1:{listening.getsockname()[1]}/")


@ANY_ENGINE
async def test_a_server_that_never_ends(
    agency: Agency, folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "TOTAL_TIMEOUT", 0.1)
    agency.answers["/feed"] = Answer(headers=XML, parts=itertools.repeat(b" "))
    with pytest.raises(ImportRefused, match="it took longer than"):
        await poll(store, folder, agency.url + "/feed")


@ANY_ENGINE
@pytest.mark.parametrize(
    "url", ["ftp://x.example/feed", "http://", "://", "http://[::1", "http://x.example:port/", "file:///etc"]
)
async def test_what_is_no_address(url: str, folder: Path, store: Store) -> None:
    with pytest.raises(ImportRefused, match="no http or https address"):
        await poll(store, folder, url)


async def test_a_password_is_used_and_neither_kept_nor_shown(agency: Agency, folder: Path, store: Store) -> None:
    url = agency.publish(RSS_2)
    private = url.replace("http://", "http://desk:secret@")
    await poll(store, folder, private)
    assert agency.asked[0][1]["authorization"].startswith("Basic ")
    assert await store.get_feed_source(url) is not None
    assert await store.get_feed_source(private) is None
    with pytest.raises(ImportRefused) as refused:
        await poll(store, folder, private.replace("/feed", "/absent"))
    assert "secret" not in str(refused.value)


@ANY_ENGINE
async def test_no_secret_of_an_address_is_kept_or_shown(
    agency: Agency, folder: Path, store: Store, store_url: str
) -> None:
    path = "/feed?token=hidden&cat=7"
    feed = "<rss version='2.0'><channel><title>T</title><item><link>a</link></item></channel></rss>"
    agency.publish(feed, path=path)
    url = agency.url + path
    summary = await poll(store, folder, url)
    assert summary is not None
    assert await poll(store, folder, url) is None
    agency.publish(feed, path=path.replace("hidden", "other"), etag='"2"')
    assert await poll(store, folder, url.replace("hidden", "other")) is not None, "another token is another feed"
    kept = repr(behind.everything(store_url))
    assert "/feed?token=***&cat=7#" in kept
    assert "hidden" not in kept
    with pytest.raises(ImportRefused) as refused:
        await poll(store, folder, url.replace("/feed", "/absent"))
    assert str(refused.value) == f"{agency.url}/absent?token=***&cat=7: the server answers 404 Not Found"


async def test_nothing_behind_a_redirect_inwards_is_published(agency: Agency, folder: Path, store: Store) -> None:
    with opened() as inside:
        inside.publish(RSS_2)
        agency.answers["/feed"] = Answer(status=301, headers={"Location": inside.url + "/feed"})
        with pytest.raises(ImportRefused, match=f"^{agency.url}/feed: it redirects to http://127.0.0.1, port"):
            await poll(store, folder, agency.url + "/feed")
        assert inside.asked == []
    assert await store.list_articles(limit=1) == ()


@pytest.mark.parametrize("own", ["", '<a:link xmlns:a="http://www.w3.org/2005/Atom" rel="self" href="new"/>'])
async def test_a_feed_that_moved_for_good_is_the_same_feed(
    own: str, agency: Agency, folder: Path, store: Store
) -> None:
    """Its guids are numbers: of any other feed they would be other articles."""
    item = "<item><guid isPermaLink='false'>1</guid><title>A</title></item>"
    feed = f"<rss version='2.0'><channel><title>T</title><link>https://a.example/</link>{{}}{item}</channel></rss>"
    old, new = (agency.publish(feed.format(""), path=path) for path in ("/old", "/new"))
    await poll(store, folder, old)
    agency.publish(feed.format(own), path="/new", etag='"2"')
    agency.answers["/old"] = Answer(status=301, headers={"Location": "/new"})
    for url in (old, new):
        again = await poll(store, folder, url)
        assert again is not None
        assert (again.added, again.unchanged) == (0, 1), url
    other = await poll(store, folder, agency.publish(feed.format(""), path="/other"))
    assert other is not None
    assert other.added == 1


async def test_dates_that_cannot_be_read_are_the_first_imports_at_every_poll(
    agency: Agency, folder: Path, store: Store
) -> None:
    item = "<item><guid>1</guid><title>A</title><pubDate>soon</pubDate></item>"
    feed = f"<rss version='2.0'><channel><title>T</title>{item}</channel></rss>"
    for etag in ('"1"', '"2"'):
        summary = await poll(store, folder, agency.publish(feed, etag=etag))
        assert summary is not None
        assert [reason.why for reason in summary.cut.reasons] == [
            "kept without its date, which cannot be read: that of its first import stands for it"
        ]
        assert [article.published_at for article in await store.list_articles(limit=2)] == [NOW]
