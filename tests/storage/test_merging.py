"""The merge of what the newsroom has, what a source says and what it said last: rules, without a store."""

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest

from storage.imports import (
    UNITS,
    UNKNOWN,
    digests_of,
    edited_since,
    kept_of,
    merge,
    places_of,
    said_of,
    site_key,
    with_kept,
)
from storage.model import Article, ArticleRecord, ArticleStatus, Author, Enclosure, Image, Source
from tests.storage.newsroom import FOUNDED, record, story

THE_STORES = {
    "id", "guid", "edited_at", "version", "seq", "public", "gone_at", "arrived_at", "due_at", "comment_count",
    "listed_comment_count", "created_at", "modified_at",
}  # fmt: skip
A = story("a", headline="A", summary="A", authors=(Author(slug="x", name="X"),))


def merged(
    ours: Article, says: ArticleRecord, last: ArticleRecord, *, theirs: bool = False
) -> tuple[Article, tuple[str, ...]]:
    """When what the source said last was kept as it was."""
    found = merge(ours, says, said_of(says), said_of(last), kept_of(last.article), theirs=theirs)
    return found.article, found.conflicts


def test_every_field_is_merged_or_the_stores() -> None:
    names = [name for unit in UNITS for name in unit]
    assert len(names) == len(set(names))
    assert set(names) == {field.name for field in fields(Article)} - THE_STORES


def test_what_the_source_changed_follows_and_what_was_changed_here_stays() -> None:
    ours = replace(A, headline="Ours")
    says = record(replace(A, summary="Theirs"))
    assert merged(ours, says, record(A)) == (replace(ours, summary="Theirs"), ())


def test_what_both_changed_is_a_conflict_each_time_until_it_is_settled() -> None:
    ours, says = replace(A, headline="Ours"), record(replace(A, headline="Theirs"))
    found = merge(ours, says, said_of(says), said_of(record(A)), kept_of(A), theirs=False)
    assert (found.article, found.conflicts) == (ours, ("headline",))
    again = merge(ours, says, said_of(says), found.said, found.kept, theirs=False)
    assert again.conflicts == ("headline",)
    settled = merge(ours, says, said_of(says), again.said, again.kept, theirs=True)
    assert settled.article.headline == "Theirs"
    kept = with_kept(settled.kept, settled.article, settled.taken)
    assert merge(settled.article, says, said_of(says), settled.said, kept, theirs=False).taken == ()


def test_both_changed_it_alike() -> None:
    ours = replace(A, headline="Same")
    assert merged(ours, record(ours), record(A)) == (ours, ())


def test_other_markup_of_the_same_words_is_no_change() -> None:
    before = replace(record(A), said={"body_html": "raw"})
    after = replace(record(replace(A, body_html="<p>Made otherwise.</p>")), said={"body_html": "raw"})
    assert merged(A, after, before) == (A, ())
    edited = replace(after, said={"body_html": "raw, edited"})
    assert merged(A, edited, before)[0].body_html == "<p>Made otherwise.</p>"


def test_of_what_is_not_said_nothing_changes() -> None:
    last, silent = (
        record(A),
        replace(record(replace(A, slug="other", sections=("world",))), said={"slug": None, "sections": None}),
    )
    assert merged(A, silent, last) == (A, ())
    # What it said before is remembered.
    found = merge(A, silent, said_of(silent), said_of(last), kept_of(A), theirs=False)
    assert merge(A, last, said_of(last), found.said, found.kept, theirs=False).taken == ()


@pytest.mark.parametrize(("days", "follows"), [(9, True), (0, False)])
def test_of_what_nobody_noted_the_later_edit_counts(days: int, *, follows: bool) -> None:
    says = record(replace(A, headline="Theirs", updated_at=FOUNDED + timedelta(days=days)))
    found = merge(A, says, said_of(says), "", "", theirs=False)
    assert (found.article.headline == "Theirs", found.conflicts) == (follows, ())


def test_the_date_of_an_edit_goes_with_the_edit() -> None:
    later = FOUNDED + timedelta(days=1)
    says = record(replace(A, headline="Theirs", updated_at=later))
    assert merged(A, says, record(A))[0].updated_at == later
    assert merged(replace(A, headline="Ours"), says, record(A))[0].updated_at is None
    assert merged(replace(A, updated_at=later + timedelta(days=1)), says, record(A))[0].updated_at > later  # type: ignore[operator]


def test_media_types_and_the_names_of_authors_are_not_said() -> None:
    """Importers guess the ones, the store knows the others as they were first."""
    last = record(replace(A, image=Image(url="/a.png")))
    says = record(replace(A, image=Image(url="/a.png", type="image/png"), authors=(Author(slug="x", name="Y"),)))
    assert said_of(says) == said_of(last)


def test_quicker_digests_are_the_same() -> None:
    for changed in (
        A,
        replace(A, slug="b", status=ArticleStatus.DRAFT),
        replace(A, published_at=None, day=None),
        replace(A, correction="C", corrected_at=FOUNDED),
    ):
        said, made = digests_of(record(A))
        assert kept_of(changed, record(A), made) == kept_of(changed)
        assert said == kept_of(A)
    assert UNKNOWN not in kept_of(A)


def test_a_release_that_knew_fewer_fields() -> None:
    says = record(replace(A, correction="Theirs", corrected_at=FOUNDED))
    shorter = len(kept_of(A)) - 16
    found = merge(A, says, said_of(says), said_of(record(A))[:shorter], kept_of(A)[:shorter], theirs=False)
    assert found.conflicts == ()


@pytest.mark.parametrize(
    "address",
    ["https://old.example/blog", "http://www.OLD.example/blog/", "//old.example/blog", "https://old.example/blog/?a#b"],
)
def test_a_site_by_its_addresses(address: str) -> None:
    assert site_key(address) == "old.example/blog"


@pytest.mark.parametrize("later", ["", "headline"])
def test_of_a_field_that_an_earlier_release_did_not_know_it_kept_nothing(later: str) -> None:
    """What is there now was written here; what is not, was not."""
    kept = kept_of(A)[: 8 * places_of(["digital_source_type"])[0]]
    if later:
        # Another field was merged since.
        kept = with_kept(kept, A, places_of([later]))
    assert edited_since(A, kept) == ()
    edited = replace(A, headline="Ours", credit_line="Coast Wire", republish_until=FOUNDED)
    assert edited_since(edited, kept) == places_of(["headline", "credit_line", "republish_until"])
    assert edited_since(edited, kept, places_of(["credit_line", "summary"])) == places_of(["credit_line"])


def test_what_few_files_have_is_said_where_it_is_said_alone() -> None:
    """Of files in stores that are older than those fields nothing counts as changed."""
    file = Enclosure(url="/a.mp3", type="audio/mpeg", length=9)
    bare, same = (replace(A, enclosures=files) for files in ((file,), (replace(file, type="audio/x"),)))
    # A source's name and address are written as a file's address and length.
    older = replace(A, source=Source(name="/a.mp3", url="9"))
    place = places_of(("enclosures",))[0]
    digest = [digests_of(record(article))[1] for article in (bare, same, older)]
    assert digest[0][place] == digest[1][place] == digest[2][places_of(("source",))[0]]
    told: dict[str, Any] = {
        "duration": 1,
        "episode": 1,
        "season": 1,
        "episode_type": "full",
        "explicit": True,
        "transcript": "/a",
        "chapters": "/a",
    }
    digests = {
        digests_of(record(replace(A, enclosures=(replace(file, **{name: value}),))))[1][place]
        for name, value in told.items()
    }
    assert len(digests | {digest[0][place]}) == len(told) + 1
