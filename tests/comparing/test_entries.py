"""What a reader takes of a feed, in every format, and what is none."""

from datetime import UTC, datetime

from feeds.comparing.entries import Entry, read_feed

AT = datetime(2022, 3, 1, 10, 0, tzinfo=UTC)


def rss(items: str) -> bytes:
    return f"""<rss version="2.0" xmlns:wfw="http://wellformedweb.org/CommentAPI/"
      xmlns:content="http://purl.org/rss/1.0/modules/content/"
      xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><channel><link>/</link>{items}</channel></rss>""".encode()


def entries(body: bytes, content_type: str = "application/xml") -> tuple[Entry, ...]:
    found = read_feed(body, content_type, "https://old.example/news/feed/")
    assert found is not None
    return found


def test_an_entry_is_known_by_its_guid_else_by_its_link_else_by_what_it_says() -> None:
    one, two, three, *more = entries(
        rss(
            "<item><guid isPermaLink='false'> 101 </guid><link>https://old.example/a/</link></item>"
            "<item><link>../b/</link></item>"
            "<item><title>Words</title><pubDate>Tue, 01 Mar 2022 10:00:00 GMT</pubDate></item>"
            "<item><guid isPermaLink='false'>101</guid><title>Again</title></item>"
        )
    )
    assert (one.id, two.id, three.id) == ("101", "https://old.example/news/b/", "Words 2022-03-01 10:00:00+00:00")
    assert not more, "an id twice is one entry"
    assert (two.link, three.at) == ("https://old.example/news/b/", AT)


def test_atom_rdf_and_json_say_the_same() -> None:
    atom = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><title type="html">Q&amp;amp;A</title>
      <id>https://old.example/?p=1</id><link href="https://old.example/a/"/><published>2022-03-01T13:00:00+03:00</published>
      <link rel="replies" type="application/atom+xml" href="/a/feed/atom/"/>
      <updated>2023-01-01T00:00:00Z</updated></entry></feed>"""
    rdf = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
      xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>T</title></channel><item rdf:about="https://old.example/?p=1">
      <title>Q&amp;A</title><link>https://old.example/a/</link><dc:date>2022-03-01T10:00:00Z</dc:date></item></rdf:RDF>"""
    json = b"""\xef\xbb\xbf{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "https://old.example/?p=1",
      "title": "Q&A", "url": "https://old.example/a/", "date_published": "2022-03-01T10:00:00.25Z"}, 7, {"id": 9}]}"""
    [of_atom], [of_rdf], (of_json, numbered) = entries(atom), entries(rdf), entries(json, "application/json")
    assert of_atom.comments == "https://old.example/a/feed/atom/"
    wanted = Entry(id="https://old.example/?p=1", title="Q&A", link="https://old.example/a/", at=AT)
    assert of_rdf == of_json == wanted
    assert (of_atom.id, of_atom.title, of_atom.link, of_atom.at) == (wanted.id, wanted.title, wanted.link, wanted.at)
    assert numbered.id == "9"


def test_what_a_password_protects_is_known_by_its_form_in_whatever_language() -> None:
    form = "&lt;p&gt;Dieser Inhalt ist geschützt.&lt;/p&gt;&lt;form action='https://old.example/wp-login.php?action=postpass'&gt;"
    protected, open_ = entries(
        rss(
            f"<item><guid>1</guid><description>Kein Auszug.</description><content:encoded>{form}</content:encoded></item>"
            "<item><guid>2</guid><description>action and postpass</description></item>"
        )
    )
    assert (protected.protected, open_.protected) == (True, False)


def test_a_proxy_of_feedburner_stands_before_the_link() -> None:
    [entry] = entries(
        rss(
            "<item><guid>1</guid><link>https://feedproxy.example/~r/x/1/</link>"
            "<feedburner:origLink>https://old.example/a/</feedburner:origLink><wfw:commentRss>/a/feed/</wfw:commentRss></item>"
        )
    )
    assert (entry.link, entry.comments) == ("https://old.example/a/", "https://old.example/a/feed/")


def test_encodings_as_the_server_and_the_document_call_them() -> None:
    body = '<?xml version="1.0"?><rss version="2.0"><channel><item><title>Café</title></item></channel></rss>'
    [entry] = entries(body.encode("latin-1"), "application/rss+xml; charset=iso-8859-1")
    assert entry.title == "Café"


def test_a_page_is_no_feed() -> None:
    for body in (
        b"",
        b"<!doctype html><title>Not found</title><p>Nothing here",
        b"{}",
        b"{",
        b'{"version": 7}',
        b"[" * 100_000,
    ):
        assert read_feed(body, "text/html", "https://old.example/") is None
    assert read_feed(b"{" * 100_000, "application/json", "https://old.example/") is None


def test_a_feed_that_is_not_well_formed_is_read_as_far_as_readers_read_it() -> None:
    [entry] = entries(rss("<item><guid>1</guid><title>A & B</title></item>"))
    assert entry.title == "A & B"


def test_dates_that_are_none() -> None:
    one, two = entries(rss("<item><guid>1</guid><pubDate>soon</pubDate></item><item><guid>2</guid></item>"))
    assert (one.at, two.at) == (None, None)
