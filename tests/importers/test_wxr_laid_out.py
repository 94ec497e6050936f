"""Exports that other programs wrote anew, or older releases: the same newsroom, in other XML."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from storage.model import Author
from tests.importers.reading import read
from tests.importers.wxr_files import attachment, author, category, cdata, comment, post, tag, wxr

_VALUE = re.compile(
    r"<((?:wp|dc|content|excerpt):\w+|guid|title|link|category)(\s[^<>]*)?>([^<]*|(?:<!\[CDATA\[.*?\]\]>)+)</", re.S
)
METADATA = 'a:2:{s:5:"width";i:640;s:10:"image_meta";a:1:{s:6:"credit";s:5:"A. B.";}}'
EXPORT = wxr(
    attachment(8, alt="A boat", caption="At dawn", metadata=METADATA),
    post(50, "Leak", "<!-- wp:paragraph --><p>Call us.</p><!-- /wp:paragraph -->", kind="wp_block"),
    post(
        1, "Public", '<!-- wp:block {"ref":50} /--><!-- wp:footnotes /-->', creator="jane", excerpt="In short",
        categories={"africa": "Africa"}, tags={"nato": "NATO"}, comments=[comment(3), comment(4, parent=3)],
        meta=[
            ("_thumbnail_id", "8"), ("_wp_old_slug", "former"), ("_yoast_wpseo_primary_category", "2"), ("own", "x"),
            ("footnotes", '[{"id":"n1","content":"A note"}]'),
        ],
    ),
    post(2, "Draft", status="draft"), post(4, "Private", status="private"), post(5, "Protected", password="secret"),
    post(6, "About", kind="page", name="about"),
    before=[
        author("jane", "Jane Doe"), category("world", "World"), category("africa", "Africa", "world", term_id=2),
        tag("nato", "NATO"),
    ],
)  # fmt: skip


@pytest.mark.parametrize(
    "layout", ["<{0}{1}>\n\t\t{2}\n\t</", "<{0}{1}>\r\n    {2}\r\n</", "<{0}{1}> <!-- {0} -->\n{2}</"]
)
def test_blanks_around_what_elements_hold_say_nothing(layout: str, tmp_path: Path) -> None:
    """As editors of XML and formatters put them there."""
    laid_out = _VALUE.sub(lambda found: layout.format(found[1], found[2] or "", found[3]), EXPORT)
    plain, found = read(tmp_path, EXPORT), read(tmp_path, laid_out)
    assert len(plain.records) == 4
    assert plain.records[0].article.image is not None
    for before, after in zip(plain.records, found.records, strict=True):
        # Between blocks they say nothing, either.
        body = re.sub(r">\s+<", "><", after.article.body_html)
        assert replace(after.article, body_html=body) == before.article
        assert after.comments == before.comments
        assert after.old_paths == before.old_paths
    assert [replace(one, digest="") for one in found.pages] == [replace(one, digest="") for one in plain.pages]
    assert [(one.path, one.title) for one in found.sections] == [(one.path, one.title) for one in plain.sections]
    assert found.report.stripped.met() == plain.report.stripped.met()
    assert found.report.made_drafts.named == plain.report.made_drafts.named


def test_a_password_of_blanks_is_one(tmp_path: Path) -> None:
    found = read(tmp_path, wxr(post(1, password="  ")))
    assert [note.why for note in found.report.made_drafts.named] == ["protected by a password"]


def test_categories_without_attributes(tmp_path: Path) -> None:
    """Before version 2.5, and as other software writes RSS: by name alone, one that the export lists is that one."""
    names = ("Local news", "World", "World", "Far &amp; Away")
    bare = post(1).replace("</item>", "".join(f"<category>{cdata(name)}</category>" for name in names) + "</item>")
    found = read(tmp_path, wxr(bare, before=[category("world-1", "World")]))
    assert found.article.sections == ("local-news", "world-1", "far-away")
    assert [section.title for section in found.sections] == ["World", "Local news", "Far & Away"]


def test_logins_are_the_same_in_upper_and_in_lower_case(tmp_path: Path) -> None:
    found = read(tmp_path, wxr(post(1, creator="Jane"), post(2, creator="JANE"), before=[author("jane", "Jane Doe")]))
    assert {record.article.authors for record in found.records} == {(Author(slug="jane", name="Jane Doe"),)}
