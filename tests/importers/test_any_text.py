"""Any text in a title, a body, a comment or a name comes over, whatever is in it."""

from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given
from hypothesis import strategies as st

from feeds.clean.html import sanitize_article, sanitize_comment, text_of
from feeds.clean.text import one_line, xml_safe
from feeds.importers.bylines import without_email
from feeds.importers.markup import LONGEST_NAME
from storage.model import ArticleRecord
from tests.importers.reading import read
from tests.importers.wxr_files import author, category, comment, post, wxr

any_text = st.text(st.characters(exclude_categories=()), max_size=60)
hostile = st.lists(
    st.sampled_from(
        ["<!--", "-->", "<p>", "</p>", "<pre>", "<![CDATA[", "]]>", "[caption]", "[/caption]", "[gallery]", "<img src=x>", "\n\n"]
    )
    | any_text
).map("".join)  # fmt: skip


def words(text: str) -> str:
    return " ".join(xml_safe(text).split())


def record(title: str, body: str, reply: str, name: str) -> ArticleRecord:
    item = post(
        1,
        title,
        body,
        name="a",
        excerpt=body,
        creator=name,
        categories={name: name},
        tags={name: name},
        comments=[comment(2, reply, author=name)],
    )
    with TemporaryDirectory() as folder:
        found = read(Path(folder), wxr(item, before=[author(name, name), category(name, name)]))
    return found.record


@given(any_text, any_text, any_text, any_text)
@example("", "", "", "0@0")
def test_any_text_survives(title: str, body: str, reply: str, name: str) -> None:
    """But for an email address, of which a name keeps what stands before its '@'."""
    kept = record(*(escape(text, quote=False) for text in (title, body, reply, name)))
    assert kept.article.headline == one_line(title)[:LONGEST_NAME]
    assert kept.article.summary == words(body)
    assert text_of(kept.article.body_html) == words(body)
    assert text_of(kept.comments[0].body_html) == words(reply)
    assert kept.comments[0].author_name == (without_email(one_line(name)) or "Anonymous")


@given(hostile, hostile, hostile, hostile)
@example("", "<pre></p>\n\n", "", "a")
def test_any_markup_becomes_safe(title: str, body: str, reply: str, name: str) -> None:
    kept = record(title, body, reply, name)
    article = kept.article
    assert article.headline == one_line(article.headline)
    assert article.body_html == sanitize_article(article.body_html)
    assert kept.comments[0].body_html == sanitize_comment(kept.comments[0].body_html)
    for slug in (article.slug, *article.sections, *(tag.slug for tag in article.tags)):
        assert slug
        assert not set(slug) & set(' \n/?#%\\<>"')
    assert all(name == one_line(name) for author in article.authors for name in (author.slug, author.name))
