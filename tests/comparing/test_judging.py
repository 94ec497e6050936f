"""Two feeds, and what a reader that saw the old one would be shown by the new one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.comparing.entries import Entry
from feeds.comparing.judging import Judgement, folded, judge, links_to_follow, place_of
from feeds.comparing.reasons import Differs, Why

FIRST = datetime(2022, 3, 1, tzinfo=UTC)
OLD, NEW = "https://old.example", "https://news.example"


def entry(number: int, *, site: str = OLD, **other: object) -> Entry:
    fields: dict[str, object] = {
        "id": f"{OLD}/?p={number}",
        "title": f"Story {number}",
        "link": f"{site}/story-{number}/",
        "at": FIRST + timedelta(hours=number),
    }
    return Entry(**fields | other)  # type: ignore[arg-type]


def feed(*numbers: int, site: str = OLD) -> list[Entry]:
    return [entry(number, site=site) for number in numbers]


def found(judgement: Judgement) -> tuple[list[tuple[str, Why]], list[tuple[str, Why]]]:
    """What is new and what is missing: titles and reasons."""
    return tuple([(one.entry.title, one.why) for one in of] for of in (judgement.new, judgement.missing))  # type: ignore[return-value]


def test_the_same_articles_at_another_host_are_the_same() -> None:
    judgement = judge(feed(3, 2, 1), feed(3, 2, 1, site=NEW))
    assert judgement == Judgement(known=3)


def test_what_was_written_here_since_is_new_indeed_and_pushes_out_as_much() -> None:
    judgement = judge(feed(3, 2, 1), feed(5, 4, 3))
    assert judgement.same
    assert (judgement.known, judgement.written_here) == (1, 2)
    judgement = judge(feed(3, 2, 1), feed(4, 3))
    assert found(judgement) == ([], [("Story 2", Why.SHORTER)])


def test_what_was_written_here_with_an_old_date_is_new_indeed() -> None:
    ours = entry(0, id="urn:uuid:0f6e0f0e-7d0b-4b6f-9f0e-3c1f5f3f0a11", title="An essay")
    judgement = judge(feed(3, 2, 1), [*feed(3, 2, 1), ours])
    assert judgement.same
    assert judgement.written_here == 1


def test_an_article_that_is_not_here_is_missing_and_the_next_older_one_is_not_new() -> None:
    assert found(judge(feed(4, 3, 2), feed(4, 2, 1))) == ([], [("Story 3", Why.NOT_IMPORTED)])


def test_what_came_after_the_import_is_told_apart() -> None:
    judgement = judge(feed(5, 4, 3), feed(4, 3, 2), newest=FIRST + timedelta(hours=4))
    assert found(judgement) == ([], [("Story 5", Why.NEWER)])


def test_a_longer_feed_shows_as_new_what_is_older() -> None:
    assert found(judge(feed(5, 4), feed(5, 4, 3, 2))) == ([("Story 3", Why.LONGER), ("Story 2", Why.LONGER)], [])


def test_a_shorter_feed_misses_what_is_older() -> None:
    assert found(judge(feed(5, 4, 3, 2), feed(5, 4))) == ([], [("Story 3", Why.SHORTER), ("Story 2", Why.SHORTER)])


def test_what_the_old_list_does_not_have_is_new() -> None:
    assert found(judge(feed(5, 4, 2), feed(5, 4, 3, 2))) == ([("Story 3", Why.ADDED)], [])


def test_what_a_password_protects_is_not_missing() -> None:
    hidden = entry(3, title="Protected: Story 3", protected=True)
    judgement = judge([entry(4), hidden, entry(2)], feed(4, 2, 1))
    assert judgement.same
    assert judgement.withheld == 1
    # The place that it left is one: what is beyond belongs to a longer feed.
    assert found(judge([entry(4), hidden, entry(2)], feed(4, 2, 1, 0))) == ([("Story 1", Why.LONGER)], [])


@pytest.mark.parametrize(
    ("there", "here", "how"),
    [
        ("http://old.example/?p=7", "https://old.example/?p=7", "there it begins with http:, here with https:"),
        ("https://old.example/?p=7", "https://www.old.example/?p=7", "there it is of old.example, here of www.old.example"),
        ("https://old.example/?p=7", "urn:uuid:1", "there https://old.example/?p=7, here urn:uuid:1"),
        ("7", "https://[", "there 7, here https://["),
    ],
)  # fmt: skip
def test_one_article_under_two_ids_is_shown_as_new_and_is_not_missing(there: str, here: str, how: str) -> None:
    by_link = judge([entry(7, id=there)], [entry(7, id=here, title="Another title", site=NEW)])
    assert [(one.why, one.detail) for one in by_link.new] == [(Why.ANOTHER_ID, how)]
    assert not by_link.missing
    by_title = judge([entry(7, id=there)], [entry(7, id=here, link=f"{NEW}/2022/03/01/elsewhere/")])
    assert [one.why for one in by_title.new] == [Why.ANOTHER_ID]
    led = judge(
        [entry(7, id=there)],
        [entry(7, id=here, title="Another", link=f"{NEW}/2022/03/01/elsewhere/")],
        {f"{OLD}/story-7/": f"{NEW}/2022/03/01/elsewhere/"},
    )
    assert [one.why for one in led.new] == [Why.ANOTHER_ID]


def test_links_are_the_same_if_the_old_one_leads_to_the_new_one() -> None:
    old, new = entry(1), entry(1, link=f"{NEW}/2022/03/01/story-1/")
    bare = f"{OLD}/story-1/"
    assert links_to_follow([old], [new]) == [bare]
    assert not judge([old], [new], {bare: f"{NEW}/2022/03/01/story-1/"}).differences
    [elsewhere] = judge([old], [new], {bare: f"{NEW}/"}).differences
    assert (elsewhere.what, elsewhere.there, elsewhere.here) == (Differs.LINK, bare, f"{NEW}/2022/03/01/story-1/")
    [nowhere] = judge([old], [new], {bare: ""}).differences
    assert nowhere.here == "leads nowhere"


def test_a_comment_is_on_whatever_page_of_its_thread() -> None:
    old = entry(1, link=f"{OLD}/story-1/comment-page-2/#comment-5")
    new = entry(1, link=f"{NEW}/2022/03/01/story-1/?comment=5#comment-5")
    bare = f"{OLD}/story-1/comment-page-2/"
    assert links_to_follow([old], [new]) == [bare]
    leads = {bare: f"{NEW}/2022/03/01/story-1/?comments=2"}
    assert [one.what for one in judge([old], [new], leads).differences] == []
    [other] = judge([old], [entry(1, link=f"{NEW}/2022/03/01/story-1/?comment=6#comment-6")], leads).differences
    assert other.what is Differs.LINK


def test_titles_and_dates_that_differ_are_told_and_nobody_is_lost() -> None:
    judgement = judge([entry(1)], [entry(1, title="Story one", at=FIRST)])
    assert judgement.same
    assert [(one.what, one.there, one.here) for one in judgement.differences] == [
        (Differs.TITLE, "Story 1", "Story one"),
        (Differs.DATE, "2022-03-01T01:00:00+00:00", "2022-03-01T00:00:00+00:00"),
    ]


def test_quotes_and_dashes_as_wordpress_prints_them_are_those_that_were_typed() -> None:
    assert folded("It’s “late” – 1 — 2…") == folded('It\'s  "late" -- 1 --- 2...')
    assert folded("Its late") != folded("It's late")


def test_where_a_link_leads_whatever_its_host_and_spelling() -> None:
    assert place_of("https://old.example/caf%C3%A9/?b=1") == place_of("http://www.old.example/café/?b=1")
    assert place_of("https://old.example") == place_of("https://news.example/")
    assert place_of("https://[") == ("https://[", "")


def seen_as_same(old: Sequence[Entry], new: Sequence[Entry]) -> bool:
    """By a reader that keeps ids: it was shown the old feed, then it polls the new one."""
    known = {entry.id for entry in old}
    last = max((entry.at for entry in old if entry.at), default=None)
    shown = [entry for entry in new if entry.id not in known]
    if any(entry.at is None or last is None or entry.at <= last for entry in shown):
        return False
    # What it knows and is not sent any more has to have been pushed out at the end by what is newer.
    present = {entry.id for entry in new}
    gone = [entry for entry in old if entry.id not in present]
    first = min((entry.at for entry in new if entry.at), default=None)
    return len(gone) <= len(shown) and all(entry.at and first and entry.at < first for entry in gone)


@st.composite
def two_feeds(draw: st.DrawFn) -> tuple[list[Entry], list[Entry]]:
    """Of one newsroom, mostly alike: from where on, how long, and with what changed."""
    hours = draw(st.sampled_from([1, 2]))
    whole = [
        entry(
            number,
            title=f"Story {number % 5}",
            at=draw(st.sampled_from([FIRST + timedelta(hours=number // hours)] * 9 + [None])),
        )
        for number in range(draw(st.integers(0, 12)), -1, -1)
    ]
    began, length = draw(st.integers(0, 3)), draw(st.integers(0, 10))
    old = whole[began : began + length]
    new = whole[draw(st.sampled_from([began, 0])) :][: draw(st.sampled_from([length, length + began, length - 1, 12]))]
    for place in draw(st.lists(st.integers(0, 12), max_size=2)):
        if place < len(new) and draw(st.booleans()):
            new[place] = replace(new[place], id=f"http://old.example/?p={place}")
        elif place < len(new):
            del new[place]
    return old, list({one.id: one for one in new}.values())


@given(two_feeds())
def test_a_feed_is_the_same_iff_its_reader_is_shown_nothing_anew_and_misses_nothing(
    feeds: tuple[list[Entry], list[Entry]],
) -> None:
    old, new = feeds
    judgement = judge(old, new)
    assert judgement.same == seen_as_same(old, new)
    known = {entry.id for entry in old}
    assert judgement.known == len([entry for entry in new if entry.id in known])
    told = [found.entry.id for found in (*judgement.new, *judgement.missing)]
    assert len(told) == len(set(told))
    assert known.isdisjoint(found.entry.id for found in judgement.new)
    assert known.issuperset(found.entry.id for found in judgement.missing)
    assert judge(old, old).same
