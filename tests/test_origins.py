"""One spelling of hosts and origins: the one that a browser sends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.clean.fields import web_url
from feeds.origins import ascii_host, is_of_origin, origin_of, with_ascii_host
from feeds.settings import Settings, SettingsError, load_settings
from feeds.urls import Urls

SPELLINGS = {
    "https://news.example": "https://news.example",
    "https://news.example/": "https://news.example",
    "https://news.example//": "https://news.example",
    " https://news.example\t": "https://news.example",
    "HTTPS://News.EXAMPLE": "https://news.example",
    "https://news.example:443": "https://news.example",
    "https://news.example:": "https://news.example",
    "https://news.example:0443": "https://news.example",
    "http://news.example:443": "http://news.example:443",
    "http://news.example:80/": "http://news.example",
    "https://news.example:8443": "https://news.example:8443",
    "https://BÜCHER.example": "https://xn--bcher-kva.example",
    "https://xn--bcher-kva.example": "https://xn--bcher-kva.example",
    "https://straße.example": "https://xn--strae-oqa.example",
    "https://日本語。example": "https://xn--wgv71a119e.example",
    "https://ｎｅｗｓ.example": "https://news.example",
    "https://💩.example": "https://xn--ls8h.example",
    "https://n%65ws.example": "https://news.example",
    "https://my_host.example": "https://my_host.example",
    "http://127.1:8000": "http://127.0.0.1:8000",
    "http://0x7f.1": "http://127.0.0.1",
    "http://[::1]:8000": "http://[::1]:8000",
    "http://[0:0:0:0:0:0:0:1]:80": "http://[::1]",
    "http://[2001:DB8::00A]": "http://[2001:db8::a]",
    "http://[::ffff:192.0.2.1]": "http://[::ffff:c000:201]",
}
REFUSED = (
    "", "news.example", "//news.example", "/", "ftp://news.example", "file:///srv", "javascript:alert(1)", "https://", "https:///x",
    "https://a..example", "https://.example", "https://a b.example", "https://a,b\\c.example", "https://news.example:65536",
    "https://news.example:http", "https://news.example:-1", "https://news.example:８０", "https://[::1", "https://[::1]x",
    "https://[::1]:80:90", "https://[fe80::1%25lo]", "https://[news.example]", "http://256.256.256.256", "http://1.2.3.4.5",
    f"https://{'a' * 64}.example", f"https://{'a.' * 127}example", "https://%ff.example", "https://℀.example", "https://a\x00.example",
)  # fmt: skip


@pytest.mark.parametrize(("written", "origin"), SPELLINGS.items())
def test_a_base_url_has_one_spelling(written: str, origin: str) -> None:
    assert Settings(base_url=written).base_url == origin
    assert origin_of(written) == origin
    assert origin_of(origin) == origin
    assert origin.isascii()


@pytest.mark.parametrize(
    "written",
    [*REFUSED, "https://user@news.example", "https://user:secret@news.example", "https://news.example/paper",
     "https://news.example/?a=b", "https://news.example?a", "https://news.example#top"],
)  # fmt: skip
def test_a_base_url_that_cannot_be_is_refused_with_a_sentence(written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if "\x00" in written:
        with pytest.raises(ValueError):
            Settings(base_url=written)
        return
    monkeypatch.setenv("DATELINE_BASE_URL", written)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert str(refused.value) == "DATELINE_BASE_URL: give a scheme and a host alone, as in https://news.example"


def test_the_dot_that_ends_a_name_says_nothing() -> None:
    assert origin_of("https://news.example.") == origin_of("https://news.example.:443/") == "https://news.example"
    assert origin_of("https://news.example.:8443") == "https://news.example:8443"
    assert ascii_host("news.example.") == "news.example."


@pytest.mark.parametrize(
    ("origin", "own", "expected"),
    [
        ("https://news.example", "https://news.example", True),
        ("https://NEWS.example:443", "https://news.example", True),
        ("https://xn--bcher-kva.example", "https://bücher.example", True),
        ("http://127.0.0.1", "http://127.0.0.1:80", True),
        ("https://news.example:8443", "https://news.example", False),
        ("http://news.example", "https://news.example", False),
        ("http://news.example:443", "https://news.example", False),
        ("https://news.example.evil.example", "https://news.example", False),
        ("https://news.example@evil.example", "https://news.example", False),
        ("https://evil.example/https://news.example", "https://news.example", False),
        ("null", "https://news.example", False),
        ("", "https://news.example", False),
        ("https://[", "https://news.example", False),
    ],
)
def test_origins_are_compared_as_such(origin: str, own: str, expected: bool) -> None:
    assert is_of_origin(origin, Settings(base_url=own).base_url) is expected


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://BÜCHER.example/Über?q=ä#ö", "https://xn--bcher-kva.example/%C3%9Cber?q=%C3%A4#%C3%B6"),
        ("https://straße.example/", "https://xn--strae-oqa.example/"),
        ("https://💩.example/", "https://xn--ls8h.example/"),
        ("HTTPS://News.Example:443/A", "https://news.example/A"),
        ("http://news.example:8080/", "http://news.example:8080/"),
        ("http://[0:0::1]/", "http://[::1]/"),
    ],
)
def test_a_url_of_an_article_is_ascii(written: str, kept: str) -> None:
    assert web_url(written) == kept
    assert web_url(kept) == kept
    assert Urls("https://own.example").absolute(kept) == kept


@pytest.mark.parametrize("written", [url for url in REFUSED if url.isprintable()])
def test_a_url_without_a_host_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="Give an absolute URL"):
        web_url(written)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("https://bücher.example/ü.png", "https://xn--bcher-kva.example/%C3%BC.png"),
        ("//bücher.example/i.png", "https://xn--bcher-kva.example/i.png"),
        ("/media/ü.png", "https://news.example/media/%C3%BC.png"),
        (" icon.png ", "https://news.example/icon.png"),
        ("", ""),
    ],
)
def test_the_icon_may_be_written_in_any_way(written: str, shown: str) -> None:
    settings = Settings(base_url="https://news.example", icon_url=written)
    assert Urls(settings.base_url).absolute(settings.icon_url) == shown


@pytest.mark.parametrize(
    "written", ["ftp://a.example/i.png", "javascript:1", "data:,x", "https://a:b@c.example/", "https://["]
)
def test_what_is_no_address_of_an_icon_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="give a URL or a path"):
        Settings(icon_url=written)


@given(st.text(max_size=40))
def test_any_text_is_a_host_or_is_refused(text: str) -> None:
    for url in (f"http://{text}", f"https://{text}:8080/", text):
        try:
            origin = origin_of(url)
        except ValueError:
            assert not is_of_origin(url, url)
            continue
        assert origin.isascii()
        assert origin_of(origin) == origin
        assert is_of_origin(url, origin)
        assert with_ascii_host(origin) == origin
