"""Each shape of paths stands once: what is built is understood, as the routes understand it, and nobody writes one by hand."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.routing import compile_path

from feeds import paths
from feeds.kinds import KINDS, in_route_order
from feeds.paths import PathTemplate
from feeds.urls import Urls
from feeds.web import public, routing  # noqa: F401  they tell Starlette of its convertors
from storage.model import list_at

TEMPLATES = {name: value for name, value in vars(paths).items() if isinstance(value, PathTemplate)}
NAME = re.compile(r"\{(\w+)")
ROOT = Path(__file__).parent.parent
BY_HAND = re.compile(
    r"/(section|tag|author|comments|feeds|search|desk|media|wp-content|oembed|partner|replies|api|hub|events|static"
    r"|healthz|readyz|metrics|(feeds|news-sitemap|sitemap|robots|license)\.\w+)([/?]\S*)?\Z"
)
ELSEWHERE = {
    # What the API's operations are called below its root.
    Path("feeds/web/api/__init__.py"),
    # Where other software had what it had.
    Path("feeds/wordpress/shapes.py"),
    Path("feeds/wordpress/tails.py"),
    Path("feeds/importers/feeds/blogger.py"),
    Path("feeds/comparing/sitemaps.py"),
    # An article's body, as a newsroom may write it.
    Path("feeds/specimens.py"),
}

segments = st.text(st.characters(exclude_characters="/", exclude_categories=["Cs"]), min_size=1, max_size=8)
digits = st.dates(date(1000, 1, 1)).map(
    lambda day: dict(zip(("year", "month", "day"), str(day).split("-"), strict=True))
)


@given(st.data())
def test_what_a_template_builds_it_understands(data: st.DataObject) -> None:
    template = data.draw(st.sampled_from(sorted(TEMPLATES.values(), key=lambda template: template.pattern)))
    values = data.draw(digits) | {"section": "/".join(data.draw(st.lists(segments, min_size=1, max_size=3)))}
    values |= {"id": str(data.draw(st.integers(1, 10**18 - 1)))}
    values |= {name: data.draw(segments) for name in NAME.findall(template.pattern) if name not in values}
    path = template(**values)
    found = template.match(path)
    assert found is not None
    assert found.items() <= values.items()
    assert template.fill(*found.values()) == path
    assert path.startswith(template.root)


@given(st.sampled_from(sorted(TEMPLATES)), st.lists(st.sampled_from(["2023", "03", "x", "section", "comments", ""])))
def test_it_understands_what_a_route_of_its_pattern_does(name: str, parts: list[str]) -> None:
    path = "/" + "/".join(parts)
    template = TEMPLATES[name]
    regex, _, _ = compile_path(template.pattern)
    routed = regex.match(path)
    assert template.match(path) == (routed.groupdict() if routed else None)
    assert template.matches(path) == bool(routed)


@given(st.sampled_from(["section", "tag", "author"]), segments)
def test_the_store_understands_the_pages_that_lists_have(kind: str, name: str) -> None:
    page = {"section": paths.SECTION, "tag": paths.TAG, "author": paths.AUTHOR}[kind].fill(name)
    assert list_at(page) == (kind, name)
    assert list_at(page + "feed") is None
    assert list_at(page[:-1]) is None


def test_of_two_kinds_that_one_path_is_of_the_one_that_says_more_of_it_is_tried_first() -> None:
    path = paths.SECTION_COMMENTS(section="world")
    of_it = [kind.name for kind in in_route_order() if kind.page.matches(path)]
    assert of_it == ["section comments", "section"]
    assert set(in_route_order()) == set(KINDS)


@pytest.mark.parametrize("path", ["/feed.rss", "/section/world/feed.atom", "/2023/03/22/feed.x"])
def test_a_feed_s_path_is_its_page_s_and_a_format_s_extension(path: str) -> None:
    split = paths.split_feed_path(path)
    assert split is not None
    assert paths.feed_path(*split) == path


def test_feeds_may_stand_below_a_prefix_and_pages_do_not() -> None:
    urls = Urls("https://news.example", prefix="/partner/")
    assert urls.feed(paths.HOME(), ".rss") == "https://news.example/partner/feed.rss"
    assert urls.feed(paths.SECTION(section="wörld"), ".atom") == (
        "https://news.example/partner/section/w%C3%B6rld/feed.atom"
    )
    assert urls.section("world") == "https://news.example/section/world/"
    assert Urls("https://news.example").feed(paths.HOME()) == "https://news.example/feed"


def test_no_other_file_writes_a_path_by_hand() -> None:
    found = {
        f"{file}: {text}"
        for file in sorted(
            path.relative_to(ROOT) for folder in ("feeds", "storage") for path in (ROOT / folder).rglob("*.py")
        )
        if file not in {Path("feeds/paths.py"), Path("storage/model/paths.py"), *ELSEWHERE}
        for text in strings(ast.parse((ROOT / file).read_text()))
        if BY_HAND.fullmatch(text)
    }
    assert not found
    assert BY_HAND.fullmatch("/section/"), "else it would find nothing"


def strings(tree: ast.Module) -> Iterator[str]:
    """All that stand in a program but for those that stand alone: docstrings."""
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.value
