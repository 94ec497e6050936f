"""What a feed is known by: the same at every import, and no other feed's."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from feeds.importers.feeds.fetching import Fetched, Validators, fetch
from feeds.importers.feeds.identity import address_name
from feeds.outbound import Guard, Networks
from storage.model import ImportSource
from tests.importers.agency import Agency, Answer, opened
from tests.importers.feed_files import ATOM_1, JSON_11, RSS_2
from tests.importers.reading import read

SITE = "https://agency.example"


def source(folder: Path, feed: str, *addresses: str) -> ImportSource:
    """Whose an article of the feed is, when it was fetched from the first of the addresses; the others lead there for good."""
    [one] = {record.source for record in read(folder, feed, addresses=addresses).records}
    assert one is not None
    return one


def rss(link: str = f"{SITE}/", head: str = "") -> str:
    space = 'xmlns:a="http://www.w3.org/2005/Atom"'
    channel = f"<title>T</title><link>{link}</link>{head}"
    return f'<rss version="2.0" {space}><channel>{channel}<item><guid>1</guid></item></channel></rss>'


def json_feed(**fields: str) -> str:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [{"id": "1"}], **fields})


FORMS: dict[str, Callable[[str], str]] = {
    "rss": lambda own: rss(head=f'<a:link rel="self" href="{own}"/>'),
    "atom": lambda own: ATOM_1.replace('rel="self" href="/atom"', f'rel="self" href="{own}"'),
    "json": lambda own: json_feed(feed_url=own, home_page_url=f"{SITE}/"),
}


@pytest.mark.parametrize("form", FORMS)
def test_by_what_it_calls_itself_before_all_else(form: str, tmp_path: Path) -> None:
    feed = FORMS[form]("https://agency.example/own")
    assert source(tmp_path, feed) == ImportSource(names=(f"{SITE}/own",), site=SITE)
    fetched = source(tmp_path, feed, "http://agency.example/feed", "http://old.example/feed")
    assert fetched == ImportSource(names=(f"{SITE}/own", "https://old.example/feed"), site=SITE)
    elsewhere = source(tmp_path, feed, "https://cdn.example/feed", "http://old.example/feed")
    assert elsewhere.names == (f"{SITE}/own",), "whatever leads to another host, not to what it calls itself"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("own", ["urn:agency:feed", "mailto:desk@agency.example", "http://", "https://[::1"])
def test_what_is_no_address_is_no_name(form: str, own: str, tmp_path: Path) -> None:
    assert source(tmp_path, FORMS[form](own), "https://cdn.example/feed").names[-1] == "https://cdn.example/feed"
    assert source(tmp_path, FORMS[form](own)).names == (SITE,)


def test_else_by_where_it_was_fetched_from_else_by_its_site(tmp_path: Path) -> None:
    for feed in (rss(), json_feed(home_page_url=f"{SITE}/")):
        assert source(tmp_path, feed, "https://cdn.example/feed").names == ("https://cdn.example/feed",)
        assert source(tmp_path, feed) == ImportSource(names=(SITE,), site=SITE)
    assert source(tmp_path, rss(link="")).names == ("T",)
    assert source(tmp_path, json_feed()).names == ("T",)
    assert source(tmp_path, rss(link="").replace("T", "")).names == ("a feed without an address",)


def test_a_relative_address_is_of_where_it_was_fetched(tmp_path: Path) -> None:
    assert (
        source(tmp_path, FORMS["rss"]("../feed.xml"), "https://a.example/x/y").names[0] == "https://a.example/feed.xml"
    )


def test_a_page_and_an_archive_are_of_the_feed_that_is_current(tmp_path: Path) -> None:
    links = '<a:link rel="self" href="https://agency.example/feed?paged=2"/><a:link rel="current" href="https://agency.example/feed"/>'
    assert source(tmp_path, rss(head=links)).names == (f"{SITE}/feed",)


@pytest.mark.parametrize(
    "address",
    ["https://agency.example/feed", "http://agency.example/feed", "https://agency.example/feed/",
    "HTTP://AGENCY.example:80/feed/#top",
     "https://agency.example:443/feed", " https://agency.example/feed\n", "https://desk:secret@agency.example/feed"],
)  # fmt: skip
def test_one_feed_however_its_address_is_written(address: str) -> None:
    assert address_name(address) == f"{SITE}/feed"


def test_what_tells_two_feeds_apart_stays() -> None:
    different = ["https://a.example/feed", "https://www.a.example/feed", "https://a.example:8080/feed", "https://a.example/Feed",
                 "https://a.example/feed?cat=7", "https://a.example/feed?cat=8", "https://a.example/feed?token=1",
                 "https://a.example/feed?token=2", "https://a.example", "https://[::1]/feed",
                 "https://xn--bcher-kva.example/"]  # fmt: skip
    names = [address_name(address) for address in different]
    assert len(set(names)) == len(different)
    assert all(name.startswith("https://") for name in names)
    assert [address_name(name) for name in names if "#" not in name] == [name for name in names if "#" not in name]
    assert address_name("https://a.example/feed?token=hidden").startswith("https://a.example/feed?token=***#")
    assert address_name("") == address_name("http://[") == address_name("urn:x") == ""


async def fetched(agency: Agency, folder: Path) -> Fetched:
    found = await fetch(httpx2.URL(agency.url + "/0"), folder / "feed", Validators(), Guard(Networks.of("127.0.0.0/8")))
    assert found is not None
    return found


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("statuses", "known"),
    [
        ((), "0"), ((301,), "10"), ((308, 301), "210"), ((302,), "0"), ((307, 301), "0"), ((301, 303, 301), "10"),
    ],
)  # fmt: skip
async def test_an_address_that_leads_on_for_good_is_a_former_one(
    statuses: tuple[int, ...], known: str, tmp_path: Path
) -> None:
    with opened() as agency:
        for step, status in enumerate(statuses):
            agency.answers[f"/{step}"] = Answer(status=status, headers={"Location": f"/{step + 1}"})
        agency.publish(RSS_2, path=f"/{len(statuses)}")
        found = await fetched(agency, tmp_path)
    assert found.addresses == tuple(f"{agency.url}/{step}" for step in known)
    assert found.url == f"{agency.url}/{len(statuses)}", "relative addresses are relative to where it was in the end"


@pytest.mark.parametrize("feed", [RSS_2, ATOM_1, JSON_11])
def test_the_same_at_every_import(feed: str, tmp_path: Path) -> None:
    first = source(tmp_path, feed, "http://agency.example/feed")
    assert source(tmp_path, feed.replace("Harbour reopens", "Harbour closes"), "https://agency.example/feed/") == first
