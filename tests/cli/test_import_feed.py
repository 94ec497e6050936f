"""`dateline import` of feeds, by file and by URL: what a person, or cron, sees of it."""

from collections.abc import Iterator

import pytest

from tests.cli.conftest import CommandLine, Ran
from tests.importers.agency import Agency, Answer, opened
from tests.importers.feed_files import ATOM_1, RSS_2
from tests.importers.wxr_files import category, wxr


@pytest.fixture
def agency() -> Iterator[Agency]:
    with opened() as agency:
        yield agency


@pytest.fixture
def newsroom(dateline: CommandLine) -> CommandLine:
    """One with sections; whatever proxy this machine uses has no part in it."""
    direct = dateline.with_(NO_PROXY="127.0.0.1", no_proxy="127.0.0.1")
    sections = wxr(
        before=[category("world", "World"), category("africa", "Africa", "world"), category("sports", "Sports")]
    )
    assert direct("import", "-", stdin=sections.encode()).code == 0
    return direct


def files(newsroom: CommandLine) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (newsroom.folder / "var").iterdir() if path.is_file()}


def shown(ran: Ran) -> str:
    assert (ran.code, ran.err) == (0, "")
    return ran.out


def test_from_cron_what_did_not_change_costs_one_request_and_no_write(newsroom: CommandLine, agency: Agency) -> None:
    url = agency.publish(RSS_2)
    out = shown(newsroom("import", url, "--section", "world/africa"))
    assert out.startswith("Read a feed (RSS or Atom):\n")
    assert "2 added, 0 changed, 0 unchanged" in out
    before = files(newsroom)
    assert (
        shown(newsroom("import", url, "--section", "/world/africa/")) == f"{url}: not changed since the last import.\n"
    )
    assert len(agency.asked) == 2
    assert files(newsroom) == before
    agency.publish(RSS_2.replace("Harbour reopens", "Harbour closes"), etag='"2"')
    assert "0 added, 1 changed, 1 unchanged" in shown(newsroom("import", url, "--section", "world/africa"))


def test_a_file_by_a_category_map(newsroom: CommandLine) -> None:
    (newsroom.folder / "feed.atom").write_text(ATOM_1)
    out = shown(
        newsroom("import", "feed.atom", "--category-map", "world news=world", "--category-map", "Storms=sports")
    )
    assert "2 added" in out
    exported = shown(newsroom("export"))
    assert '"sections":["world","sports"]' in exported
    assert '"source":{"name":"The Wire","url":"https://wire.example/"}' in exported
    assert '"source":{"name":"The Agency","url":"https://agency.example/"}' in exported


def test_what_is_exported_comes_back(newsroom: CommandLine) -> None:
    newsroom("import", "-", stdin=RSS_2.encode())
    exported = newsroom("export", "--private").out.encode()
    assert "0 added, 0 changed, 2 unchanged" in shown(newsroom("import", "-", stdin=exported))


@pytest.mark.parametrize(
    ("arguments", "about"),
    [
        (("--section", "moon"), "there is no section moon: add it first"),
        (("--category-map", "World news=moon"), "there is no section moon"),
    ],
)
def test_an_unknown_section_is_one_line_and_1(newsroom: CommandLine, arguments: tuple[str, ...], about: str) -> None:
    ran = newsroom("import", "-", *arguments, stdin=RSS_2.encode())
    assert ran.code == 1
    assert about in ran.fault


def test_what_a_server_does_wrong_is_one_line_and_1(newsroom: CommandLine, agency: Agency) -> None:
    ran = newsroom("import", agency.url + "/absent")
    assert ran.code == 1
    assert ran.fault == f"dateline: {agency.url}/absent: the server answers 404 Not Found"


def test_a_feed_of_which_all_is_refused_fails(newsroom: CommandLine) -> None:
    ran = newsroom("import", "-", stdin=b"<rss version='2.0'><channel><item><title>A</title></item></channel></rss>")
    assert (ran.code, ran.err) == (1, "")
    assert "refused (1):\n    A: it has no id and no link" in ran.out


def test_a_redirect_inwards_is_followed_only_where_that_is_opened(newsroom: CommandLine, agency: Agency) -> None:
    with opened() as inside:
        inside.publish(RSS_2)
        agency.answers["/feed"] = Answer(status=302, headers={"Location": inside.url + "/feed"})
        ran = newsroom("import", agency.url + "/feed")
        assert ran.code == 1
        assert ran.fault.startswith(f"dateline: {agency.url}/feed: it redirects to http://127.0.0.1, port ")
        assert "is not on the public Internet: name its network in DATELINE_OUTBOUND_ALLOW" in ran.fault
        assert inside.asked == []
        assert "Harbour" not in newsroom("export", "--private").out
        allowed = newsroom.with_(DATELINE_OUTBOUND_ALLOW="127.0.0.0/8")
        assert "2 added" in shown(allowed("import", agency.url + "/feed"))
    assert "DATELINE_OUTBOUND_ALLOW" in newsroom.with_(DATELINE_OUTBOUND_ALLOW="here")("check").fault


@pytest.mark.parametrize("content", [None, "no certificates"])
def test_certificates_that_cannot_be_read_are_one_line(dateline: CommandLine, content: str | None) -> None:
    named = dateline.folder / "certificates.pem"
    if content:
        named.write_text(content)
    ran = dateline.with_(SSL_CERT_FILE=str(named))("import", "https://agency.example/feed")
    assert ran.code == 1
    assert "SSL_CERT_FILE" in ran.fault
