"""Any text in any field of a feed comes over, whatever is in it."""

import json
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given
from hypothesis import strategies as st

from feeds.clean.html import sanitize_article, text_of
from feeds.clean.text import one_line, xml_safe
from feeds.importers.markup import LONGEST_NAME, name, plain
from storage.model import Article
from tests.importers.reading import read

# feedparser reads C1 controls as the characters of Windows-1252 that browsers show for them; HTML begins after a byte order mark.
_CHANGED = ["\ufeff", *map(chr, range(0x80, 0xA0))]
any_text = st.text(st.characters(exclude_categories=(), exclude_characters=_CHANGED), max_size=60)
hostile = st.lists(
    st.sampled_from(
        ["<!--", "-->", "<p>", "</p>", "<pre>", "<![CDATA[", "]]>", "<img src=x>", "<a href=//x>", "&nbsp;"]
    )
    | any_text
).map("".join)

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>{source}</title><id>urn:x</id><entry><id>urn:1</id>
<title>{title}</title><author><name>{author}</name></author><summary>{summary}</summary><category term="t" label="{tag}"/>
<rights>{rights}</rights><content type="html">{body}</content></entry></feed>"""
RSS = """<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>{source}</title><item><guid isPermaLink="false">urn:1</guid><title>{title}</title>
<dc:creator>{author}</dc:creator><description>{summary}</description><category>{tag}</category>
<dc:rights>{rights}</dc:rights><content:encoded>{body}</content:encoded></item></channel></rss>"""


def article(feed: str) -> Article:
    with TemporaryDirectory() as folder:
        return read(Path(folder), feed).article


def in_xml(text: str) -> str:
    return escape(text)


def without_at(text: str) -> str:
    """What is no email address, which nobody's name may be."""
    return text.replace("@", "")


def words(text: str) -> str:
    return " ".join(xml_safe(text).split())


def check(kept: Article, title: str, body: str, source: str) -> None:
    """Against what was written; what is empty has another to stand for it."""
    assert text_of(kept.body_html) == words(body)
    if one_line(title):
        assert kept.headline == name(title)
    assert (kept.source.name if kept.source else "") == plain(source)
    assert len(kept.headline) <= LONGEST_NAME
    assert kept.headline
    assert kept.slug
    assert not set(kept.slug) & set(' \n/?#%\\<>"')


@given(any_text, any_text, any_text, any_text)
@example("", "", "", "&nbsp")
def test_any_text_survives_atom(title: str, body: str, summary: str, label: str) -> None:
    html = in_xml(escape(body, quote=False))
    kept = article(
        ATOM.format(
            source=in_xml(without_at(title)), title=in_xml(title), author=in_xml(without_at(label)), summary=in_xml(summary),
            tag=in_xml(label), rights=in_xml(title), body=html,
        )
    )  # fmt: skip
    check(kept, title, body if words(body) else summary, without_at(title))
    if words(body) and words(summary) != words(body):
        assert words(kept.summary) == words(summary)
    # Of a label with nothing to read, the term is the name.
    assert [tag.name for tag in kept.tags] == [plain(label) or "t"]


@given(any_text, any_text, any_text)
def test_any_text_survives_rss(title: str, body: str, summary: str) -> None:
    """Whether a title in RSS is HTML can only be guessed: one with '&lt;' in it is taken for HTML."""
    title, body, summary = (f"{text} <" for text in (title, body, summary))
    html = [in_xml(escape(text, quote=False)) for text in (title, body, summary)]
    kept = article(
        RSS.format(
            source=in_xml(without_at(title)), title=html[0], author="", summary=html[2], tag="", rights="", body=html[1]
        )
    )
    check(kept, title, body, without_at(title))
    if words(summary) != words(body):
        assert words(kept.summary) == words(summary)


@given(any_text, any_text, any_text, any_text)
@example("", "", "", "&nbsp")
def test_any_text_survives_json_feed(title: str, body: str, summary: str, label: str) -> None:
    item = {
        "id": "1",
        "title": title,
        "content_text": body,
        "summary": summary,
        "tags": [label],
        "authors": [{"name": without_at(label)}],
    }
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": without_at(title), "items": [item]}
    kept = article(json.dumps(feed))
    check(kept, plain(title), body, without_at(title))
    wanted = plain(without_at(label))
    assert [author.name for author in kept.authors] == ([wanted] if wanted else [])


@given(hostile, hostile, hostile)
def test_any_markup_becomes_safe(title: str, body: str, summary: str) -> None:
    fields = {key: in_xml(text) for key, text in (("title", title), ("body", body), ("summary", summary))}
    for template in (ATOM, RSS):
        kept = article(template.format(source="S", author=fields["title"], tag=fields["title"], rights="", **fields))
        assert kept.headline == one_line(kept.headline)
        assert kept.body_html == sanitize_article(kept.body_html)
