"""What a feed's fields say, however they are written: names, links, dates."""

import json
from datetime import datetime, timedelta
from html import escape
from pathlib import Path

import pytest

from feeds.formats import FORMATS
from feeds.formats.base import render
from feeds.importers import import_file
from storage.model import Article, Enclosure
from storage.protocol import Store
from tests.formats.golden.documents import PODCAST
from tests.importers.reading import NOW, read, settings_in, write

SPACES = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'

NAMESPACES = (
    "https://podcastindex.org/namespace/1.0",
    "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md",
)
"""The two names of the podcast namespace."""


def rss(item: str, channel: str = "<title>T</title>") -> str:
    return f'<rss version="2.0" {SPACES}><channel>{channel}<item><guid>1</guid><title>A</title>{item}</item></channel></rss>'


def atom(entry: str, head: str = "") -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>{head}<entry><id>1</id><title>A</title>{entry}</entry></feed>'


def by(name: str, url: str = "") -> dict[str, str]:
    """A feed of each format whose entry is by somebody."""
    name_in_xml, url_in_xml = escape(name), escape(url)
    person = f"<author><name>{name_in_xml}</name><uri>{url_in_xml}</uri><email>hidden@a.example</email></author>"
    item = {"id": "1", "title": "A", "authors": [{"name": name, "url": url}]}
    return {
        "author": rss(f"<author>{name_in_xml}</author>"), "dc:creator": rss(f"<dc:creator>{name_in_xml}</dc:creator>"),
        "itunes:author": rss(f"<itunes:author>{name_in_xml}</itunes:author>"), "atom": atom(person), "atom feed": atom("", person),
        "json": json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item]}),
        "json 1": json.dumps({"version": "https://jsonfeed.org/version/1",
        "items": [{**item, "authors": [], "author": item["authors"][0]}]}),
    }  # fmt: skip


@pytest.mark.parametrize("form", by(""))
@pytest.mark.parametrize(
    ("written", "byline"),
    [
        ("jane@a.example", ""), ("mailto:jane@a.example", ""), ("jane@a.example (Jane Doe)", "Jane Doe"),
        ("Jane Doe <jane@a.example>", "Jane Doe"), ('"Doe, Jane" <mailto:jane@a.example>', "Doe, Jane"),
        ("Jane Doe, jane@a.example", "Jane Doe"), ("jane%40a.example", ""), ("jane&#64;a.example", ""), ("root@localhost", ""),
        ("jane.o'neil+x@mail.a.example - Jane", "Jane"), ("Jane (jane@a.example, joe@a.example)", "Jane"),
        ("MAILTO:Jane@A.example?subject=x", ""), ("Jane Doe", "Jane Doe"), ("@jane", "@jane"),
        ('<a href="mailto:jane@a.example">Jane Doe</a>', "Jane Doe"), ("jane at a dot example (Jane Doe)", "Jane Doe"),
        ("Anna &amp; Ben O&#8217;Neil", "Anna & Ben O’Neil"), ("Jos&eacute;", "José"), ("Tom <b>", "Tom <b>"),
        ('<a href="https://a.example/ann">Ann <i>Lee</i></a>', "Ann Lee"),
    ],
)  # fmt: skip
def test_no_email_address_is_a_byline(form: str, written: str, byline: str, tmp_path: Path) -> None:
    article = read(tmp_path, by(written)[form]).article
    assert [author.name for author in article.authors][:1] == ([byline] if byline else [])
    assert not any(
        "@" in author.slug or "a-example" in author.slug or "aexample" in author.slug for author in article.authors
    )
    assert "a.example" not in repr(article.authors)


@pytest.mark.parametrize("form", ["atom", "json", "json 1"])
@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://a.example/jane", True), ("https://social.example/@jane", True), ("mailto:jane@a.example", False),
        ("https://a.example/by?mail=jane@a.example", False), ("https://a.example/jane%40a.example", False),
        ("http://jane@a.example/", False), ("acct:jane@a.example", False), ("jane@a.example", False),
    ],
)  # fmt: skip
def test_no_email_address_is_an_authors_page(form: str, url: str, kept: bool, tmp_path: Path) -> None:
    [author] = read(tmp_path, by("Jane", url)[form]).article.authors
    assert author.url == (url if kept else "")


def test_no_email_address_is_an_agency_or_a_headline(tmp_path: Path) -> None:
    article = read(tmp_path, rss("", "<title>desk@a.example</title><link>https://a.example/</link>")).article
    assert article.source is not None
    assert article.source.name == "https://a.example/"
    untitled = rss("").replace(
        "<guid>1</guid><title>A</title>", '<guid isPermaLink="false">&lt;7@mail.a.example&gt;</guid>'
    )
    article = read(tmp_path, untitled).article
    assert (article.headline, article.slug, article.guid) == ("Untitled", "untitled", "<7@mail.a.example>")


@pytest.mark.parametrize(
    "written", ["<![CDATA[R&amp;D]]>", "R&amp;amp;D", "R&amp;#38;D", "R&amp;D", "<![CDATA[R&#038;D]]>"]
)
def test_names_that_were_encoded_twice(written: str, tmp_path: Path) -> None:
    channel = f"<title>{written}</title><link>https://a.example/</link><copyright>&amp;copy; {written}</copyright>"
    item = f"<category>{written}</category><dc:subject>{written} &amp;#8217;24</dc:subject>"
    article = read(tmp_path, rss(item, channel)).article
    assert [(tag.name, tag.slug) for tag in article.tags] == [("R&D", "r-d"), ("R&D ’24", "r-d-24")]
    assert article.source is not None
    assert (article.source.name, article.rights) == ("R&D", "© R&D")


@pytest.mark.parametrize(
    "original",
    [
        '<f:origLink xmlns:f="http://rssnamespace.org/feedburner/ext/1.0">{}</f:origLink>',
        '<feedburner:origLink xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0">{}</feedburner:origLink>',
        '<pheedo:origLink xmlns:pheedo="http://www.pheedo.com/namespace/pheedo">{}</pheedo:origLink>',
    ],
)
def test_the_link_behind_the_one_that_counts_clicks(original: str, tmp_path: Path) -> None:
    link = "<link>http://proxy.example/~r/a/1/</link>"
    for item in (link + original.format("https://a.example/real/"), original.format("https://a.example/real/") + link):
        assert read(tmp_path, rss(item)).article.canonical_url == "https://a.example/real/"
    assert read(tmp_path, rss(link + original.format("urn:x"))).article.canonical_url == "http://proxy.example/~r/a/1/"
    without_guid = rss(link + original.format("https://a.example/real/")).replace("<guid>1</guid>", "")
    assert read(tmp_path, without_guid).article.guid == "http://proxy.example/~r/a/1/", "as before there was another"


def xhtml(body: str) -> str:
    return atom(f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{body}</div></content>')


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("<p>a<br/>b<br />c<br></br>d</p>", "<p>a<br>b<br>c<br>d</p>"), ("a<br class='x'/>b", "a<br>b"),
        ("<p>a</p><hr/><p>b</p>", "<p>a</p><hr><p>b</p>"), ("<div>a<br/></div><div>b</div>", "<div>a<br></div><div>b</div>"),
        ("<x:p xmlns:x='http://www.w3.org/1999/xhtml'>a<x:br/>b</x:p>", "<p>a<br>b</p>"),
    ],
)  # fmt: skip
def test_a_line_break_in_xhtml_is_one(body: str, html: str, tmp_path: Path) -> None:
    assert read(tmp_path, xhtml(body)).article.body_html == html


def dated(*dates: str, channel: str = "") -> str:
    head = f"<lastBuildDate>{channel}</lastBuildDate>" if channel else ""
    items = "".join(
        f"<item><guid>{n}</guid><title>{n}</title><pubDate>{date}</pubDate></item>" for n, date in enumerate(dates)
    )
    return f'<rss version="2.0"><channel><title>T</title>{head}{items}</channel></rss>'


def moments(folder: Path, feed: str) -> list[str]:
    """In UTC; the newsroom is in Kampala, on UTC+3."""
    found = [record.article.published_at for record in read(folder, feed, zone="Africa/Kampala").records]
    return [str(moment)[:16] for moment in found]


NAKED = "Mon, 06 May 2024 10:00:00"


def test_a_date_without_a_zone_is_of_the_feeds_own(tmp_path: Path) -> None:
    assert moments(tmp_path, dated(NAKED, channel="Tue, 07 May 2024 08:00:00 -0400")) == ["2024-05-06 14:00"]
    assert moments(tmp_path, dated(NAKED, NAKED + " GMT")) == ["2024-05-06 10:00"] * 2
    assert moments(tmp_path, dated(NAKED)) == ["2024-05-06 07:00"], "or of the newsroom's"
    assert moments(tmp_path, dated(NAKED, NAKED + " GMT", NAKED + " EST"))[0] == "2024-05-06 07:00", (
        "if others name several"
    )
    feed = {
        "version": "https://jsonfeed.org/version/1",
        "items": [{"id": "1", "date_published": "2024-05-06T10:00:00"}],
    }
    assert moments(tmp_path, json.dumps(feed)) == ["2024-05-06 07:00"]


def test_a_day_is_the_newsrooms_day(tmp_path: Path) -> None:
    for feed in (dated("2024-05-06"), dated("2024-05-06", NAKED + " -0700")):
        assert str(read(tmp_path, feed, zone="America/New_York").records[0].article.day) == "2024-05-06"


async def imported(store: Store, folder: Path, feed: str, *, hours: int) -> tuple[Article, ...]:
    await import_file(
        store, write(folder, feed), settings=settings_in(folder), clock=lambda: NOW + timedelta(hours=hours)
    )
    return await store.list_articles(limit=9)


@pytest.mark.anyio
@pytest.mark.parametrize("date", ["", "soon", "05/06/2024", "Mon, 06 May 2024 10:00:00 XYZT", "0000-00-00 00:00:00"])
async def test_an_entry_without_a_date_keeps_that_of_its_first_import(date: str, tmp_path: Path, store: Store) -> None:
    [first] = await imported(store, tmp_path, dated(date), hours=0)
    assert (first.published_at, first.public) == (NOW, True)
    for hours, title in ((30, "0"), (60, "Corrected"), (90, "Corrected again")):
        [later] = await imported(store, tmp_path, dated(date).replace("<title>0", f"<title>{title}"), hours=hours)
        assert (later.headline, later.published_at, later.path) == (title, NOW, first.path)
    [mended] = await imported(store, tmp_path, dated("Mon, 20 Mar 2023 10:00:00 GMT"), hours=120)
    assert str(mended.published_at) == "2023-03-20 10:00:00+00:00", "once it can be read it counts"


def test_dates_that_cannot_be_read_are_counted_and_named(tmp_path: Path) -> None:
    many = read(tmp_path, dated(*["soon"] * 120, NAKED))
    notes = many.report.cut.notes()
    assert len(notes) == 120
    assert notes.reasons[0].count == 120
    assert notes.reasons[0].examples[0] == "0, of 'soon'"
    assert notes.reasons[0].why == "kept without its date, which cannot be read: that of its first import stands for it"
    item = "<published>soon</published><updated>2024-05-06T10:00:00Z</updated>"
    [note] = read(tmp_path, atom(item)).report.cut.named
    assert (note.title, note.why.endswith("that of its change stands for it")) == ("A, of 'soon'", True)
    changed = item.replace("soon", "2024-05-06T09:00:00Z").replace("10:00:00Z", "noon")
    [note] = read(tmp_path, atom(changed)).report.cut.named
    assert (note.title, note.why) == (
        "A, of '2024-05-06Tnoon'",
        "kept without the date of its change, which cannot be read",
    )
    feed = {"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "date_published": "x" * 900}]}
    [note] = read(tmp_path, json.dumps(feed)).report.cut.named
    assert len(note.title) < 200
    assert isinstance(many.records[0].article.published_at, datetime)


def test_what_has_an_author_without_a_name_is_by_nobody_else(tmp_path: Path) -> None:
    item = (
        '{"id": "1", "title": "A", "authors": [{"name": "ann@a.example"}]}, {"id": "2", "title": "B", "authors": [{}]}'
    )
    feed = '{"version": "https://jsonfeed.org/version/1.1", "title": "F", "authors": [{"name": "The Desk"}], "items": [%s]}'
    entry = (
        "<entry><title>A</title><id>urn:a:1</id><updated>2024-05-06T10:00:00Z</updated>"
        "<author><email>ann@a.example</email><name/></author></entry>"
        "<entry><title>B</title><id>urn:a:2</id><updated>2024-05-06T10:00:00Z</updated></entry>"
    )
    atom_feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><id>urn:a:f</id><updated>2024-05-06T10:00:00Z</updated>'
        f"<author><name>The Desk</name></author>{entry}</feed>"
    )
    for export in (feed % item, atom_feed):
        bylines = [[one.name for one in record.article.authors] for record in read(tmp_path, export).records]
        assert bylines == [[], ["The Desk"]]


@pytest.mark.parametrize(
    ("parts", "url"),
    [
        ("<guid>9fb1d8c0-77</guid>", ""),
        ("<guid>urn:x:1</guid>", ""),
        ("<guid>https://a.example/1</guid>", "https://a.example/1"),
        ("<guid>/stories/1</guid>", "https://agency.example/stories/1"),
        ("<guid>77</guid><link>/77</link>", "https://agency.example/77"),
        ("<guid>stories/1</guid><link>stories/1</link>", "https://agency.example/stories/1"),
    ],
)
def test_a_guid_that_is_no_address_is_not_where_an_article_is(parts: str, url: str, tmp_path: Path) -> None:
    feed = (
        '<rss version="2.0"><channel><title>A</title><link>https://agency.example/</link>'
        f"<item><title>B</title>{parts}</item></channel></rss>"
    )
    assert read(tmp_path, feed).article.canonical_url == url


@pytest.mark.parametrize(
    ("html", "body"),
    [
        (
            "<p>Look.</p>",
            '<p>Look.</p><p><a href="https://b.example/?a=1&amp;b=2">https://b.example/?a=1&amp;b=2</a></p>',
        ),
        ('<a href="https://b.example/?a=1&amp;b=2">B</a>', '<a href="https://b.example/?a=1&amp;b=2">B</a>'),
        ("", '<p><a href="https://b.example/?a=1&amp;b=2">https://b.example/?a=1&amp;b=2</a></p>'),
    ],
)
def test_the_page_that_an_item_of_a_json_feed_is_about(html: str, body: str, tmp_path: Path) -> None:
    item = {"id": "1", "title": "A", "content_html": html, "external_url": "https://b.example/?a=1&b=2"}
    feed = {"version": "https://jsonfeed.org/version/1", "title": "F", "items": [item]}
    assert read(tmp_path, json.dumps(feed)).article.body_html == body


@pytest.mark.parametrize(
    ("content", "body", "files", "told"),
    [
        ('<content type="video/mp4" src="/f.mp4"/>', "<p>S</p>", [("https://a.example/f.mp4", "video/mp4")], []),
        (
            '<content type="text/html" src="/page"/>', '<p>S</p>\n<p><a href="https://a.example/page">https://a.example/page</a></p>',
            [], [],
        ),
        ('<content type="image/png">iVBORw0KGgo=</content>', "<p>S</p>", [], ["content of the type image/png"]),
        (
            '<content type="application/xml"><x xmlns="urn:x">y</x></content>', "<p>S</p>", [],
            ["content of the type application/xml"],
        ),
    ],
)  # fmt: skip
def test_content_that_is_no_text_is_a_file_a_link_or_named(
    content: str, body: str, files: list[tuple[str, str]], told: list[str], tmp_path: Path
) -> None:
    found = read(tmp_path, atom(f'<link href="https://a.example/1"/><summary>S</summary>{content}'))
    assert found.article.body_html == body
    assert [(file.url, file.type) for file in found.article.enclosures] == files
    assert [met.name for met in found.report.stripped.met()] == told


def test_a_section_of_cdata_that_was_escaped_is_none(tmp_path: Path) -> None:
    item = "<title>&lt;![CDATA[A &amp;amp; B]]&gt;</title><description>&lt;![CDATA[&lt;p&gt;x&lt;/p&gt;]]&gt;</description>"
    feed = f'<rss version="2.0"><channel><title>T</title><item><guid>1</guid>{item}</item></channel></rss>'
    article = read(tmp_path, feed).article
    assert (article.headline, article.body_html) == ("A & B", "<p>x</p>")


@pytest.mark.parametrize("format", ["rss", "json"])
def test_episodes_come_back_as_they_were_sent(format: str, tmp_path: Path) -> None:
    sent = PODCAST.items[0]
    feed = render(FORMATS[f".{format}"], PODCAST)
    article = next(one.article for one in read(tmp_path, feed).records if one.article.guid == sent.guid)
    first, second = article.enclosures
    assert (first.duration, second.duration) == (1861, 1861)
    said = (first.season, first.episode, first.episode_type, first.explicit)
    beside = (first.transcript, first.chapters)
    if format == "json":
        assert (said, beside) == ((0, 0, "", False), ("", ""))
        return
    assert said == (2, 12, "bonus", True)
    assert beside == ("https://news.example/media/tide.vtt?a=1&b=2", "https://news.example/media/tide.json")


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("1:02:03", 3723), ("62:03", 3723), ("3723", 3723), ("3723.9", 3723), (" 00:15:00 ", 900), ("0", 0), ("", 0), ("soon", 0),
        ("1:2:3:4", 0), ("-5", 0), ("9" * 50, 0), ("١٢", 0),
    ],
)  # fmt: skip
@pytest.mark.parametrize("namespace", NAMESPACES)
def test_durations_and_what_stands_beside_an_episode(
    written: str, seconds: int, namespace: str, tmp_path: Path
) -> None:
    item = (
        f'<enclosure url="/notes.pdf" type="application/pdf"/><enclosure url="/a.mp3" type="audio/mpeg" length="7"/>'
        f"<itunes:duration>{written}</itunes:duration><itunes:explicit>yes</itunes:explicit><itunes:episode>x</itunes:episode>"
        f'<p:transcript xmlns:p="{namespace}" url="/a.vtt" type="text/vtt"/><p:transcript xmlns:p="{namespace}" url="/a.srt"/>'
    )
    article = read(tmp_path, rss(item, "<link>https://a.example/</link>")).article
    assert article.enclosures == (
        Enclosure(url="https://a.example/notes.pdf", type="application/pdf"),
        Enclosure(
            url="https://a.example/a.mp3", type="audio/mpeg", length=7, duration=seconds, explicit=True,
            transcript="https://a.example/a.vtt",
        ),
    )  # fmt: skip


OTHER = "<title>Other</title><link>/other</link><guid>2</guid><description>Other words</description><author>Bo</author>"
OTHER_ATOM = '<id>urn:2</id><title>Other</title><link href="/other"/><content>Other words</content><author><name>Bo</name></author>'


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize(
    "other",
    [
        f"<related>{OTHER}</related>",
        '<y:related xmlns:y="http://news.yandex.ru"><link url="/other">Other</link></y:related>',
        f"<related><item>{OTHER}</item></related>",
        f"<item>{OTHER}</item>",
        '<link xmlns="http://www.w3.org/2005/Atom" rel="alternate" href="/other"/>',
        f"<image>{OTHER.replace('<author>Bo</author>', '')}<url>/i.jpg</url></image>",
        f'<o:object xmlns:o="http://activitystrea.ms/spec/1.0/" xmlns="http://www.w3.org/2005/Atom">{OTHER_ATOM}</o:object>',
    ],
)
def test_what_stands_within_an_entry_is_not_the_entry(other: str, tmp_path: Path, *, first: bool) -> None:
    own = "<title>A</title><link>/a</link><description>Words</description><author>Ann</author><category>X</category>"
    item = f"{own}<guid isPermaLink='false'>1</guid>"
    feed = '<rss version="2.0"><channel><title>T</title><link>https://a.example/</link><item>%s</item></channel></rss>'
    article = read(tmp_path, feed % (other + item if first else item + other)).article
    assert (article.headline, article.guid, article.canonical_url) == ("A", "1", "https://a.example/a")
    assert (article.body_html, [author.name for author in article.authors]) == ("Words", ["Ann"])


def test_scripts_are_counted(tmp_path: Path) -> None:
    item = '<title>A</title><link>/a</link><description>&lt;script src="https://charts.example/e.js">&lt;/script></description>'
    found = read(tmp_path, rss(item, "<link>https://a.example/</link>"))
    assert [met.name for met in found.report.stripped.met()] == ["script of charts.example"]


def test_what_stands_within_a_feed_is_not_the_feed(tmp_path: Path) -> None:
    live = f'<p:liveItem xmlns:p="https://podcastindex.org/namespace/1.0">{OTHER}</p:liveItem>'
    channel = f"<title>T</title><link>https://a.example/</link>{live.replace('/other', 'https://b.example/')}"
    source = read(tmp_path, rss("<link>/a</link>", channel)).article.source
    assert source is not None
    assert (source.name, source.url) == ("T", "https://a.example/")


def test_a_base_ends_with_its_element(tmp_path: Path) -> None:
    content = '<content type="html" %s>&lt;a href="x"&gt;&lt;/a&gt;</content>'
    entry = f'<entry><id>%d</id><title>A</title><link href="/%d"/>{content}</entry>'
    base = 'xml:base="https://b.example/"'
    feed = '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><link href="https://a.example/"/>%s</feed>'
    entries = entry % (1, 1, base) + entry % (2, 2, "")
    found = [record.article for record in read(tmp_path, feed % entries).records]
    assert [(one.canonical_url, one.body_html) for one in found] == [
        ("https://a.example/1", '<a href="https://b.example/x"></a>'),
        ("https://a.example/2", '<a href="https://a.example/x"></a>'),
    ]


def test_a_base_within_xhtml_is_of_what_is_in_its_element(tmp_path: Path) -> None:
    content = (
        '<content type="xhtml" xml:base="https://b.example/"><div xmlns="http://www.w3.org/1999/xhtml">'
        '<p xml:base="deep/er/"><a href="x">x</a><img src="../a.png" alt=""/><a href="#n">n</a></p>'
        '<a href="y">y</a></div></content>'
    )
    body = read(tmp_path, atom(content)).article.body_html
    for address in ("https://b.example/deep/er/x", "https://b.example/deep/a.png", "https://b.example/y"):
        assert f'"{address}"' in body
    assert "deep/er/#n" not in body


@pytest.mark.parametrize(
    ("written", "made"),
    [
        (
            "One &amp; two\nmore.\n\n  Three.\r\n\r\n\r\nFour &lt;3.",
            "<p>One &amp; two more.</p><p>Three.</p><p>Four &lt;3.</p>",
        ),
        ("<b>One</b>\n\nTwo", "<p><b>One</b></p><p>Two</p>"),
        ("One\ntwo", "One\ntwo"),
        ("<p>One</p>\n\nTwo", "<p>One</p>\n\nTwo"),
        ("One<br/>\n\nTwo", "One<br>\n\nTwo"),
    ],
)
def test_text_without_markup_has_its_paragraphs(tmp_path: Path, written: str, made: str) -> None:
    assert read(tmp_path, rss(f"<description><![CDATA[{written}]]></description>")).article.body_html == made


def test_a_file_beside_an_entry_is_no_page(tmp_path: Path) -> None:
    [file] = read(tmp_path, atom('<link rel="enclosure" href="https://a.example/e.mp3"/>')).article.enclosures
    assert file.type == "audio/mpeg"


@pytest.mark.parametrize(
    ("authors", "bylines"),
    [
        ({"authors": ["Ann", "Bo"]}, ["Ann", "Bo"]), ({"author": "Ann"}, ["Ann"]), ({"author": {"name": "Ann"}}, ["Ann"]),
        ({"authors": [{"url": "https://ann.example/"}]}, []), ({"author": "ann@a.example"}, []), ({"authors": [{}]}, ["Desk"]),
    ],
)  # fmt: skip
def test_authors_of_a_json_feed_however_they_are_written(authors: object, bylines: list[str], tmp_path: Path) -> None:
    assert isinstance(authors, dict)
    item = {"id": "1", "content_html": " ", "content_text": "Words", **authors}
    feed = {"version": "https://jsonfeed.org/version/1.1", "authors": [{"name": "Desk"}], "items": [item]}
    article = read(tmp_path, json.dumps(feed)).article
    assert ([author.name for author in article.authors], article.body_html) == (bylines, "<p>Words</p>")


def test_dublin_core_terms_say_what_its_elements_do(tmp_path: Path) -> None:
    terms = '<t:%s xmlns:t="http://purl.org/dc/terms/">%s</t:%s>'
    item = terms % ("creator", "Ann", "creator") + terms % ("date", "2024-05-06T10:00:00Z", "date")
    article = read(tmp_path, rss(item)).article
    assert [author.name for author in article.authors] == ["Ann"]
    assert str(article.published_at) == "2024-05-06 10:00:00+00:00"
