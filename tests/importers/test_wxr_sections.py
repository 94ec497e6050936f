"""Categories as sections, and where an article sits."""

from pathlib import Path

import pytest

from storage.model import Alias
from tests.importers.reading import NOW, read
from tests.importers.wxr_files import author, category, post, wxr

TREE = [
    category("africa", "Africa", "world", term_id=8),
    category("world", "WORLD", term_id=7, description="All &amp; everything"),
    category("business", "Business", term_id=11),
    category("features-essays", "Features &amp; Essays"),
]


def test_nested_sections_come_parents_first(tmp_path: Path) -> None:
    sections = read(tmp_path, wxr(before=TREE)).sections
    assert [(section.path, section.title) for section in sections] == [
        ("business", "Business"),
        ("features-essays", "Features & Essays"),
        ("world", "WORLD"),
        ("world/africa", "Africa"),
    ]
    assert sections[2].description == "All & everything"
    assert {section.created_at for section in sections} == {NOW}


@pytest.mark.parametrize("slug", ["comments", "feed", "page"])
def test_reserved_slugs(tmp_path: Path, slug: str) -> None:
    export = wxr(post(7, categories={"under": "Under"}), before=[category(slug, "X"), category("under", "Under", slug)])
    found = read(tmp_path, export)
    assert [section.path for section in found.sections] == [f"{slug}-2", f"{slug}-2/under"]
    assert found.article.sections == (f"{slug}-2/under",)


def test_a_circle_of_parents_is_cut(tmp_path: Path) -> None:
    circle = [category("a", "A", "b"), category("b", "B", "a"), category("c", "C", "a"), category("own", "Own", "own")]
    assert [section.path for section in read(tmp_path, wxr(before=circle)).sections] == ["a", "b", "c", "own"]


def test_a_parent_that_is_not_listed_is_none(tmp_path: Path) -> None:
    assert [section.path for section in read(tmp_path, wxr(before=[category("a", "A", "gone")])).sections] == ["a"]


@pytest.mark.parametrize(
    ("categories", "meta", "sections"),
    [
        (["world"], [], ("world",)),
        (["business", "world"], [], ("business", "world")),
        (["world", "africa"], [], ("world/africa", "world")),
        (["business", "africa"], [], ("world/africa", "business")),
        (["business", "africa"], [("_yoast_wpseo_primary_category", "11")], ("business", "world/africa")),
        (["business", "africa"], [("rank_math_primary_category", "11")], ("business", "world/africa")),
        (["business", "africa"], [("_yoast_wpseo_primary_category", "7")], ("world/africa", "business")),
        (["world", "world"], [], ("world",)),
        ([], [], ()),
    ],
)
def test_where_an_article_sits(
    tmp_path: Path, categories: list[str], meta: list[tuple[str, str]], sections: tuple[str, ...]
) -> None:
    """The editor's choice, else the deepest, else the first; the others follow as they are listed."""
    story = post(7, categories={nicename: nicename for nicename in categories}, meta=meta)
    assert read(tmp_path, wxr(story, before=TREE)).article.sections == sections


def test_a_category_that_only_an_article_names(tmp_path: Path) -> None:
    found = read(tmp_path, wxr(post(7, categories={"new": "New &amp; fresh"}), post(8, categories={"new": "New"})))
    assert [(section.path, section.title) for section in found.sections] == [("new", "New & fresh")]
    assert [record.article.sections for record in found.records] == [("new",), ("new",)]


def test_the_addresses_by_number_of_lists(tmp_path: Path) -> None:
    """Of categories and authors; the number 0 is nobody's."""
    people = [author("zoe.tan", "Zoë Tan", author_id=3), author("ghost", "Ghost", author_id=0)]
    lists = [category("feed", "Feed", "world", term_id=9), category("none", "None", term_id=0), *TREE[:2]]
    assert read(tmp_path, wxr(before=[*people, *lists])).aliases == [
        Alias("/?cat=9", "/section/world/feed-2/"),
        Alias("/?cat=8", "/section/world/africa/"),
        Alias("/?cat=7", "/section/world/"),
        Alias("/?author=3", "/author/zoe-tan/"),
    ]
