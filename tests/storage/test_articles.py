"""Articles, as they are kept and edited."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from storage.errors import Conflict, Invalid, NotFound
from storage.model import Action, Article, ArticleStatus, Author, Enclosure, Image, PathTarget, Source, Subject, Tag
from storage.protocol import Store
from tests.storage.newsroom import FOUNDED, SettableClock, changes_of, draft, edit, raised_by, slugs, story, withdraw

pytestmark = pytest.mark.anyio

LATER = FOUNDED + timedelta(hours=1)

EVERYTHING = Article(
    guid="urn:test:everything",
    slug="ünïcode-slug",
    day=FOUNDED.date(),
    headline="A <b>headline</b> & more",
    summary="Summary\nof two lines",
    body_html="<p>Body</p>",
    dateline="Brussels, Belgium",
    source=Source(name="Xinhua", url="https://agency.example/"),
    image=Image(
        url="/media/a.jpg",
        type="image/jpeg",
        length=1,
        width=2,
        height=3,
        alt="alt",
        caption="caption",
        credit="credit",
    ),
    enclosures=(
        Enclosure(
            url="/media/a.mp3",
            type="audio/mpeg",
            length=9,
            duration=8,
            episode=7,
            season=6,
            episode_type="trailer",
            explicit=True,
            transcript="/media/a.vtt",
            chapters="/media/a.json",
        ),
        Enclosure(url="/b.mp3", type="audio/mpeg"),
    ),
    sections=("world/africa", "business", "world"),
    authors=(Author(slug="zoe", name="Zoe", url="https://zoe.example/"), Author(slug="abe", name="Abe")),
    tags=(Tag(slug="nato", name="NATO"), Tag(slug="a", name="A")),
    language="ar",
    rights="© somebody",
    canonical_url="https://elsewhere.example/1",
    digital_source_type="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
    credit_line="Coast Wire / A. Person",
    republish_until=datetime(2023, 4, 1, 8, 0, 0, 1, tzinfo=UTC),
    status=ArticleStatus.PUBLISHED,
    published_at=datetime(2023, 3, 1, 7, 59, 59, 999_999, tzinfo=UTC),
    embargoed_until=datetime(2023, 3, 1, 8, 0, tzinfo=UTC),
    updated_at=datetime(2023, 3, 1, 7, 59, 59, 999_999, tzinfo=UTC),
    comments_open=False,
    editorial_note="Check the figures.",
    correction="The pier is of 1898.",
    corrected_at=datetime(2023, 3, 1, 8, 30, tzinfo=UTC),
)

SET_BY_THE_STORE = {
    "id", "version", "seq", "public", "gone_at", "due_at", "comment_count", "listed_comment_count", "created_at",
    "modified_at",
    "arrived_at", "edited_at",
}  # fmt: skip


def written(article: Article) -> dict[str, Any]:
    """What the caller decides of an article."""
    return {field.name: getattr(article, field.name) for field in fields(Article) if field.name not in SET_BY_THE_STORE}


async def test_an_article_comes_back_as_it_was_kept(store: Store) -> None:
    kept = await store.add_article(EVERYTHING)
    assert written(kept) == written(EVERYTHING)
    assert await store.get_article(kept.id) == kept


async def test_the_least_article_comes_back_as_it_was_kept(store: Store) -> None:
    wanted = Article(guid="g", slug="", headline="")
    kept = await store.add_article(wanted)
    assert written(kept) == written(wanted)
    assert await store.get_article(kept.id) == kept


async def test_what_the_store_sets_is_not_the_callers_to_say(store: Store, clock: SettableClock) -> None:
    claims = replace(
        draft("a"), id=77, version=9, seq=9, public=True, gone_at=FOUNDED, due_at=FOUNDED, comment_count=9,
        listed_comment_count=9, created_at=LATER, modified_at=LATER, edited_at=LATER,
    )  # fmt: skip
    clock.advance(minutes=5)
    kept = await store.add_article(claims)
    assert kept == replace(draft("a"), id=kept.id, version=1, created_at=clock.now, modified_at=clock.now)
    edited = await store.update_article(replace(claims, id=kept.id, summary="Otherwise"), if_version=1)
    assert edited == replace(kept, version=2, summary="Otherwise")
    again = await store.update_article(replace(claims, id=kept.id, summary="Otherwise"), if_version=2)
    assert again == edited, "nothing differs, so nothing is written"


async def test_ids_are_never_given_twice_and_grow(store: Store) -> None:
    kept = [await store.add_article(draft(slug)) for slug in "abc"]
    ids = [article.id for article in kept]
    assert ids == sorted(set(ids))


@pytest.mark.parametrize(
    ("article", "public", "due"),
    [
        (story("a", FOUNDED), True, None),
        (story("a", FOUNDED - timedelta(days=900)), True, None),
        (story("a", FOUNDED + timedelta(microseconds=1)), False, FOUNDED + timedelta(microseconds=1)),
        (story("a", FOUNDED, embargoed_until=LATER), False, LATER),
        (story("a", LATER, embargoed_until=FOUNDED), False, LATER),
        (story("a", FOUNDED, embargoed_until=FOUNDED), True, None),
        (story("a", None), False, None),
        (draft("a"), False, None),
        (story("a", FOUNDED, status=ArticleStatus.DRAFT), False, None),
        (story("a", FOUNDED, status=ArticleStatus.WITHDRAWN), False, None),
    ],
)
async def test_an_article_is_public_once_its_moment_has_come(
    store: Store, article: Article, public: bool, due: datetime | None
) -> None:
    kept = await store.add_article(article)
    assert (kept.public, kept.due_at) == (public, due)
    assert await slugs(store, "home") == (["a"] if public else [])
    assert kept.seq == (await store.last_seq() if public else 0)


async def test_updated_is_the_publication_unless_it_is_said(store: Store) -> None:
    assert (await store.add_article(story("a", FOUNDED))).updated_at == FOUNDED
    assert (await store.add_article(story("b", FOUNDED, updated_at=LATER))).updated_at == LATER
    assert (await store.add_article(draft("c"))).updated_at is None


async def test_an_article_with_a_date_needs_its_day(store: Store) -> None:
    with pytest.raises(ValueError, match="day"):
        await store.add_article(story("a", FOUNDED, day=None))


async def test_every_write_appends_one_change(store: Store, clock: SettableClock) -> None:
    since = await store.last_seq()
    kept = await store.add_article(draft("a"))
    clock.advance(seconds=1)
    await edit(store, kept, headline="Other", published_at=FOUNDED, day=FOUNDED.date(), status=ArticleStatus.PUBLISHED)
    clock.advance(seconds=1)
    await withdraw(store, kept)
    changes = await store.changes_since(since, limit=10)
    assert [(c.action, c.subject, c.subject_id) for c in changes] == [
        (action, Subject.ARTICLE, str(kept.id)) for action in (Action.INSERT, Action.EDIT, Action.WITHDRAW)
    ]
    assert [c.at - FOUNDED for c in changes] == [timedelta(seconds=n) for n in range(3)]


async def test_a_write_that_fails_leaves_nothing(store: Store) -> None:
    await store.add_article(story("a"))
    since = await store.last_seq()
    with pytest.raises(Conflict):
        await store.add_article(story("b", guid="urn:test:a", authors=(Author(slug="x", name="Wrong"),)))
    with pytest.raises(Invalid):
        await store.add_article(story("b", sections=("nowhere",), tags=(Tag(slug="x", name="Wrong"),)))
    assert await store.last_seq() == since
    assert len(await store.list_articles(limit=10)) == 1
    kept = await store.add_article(
        story("b", authors=(Author(slug="x", name="Right"),), tags=(Tag(slug="x", name="Right"),))
    )
    assert kept.authors[0].name == kept.tags[0].name == "Right"


async def test_unknown_sections_are_all_named(store: Store) -> None:
    with pytest.raises(Invalid) as caught:
        await store.add_article(draft("a", sections=("nowhere", "world", "no", "place")))
    assert set(caught.value.fields) == {"section", "sections"}
    assert "nowhere" in caught.value.fields["section"]
    assert "no, place" in caught.value.fields["sections"]
    with pytest.raises(Invalid) as caught:
        await store.add_article(draft("a", sections=("world", "place")))
    assert set(caught.value.fields) == {"sections"}


async def test_a_known_author_or_tag_keeps_its_name(store: Store) -> None:
    ann, nato = Author(slug="ann", name="Ann", url="https://ann.example/"), Tag(slug="nato", name="NATO")
    await store.add_article(draft("a", authors=(ann,), tags=(nato,)))
    others = draft("b", authors=(Author(slug="ann", name="Anne"),), tags=(Tag(slug="nato", name="Nato"),))
    kept = await store.add_article(others)
    assert (kept.authors, kept.tags) == ((ann,), (nato,))
    assert await store.get_article(kept.id) == kept
    assert (await edit(store, kept, authors=others.authors)).authors == (ann,)


async def test_an_author_may_be_named_twice(store: Store) -> None:
    ann, nato = Author(slug="ann", name="Ann"), Tag(slug="nato", name="NATO")
    kept = await store.add_article(
        draft("a", authors=(ann, ann, Author(slug="ann", name="Other")), tags=(nato, nato, Tag(slug="nato", name="N")))
    )
    assert (kept.authors, kept.tags) == ((ann, ann, ann), (nato, nato, nato))


async def test_an_edit_replaces_the_article(store: Store, clock: SettableClock) -> None:
    kept = await store.add_article(draft("a"))
    clock.advance(seconds=3)
    edited = await store.update_article(replace(EVERYTHING, id=kept.id), if_version=1)
    assert written(edited) == written(EVERYTHING)
    assert (edited.id, edited.version, edited.created_at, edited.modified_at) == (kept.id, 2, FOUNDED, clock.now)
    assert await store.get_article(kept.id) == edited
    bare = await store.update_article(replace(draft("a"), id=kept.id), if_version=2)
    # But for its day: readers have seen it there.
    assert written(bare) == written(draft("a", day=EVERYTHING.day))


async def test_of_two_edits_the_second_is_refused(store: Store) -> None:
    kept = await store.add_article(draft("a"))
    await store.update_article(replace(kept, headline="First"), if_version=1)
    with pytest.raises(Conflict):
        await store.update_article(replace(kept, headline="Second"), if_version=1)
    assert (await store.get_article(kept.id)).headline == "First"


async def test_an_edit_may_be_refused(store: Store) -> None:
    await store.add_article(draft("a"))
    kept = await store.add_article(draft("b"))
    with pytest.raises(NotFound):
        await store.update_article(replace(kept, id=kept.id + 1), if_version=1)
    with pytest.raises(Conflict):
        await store.update_article(replace(kept, guid="urn:test:a"), if_version=1)
    with pytest.raises(Invalid):
        await store.update_article(replace(kept, sections=("nowhere",)), if_version=1)
    assert await store.get_article(kept.id) == kept


@pytest.mark.parametrize("article_id", [-1, 0, 1, 2**31, 2**63 - 1, 2**63, 10**30])
async def test_an_article_that_is_not_there(store: Store, article_id: int) -> None:
    with pytest.raises(NotFound):
        await store.get_article(article_id)


async def test_management_lists_by_id_descending(store: Store) -> None:
    kept = [
        await store.add_article(story(slug, at, status=status))
        for slug, at, status in [
            ("a", FOUNDED, ArticleStatus.PUBLISHED),
            ("b", None, ArticleStatus.DRAFT),
            ("c", LATER, ArticleStatus.PUBLISHED),
            ("d", FOUNDED, ArticleStatus.WITHDRAWN),
            ("e", None, ArticleStatus.DRAFT),
        ]
    ]

    async def listed(**filters: Any) -> str:
        return "".join(article.slug for article in await store.list_articles(**{"limit": 10, **filters}))

    assert await listed() == "edcba"
    assert await listed(limit=2) == "ed"
    assert await listed(before_id=kept[3].id, limit=2) == "cb"
    assert await listed(before_id=10**30) == "edcba"
    assert await listed(before_id=0) == ""
    assert await listed(status=ArticleStatus.DRAFT) == "eb"
    assert await listed(status=ArticleStatus.PUBLISHED, before_id=kept[2].id) == "a"
    assert await store.list_articles(limit=10) == tuple(reversed(kept))


async def test_seq_moves_with_what_feeds_show(store: Store) -> None:
    kept = await store.add_article(story("a"))
    assert (await edit(store, kept, editorial_note="n")).seq == kept.seq
    assert (await edit(store, kept, comments_open=False)).seq == kept.seq
    edited = await edit(store, kept, headline="Other")
    assert edited.seq == await store.last_seq()
    gone = await withdraw(store, kept)
    assert gone.seq == await store.last_seq()
    assert (await edit(store, kept, headline="Unseen")).seq == gone.seq


async def test_what_no_reader_sees_raises_nothing(store: Store, clock: SettableClock) -> None:
    kept = await store.add_article(story("a"))
    before = await store.read_articles("home", limit=5)
    clock.advance(days=1)
    assert await raised_by(store, edit(store, kept, editorial_note="Check.")) == frozenset()
    assert await raised_by(store, store.add_article(draft("b", sections=("world",)))) == frozenset()
    assert await raised_by(store, store.add_article(story("c", clock.now + timedelta(days=1)))) == frozenset()
    after = await store.read_articles("home", limit=5)
    assert after.snapshot.scopes == before.snapshot.scopes
    assert after.snapshot.seq == before.snapshot.seq + 3


async def test_a_change_of_the_page_alone_leaves_the_lists(store: Store) -> None:
    kept = await store.add_article(story("a"))
    assert await raised_by(store, edit(store, kept, comments_open=False)) == {f"article:{kept.id}"}


async def test_an_article_raises_the_lists_it_stands_in(store: Store) -> None:
    article = replace(EVERYTHING, embargoed_until=None)
    [change] = await changes_of(store, store.add_article(article))
    number = change.subject_id
    assert change.scopes == {
        "home", "day:2023-03-01", "month:2023-03", "year:2023", "section:world", "section:world/africa",
        "section:business", "tag:nato", "tag:a", "author:zoe", "author:abe", f"article:{number}",
        f"comments:article:{number}", "days", "locations:1",
    }  # fmt: skip


async def test_what_is_published_without_a_date_is_kept_as_a_draft(store: Store) -> None:
    kept = await store.add_article(story("a", None))
    assert (kept.status, kept.public, kept.day) == (ArticleStatus.DRAFT, False, None)
    stray = await store.add_article(draft("b", day=FOUNDED.date()))
    assert stray.day is None


async def test_what_readers_saw_keeps_its_day_without_a_date(store: Store, clock: SettableClock) -> None:
    kept = await store.add_article(story("a"))
    clock.advance(hours=1)
    undated = await edit(store, kept, published_at=None, day=None)
    assert (undated.public, undated.published_at, undated.day) == (True, kept.published_at, kept.day)
    gone = await edit(store, kept, status=ArticleStatus.DRAFT, published_at=None, day=None)
    assert (gone.public, gone.published_at, gone.path) == (False, None, kept.path)
    target = await store.find_path(kept.path)
    assert target == PathTarget(path=kept.path, gone=True, article_id=kept.id)
    listed = await store.read_articles("home", limit=5)
    assert [stone.guid for stone in listed.tombstones] == [kept.guid]
    current = await store.read_current(limit=5, day=clock().date(), late_since=FOUNDED - timedelta(hours=1))
    assert [stone.guid for stone in current.newest.tombstones] == [kept.guid]
