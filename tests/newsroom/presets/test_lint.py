"""What partners would refuse, each rule with what breaks it and what does not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from feeds.document import FeedDocument, FeedItem, Photo
from feeds.newsroom.partners.lint import lint, lint_entries, lint_terms
from feeds.newsroom.partners.presets import PRESETS
from feeds.newsroom.partners.presets.base import Problem
from storage.model import Terms
from tests.formats.golden.documents import BASE, FULL, NOON, article, feed

BIG = Photo(
    url=f"{BASE}/media/big.jpg",
    type="image/jpeg",
    length=100_000,
    width=1600,
    height=900,
    alt="A ship",
    caption="",
    credit="Zoë",
)
SOUND = replace(
    FULL,
    id=7,
    title="The harbour reopens after the long storm",
    summary="The port is open again, and nobody waits. " * 10,
    photo=BIG,
    attachments=(),
)
"""Of which nobody has anything to say."""


def found(name: str, document: FeedDocument, *, days: int = 1) -> list[Problem]:
    return [*lint(document, PRESETS[name], now=NOON + timedelta(days=days))]


def rules(name: str, item: FeedItem, *, days: int = 1, language: str = "en-GB") -> dict[str, bool]:
    """Of an entry, the rules that it breaks, and whether it is refused by each."""
    document = replace(feed(item), language=language)
    problems = lint_entries(document, PRESETS[name], now=NOON + timedelta(days=days))
    assert all(problem.article == item.id for problem in problems)
    return {problem.rule: problem.refuses for problem in problems}


@pytest.mark.parametrize("name", PRESETS)
def test_a_sound_article_is_refused_by_nobody(name: str) -> None:
    assert rules(name, SOUND) == {}


@pytest.mark.parametrize(
    ("name", "changes", "rule", "refuses"),
    [
        ("msn", {"title": "Twenty characters ok"}, "title", True),
        ("msn", {"content_html": "<p> </p>"}, "text", True),
        ("msn", {"language": "fr"}, "language", True),
        ("msn", {"content_html": "<p>A</p>", "photo": None}, "picture", False),
        ("msn", {"photo": replace(BIG, type="image/tiff")}, "picture type", True),
        ("msn", {"photo": replace(BIG, length=15_000_001)}, "picture weight", True),
        ("msn", {"photo": replace(BIG, width=700, height=500)}, "picture size", False),
        ("msn", {"photo": replace(BIG, width=2000, height=900)}, "picture shape", False),
        ("smartnews", {"content_html": "", "photo": BIG}, "text", True),
        ("smartnews", {"content_html": "<p>A</p>", "photo": None}, "picture", True),
        ("flipboard", {"content_html": "<p>A</p>", "photo": None}, "picture", True),
        ("flipboard", {"photo": replace(BIG, width=499)}, "picture size", True),
        ("flipboard", {"summary": "Short."}, "description", False),
        ("flipboard", {"content_html": ""}, "text", True),
        ("apple", {"title": "Fourteen chars"}, "title", False),
        ("apple", {"title": "word " * 13}, "title", False),
        ("apple", {"content_html": "<table><tr><td>1</td></tr></table>"}, "tables", False),
        ("apple", {"content_html": "<p></p>"}, "text", True),
        ("newsbreak", {"language": "fr"}, "language", True),
        ("newsbreak", {"content_html": "<p>A</p>", "photo": None}, "picture", True),
        ("newsbreak", {"authors": ()}, "byline", False),
        ("newsbreak", {"photo": replace(BIG, credit="")}, "credit", False),
        ("google", {"photo": replace(BIG, width=1199)}, "picture size", False),
        ("google", {"authors": ()}, "byline", False),
        ("google", {"content_html": "<p>A</p>", "photo": None}, "picture", False),
    ],
)
def test_each_rule_of_entries(name: str, changes: dict[str, Any], rule: str, *, refuses: bool) -> None:
    assert rules(name, replace(SOUND, **changes)) == {rule: refuses}


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("msn", {"title": "Twenty-one characters"}),
        ("msn", {"title": "word " * 60}),
        ("msn", {"language": "en-US"}),
        ("msn", {"photo": replace(BIG, type="", width=0, height=0)}),
        ("msn", {"content_html": "<section>" * 40 + "<figure><video src='x.mp4'></video>A</figure>"}),
        ("smartnews", {"photo": None, "content_html": '<p>A <img src="a.png"></p>'}),
        ("flipboard", {"summary": "", "content_html": f"<p>{'Many words. ' * 100}</p>"}),
        ("flipboard", {"photo": replace(BIG, width=0, height=0)}),
        ("apple", {"language": "fr"}),
        ("newsbreak", {"language": "en"}),
    ],
)
def test_what_the_form_mends_and_what_nothing_is_known_of_is_no_fault(name: str, changes: dict[str, Any]) -> None:
    assert rules(name, replace(SOUND, **changes)) == {}


def test_msn_takes_what_is_younger_than_a_year() -> None:
    young = replace(SOUND, published=NOON)
    assert rules("msn", young, days=364) == {}
    assert rules("msn", young, days=365) == {"age": True}


def test_newsbreak_goes_by_the_feeds_language_where_an_article_has_none() -> None:
    assert rules("newsbreak", SOUND, language="de") == {"language": True}


def of_the_feed(name: str, document: FeedDocument) -> dict[str, bool]:
    return {problem.rule: problem.refuses for problem in found(name, document) if not problem.article}


def many(count: int) -> FeedDocument:
    return replace(
        feed(*(replace(article(number), id=number) for number in range(1, count + 1))), icon_url=f"{BASE}/icon.png"
    )


@pytest.mark.parametrize(
    ("name", "document", "expected"),
    [
        ("msn", many(1), {}),
        ("msn", replace(many(1), feed_url="http://news.example/feed"), {"address": True}),
        ("smartnews", many(1), {}),
        ("smartnews", replace(many(1), icon_url="", language=""), {"logo": True, "language": True}),
        ("smartnews", None, {"size": False}),
        ("flipboard", many(30), {}),
        ("flipboard", many(29), {"entries": True}),
        ("apple", many(10), {}),
        ("apple", many(9), {"entries": True}),
        ("apple", many(61), {"entries": True}),
        ("apple", replace(many(10), language="en"), {"language": True}),
        ("apple", replace(many(10), language="zh-Hant-TW"), {}),
        ("apple", replace(many(10), language="es-419"), {}),
        ("apple", replace(many(10), language="zh-Hant"), {"language": True}),
        ("newsbreak", many(1), {}),
        ("google", many(1), {"feed": False}),
    ],
)
def test_each_rule_of_feeds(name: str, document: FeedDocument | None, expected: dict[str, bool]) -> None:
    if document is None:
        long = replace(article(1), id=1, content_html=f"<p>{'é' * 500_000}</p>")
        document = replace(feed(long), icon_url=f"{BASE}/icon.png")
    assert of_the_feed(name, document) == expected


def test_a_sentence_says_what_is_wrong_and_what_to_change() -> None:
    [problem] = lint_entries(feed(replace(SOUND, title="Short")), PRESETS["msn"], now=NOON)
    assert problem.sentence == (
        "Its title has 5 characters: write one of 21 to 150; a longer one is given a short title as well."
    )
    assert problem.source.startswith("https://support.microsoft.com/")


def test_terms_that_keep_from_a_partner_what_it_demands() -> None:
    poor = Terms(full_text=False, images=False)
    assert [problem.sentence for problem in lint_terms(poor, PRESETS["newsbreak"])] == [
        "Its terms give a summary, and the whole text is demanded: say --text full.",
        "Its terms leave out pictures, which are demanded: say --images.",
    ]
    assert lint_terms(poor, PRESETS["apple"]) == ()
    assert lint_terms(Terms(), PRESETS["newsbreak"]) == ()
