"""What an article belongs to: taxonomies of plugins and of the site's own."""

from pathlib import Path

import pytest

from feeds.importers.report import Met
from storage.model import Tag
from tests.importers.reading import Read, read
from tests.importers.wxr_files import SITE, cdata, post, wxr


def in_terms(*terms: tuple[str, str | None, str], post_id: int = 7, **fields: object) -> str:
    """A post in terms: each of a taxonomy, a nicename or None, and a name."""
    written = "".join(
        f'<category domain="{taxonomy}"{"" if slug is None else f" nicename={chr(34)}{slug}{chr(34)}"}>{cdata(name)}</category>'
        for taxonomy, slug, name in terms
    )
    return post(post_id, f"Story {post_id}", **fields).replace("</item>", written + "</item>")  # type: ignore[arg-type]


def stripped(found: Read) -> tuple[Met, ...]:
    return found.report.stripped.met()


def test_taxonomies_are_counted_by_name(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        wxr(
            in_terms(
                ("series", "a", "A"), ("series", "b", "B"), ("post_format", "post-format-video", "Video"), post_id=1
            ),
            in_terms(("series", "a", "A"), ("post_translations", "pll_1", "pll_1"), post_id=2),
        ),
    )
    assert stripped(found) == (Met("taxonomy series", 2, "Story 1"), Met("taxonomy post_format", 1, "Story 1"))
    assert [record.article.tags for record in found.records] == [(), ()]


def test_taxonomies_that_become_tags(tmp_path: Path) -> None:
    story = in_terms(
        ("series", "a", "A &amp; B"), ("post_tag", "a", "A"), ("region", "north", "North"), ("x", "y", "Z")
    )
    found = read(tmp_path, wxr(story), tags_from=frozenset({"series", "region"}))
    assert found.article.tags == (Tag(slug="a", name="A & B"), Tag(slug="north", name="North"))
    assert [met.name for met in stripped(found)] == ["taxonomy x"]


def test_terms_without_nicename(tmp_path: Path) -> None:
    """As WXR 1.0 writes each a second time; and as other software writes them."""
    story = in_terms(
        ("tag", None, "Harbour"),
        ("tag", "harbour-1", "Harbour"),
        ("tag", None, "Salt &amp; Sea"),
        ("category", None, "World"),
        ("category", "world-news", "World"),
        ("category", None, "Far &amp; Away"),
    )
    article = read(tmp_path, wxr(story)).article
    assert article.tags == (Tag(slug="harbour-1", name="Harbour"), Tag(slug="salt-sea", name="Salt & Sea"))
    assert article.sections == ("world-news", "far-away")


LOCALE = 'a:3:{s:6:"locale";s:5:"pt_BR";s:3:"rtl";i:0;s:9:"flag_code";s:2:"br";}'
POLYLANG = (
    "<wp:term><wp:term_id>4</wp:term_id><wp:term_taxonomy>language</wp:term_taxonomy><wp:term_slug>br</wp:term_slug>"
    f"<wp:term_name>Brasil</wp:term_name><wp:term_description>{cdata(LOCALE)}</wp:term_description></wp:term>"
)


@pytest.mark.parametrize(
    ("story", "language"),
    [
        (in_terms(("language", "ar", "العربية")), "ar"),
        (in_terms(("language", "zh-hans", "中文")), "zh-hans"),
        (in_terms(("language", "br", "Brasil")), "pt-BR"),
        (in_terms(("language", "en", "English")), ""),
        (in_terms(("language", "arabic", "Films in Arabic")), ""),
        (in_terms(meta=[("_wpml_import_language_code", "fr")]), "fr"),
        (in_terms(link=f"{SITE}/story/?lang=de"), "de"),
        (in_terms(link=f"{SITE}/story/?lang=../../etc"), ""),
        (in_terms(("language", "", "")), ""),
    ],
)
def test_the_language_that_a_plugin_says(tmp_path: Path, story: str, language: str) -> None:
    found = read(tmp_path, wxr(story, before=[POLYLANG]))
    assert found.article.language == language
    assert found.article.tags == ()
    assert [met.name for met in stripped(found)] == (["taxonomy language"] if "arabic" in story else [])


def test_what_stuck_to_the_top_is_counted(tmp_path: Path) -> None:
    sticky = post(7, "Read this").replace("</item>", "<wp:is_sticky>1</wp:is_sticky></item>")
    [met] = stripped(read(tmp_path, wxr(sticky, post(8).replace("</item>", "<wp:is_sticky>0</wp:is_sticky></item>"))))
    assert (met.name.partition(":")[0], met.articles, met.example) == ("sticky", 1, "Read this")


def test_custom_fields_are_counted_by_name(tmp_path: Path) -> None:
    meta = [("subtitle", "By night"), ("subtitle", ""), ("_edit_last", "1"), ("footnotes", "[]"), ("x" * 90, "y")]
    found = read(
        tmp_path, wxr(post(1, "One", meta=meta), post(2, "Two", meta=meta[:1]), post(3, kind="page", meta=meta))
    )
    assert stripped(found) == (
        Met("custom field subtitle", 3, "One"),
        Met(f"custom field {'x' * 60}", 2, "One"),
    )
