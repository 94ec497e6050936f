"""Whoever adds a kind of feed writes a file and a line in KINDS: all else is made from that."""

import json
import subprocess
import sys

import pytest

from feeds.formats import FORMATS
from tests.pages.newsroom import parse, select
from tests.web.site import BASE
from tests.web.test_autodiscovery import first_feed

FEED = "/picks/night/feed"
FEEDS = [f"{FEED}{extension}" for extension in FORMATS]
MOVED = {
    "/picks/night/feed/": f"{FEED}.rss",
    "/picks/night/feed/atom/": f"{FEED}.atom",
    "/?picked_by=night": "/picks/night/",
    "/?picked_by=night&feed=atom": f"{FEED}.atom",
}

Answers = dict[str, tuple[int, dict[str, str], str]]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """Of a server of its own: routes are made when the program starts."""
    asked = [*FEEDS, *MOVED, "/picks/night/", "/feeds/", "/feeds.opml", "/sitemap-0.xml"]
    command = [sys.executable, "-m", "tests.web.picks", str(tmp_path_factory.mktemp("picks")), json.dumps(asked)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    found: Answers = json.loads(ran.stdout)
    return found


@pytest.mark.parametrize("path", FEEDS)
def test_it_comes_in_every_format_and_any_origin_may_read_it(answers: Answers, path: str) -> None:
    status, fields, text = answers[path]
    assert status == 200
    assert fields["access-control-allow-origin"] == "*"
    assert f"{BASE}{path}" in fields["link"]
    assert "Picks of the night desk – " in text


def test_its_page_lists_its_articles_and_names_its_feed_first(answers: Answers) -> None:
    status, fields, text = answers["/picks/night/"]
    assert status == 200
    assert first_feed(text.encode()) == f"{BASE}{FEED}.rss"
    assert fields["link"].startswith(f"<{BASE}{FEED}.rss>")
    page = parse(text.encode())
    assert select(page, "//h1/text()") == ["Picks of the night desk"]
    assert select(page, "//main//a[@href='/2023/03/01/a/']")


def test_the_directory_and_opml_name_it_after_the_newsroom_s_others(answers: Answers) -> None:
    directory = parse(answers["/feeds/"][2].encode())
    assert select(directory, "//section[h2='The whole newsroom']//h3/a/@href") == ["/", "/comments/", "/picks/night/"]
    assert select(directory, f"//a[@href='{BASE}{FEED}.json']")
    assert f'text="Night picks" title="Night picks" xmlUrl="{BASE}{FEED}.rss"' in answers["/feeds.opml"][2]


def test_the_sitemap_names_its_page(answers: Answers) -> None:
    assert f"<loc>{BASE}/picks/night/</loc>" in answers["/sitemap-0.xml"][2]


@pytest.mark.parametrize("path", MOVED)
def test_wordpress_s_forms_of_its_address_lead_to_it(answers: Answers, path: str) -> None:
    status, fields, _ = answers[path]
    assert (status, fields["location"]) == (301, MOVED[path])
