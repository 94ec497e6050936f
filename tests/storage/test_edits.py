"""When readers last saw an article change: every visible edit has a date, whether or not they are told to look again."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from storage.model import ArticleStatus, Author, CommentStatus, Enclosure, Image, Outcome, Source, Tag
from storage.protocol import Store
from tests.storage.newsroom import (
    FOUNDED,
    SettableClock,
    add_reply,
    changes_of,
    draft,
    edit,
    exported,
    moderate,
    record,
    reply,
    story,
    withdraw,
)
from tests.storage.test_export import another_store
from tests.stores import Stores

pytestmark = pytest.mark.anyio

HOUR = timedelta(hours=1)
SEEN: dict[str, Any] = {
    "headline": "Otherwise",
    "summary": "In short.",
    "body_html": "<p>At length.</p>",
    "dateline": "Brussels",
    "source": Source(name="Xinhua"),
    "image": Image(url="/media/a.jpg"),
    "enclosures": (Enclosure(url="/media/a.mp3", type="audio/mpeg"),),
    "sections": ("world",),
    "authors": (Author(slug="jane", name="Jane"),),
    "tags": (Tag(slug="nato", name="NATO"),),
    "language": "ar",
    "rights": "© somebody",
    "canonical_url": "https://agency.example/1",
    "digital_source_type": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
    "credit_line": "Coast Wire",
    "republish_until": FOUNDED,
    "correction": "It was two.",
    "slug": "otherwise",
}


@pytest.mark.parametrize("field", SEEN)
async def test_an_edit_of_what_readers_see_has_its_date_and_moves_no_other(
    store: Store, clock: SettableClock, field: str
) -> None:
    kept = await store.add_article(story("a"))
    assert (kept.edited_at, kept.last_edited_at) == (None, FOUNDED)
    now = clock.advance(hours=1)
    edited = await edit(store, kept, **{field: SEEN[field]})
    assert (edited.edited_at, edited.last_edited_at, edited.updated_at) == (now, now, FOUNDED)
    assert edited.seq > kept.seq, "its entry's bytes move: so does its validator"
    clock.advance(hours=1)
    assert (await edit(store, kept, **{field: getattr(kept, field)})).last_edited_at == now + HOUR, "and back"


async def test_what_readers_do_not_see_is_no_edit(store: Store, clock: SettableClock) -> None:
    kept = await store.add_article(story("a"))
    clock.advance(hours=1)
    await edit(store, kept, editorial_note="Call back.", comments_open=False, embargoed_until=FOUNDED)
    await add_reply(store, reply(kept, "Ann"))
    held = await add_reply(store, reply(kept, "Bob", status=CommentStatus.PENDING))
    await moderate(store, held, CommentStatus.APPROVED)
    clock.advance(hours=1)
    await store.run_due()
    present = await store.get_article(kept.id)
    assert (present.listed_comment_count, present.edited_at, present.last_edited_at) == (2, None, FOUNDED)
    await edit(store, kept)
    assert (await store.get_article(kept.id)).edited_at is None


async def test_what_was_edited_before_readers_saw_it_is_not_edited(store: Store, clock: SettableClock) -> None:
    kept = await store.add_article(draft("a"))
    clock.advance(hours=1)
    await edit(store, kept, headline="Otherwise")
    later = clock.advance(hours=1)
    published = await edit(
        store, kept, headline="Again", status=ArticleStatus.PUBLISHED, published_at=later, day=later.date()
    )
    assert (published.edited_at, published.last_edited_at) == (None, later)
    scheduled = await store.add_article(story("b", later + HOUR))
    await edit(store, scheduled, headline="Otherwise")
    clock.advance(hours=1)
    await store.run_due()
    assert (await store.get_article(scheduled.id)).last_edited_at == later + HOUR


async def test_what_is_shown_again_is_edited_then(store: Store, clock: SettableClock) -> None:
    kept = await store.add_article(story("a"))
    clock.advance(seconds=10)
    gone = await edit(store, await withdraw(store, kept), headline="Otherwise")
    assert gone.edited_at is None
    now = clock.advance(seconds=20)
    shown = await edit(store, kept, status=ArticleStatus.PUBLISHED)
    assert (shown.edited_at, shown.updated_at) == (now, FOUNDED + timedelta(seconds=11))


async def test_a_correction_and_a_significant_edit_are_edits_of_their_own_date(
    store: Store, clock: SettableClock
) -> None:
    kept = await store.add_article(story("a"))
    clock.advance(hours=1)
    significant = await edit(store, kept, updated_at=FOUNDED + HOUR)
    assert significant.last_edited_at == FOUNDED + HOUR
    now = clock.advance(hours=1)
    old = await edit(store, kept, published_at=FOUNDED - timedelta(days=9), day=date(2023, 2, 20), headline="Old")
    assert old.last_edited_at == now, "whatever its other dates say"


async def test_an_edit_is_never_dated_back(store: Store, clock: SettableClock) -> None:
    kept = await store.add_article(story("a"))
    later = clock.advance(hours=2)
    await edit(store, kept, headline="Otherwise")
    clock.advance(hours=-1)
    assert (await edit(store, kept, headline="Again")).last_edited_at == later


async def test_an_import_has_its_sources_date_where_it_is_later(store: Store, clock: SettableClock) -> None:
    clock.advance(days=1)
    source = story("a", FOUNDED, updated_at=FOUNDED + HOUR)
    await store.import_articles([record(source)])
    [kept] = await store.list_articles(limit=1)
    assert (kept.edited_at, kept.last_edited_at) == (None, FOUNDED + HOUR)
    clock.advance(hours=1)
    await store.import_articles([record(replace(source, body_html="<p>More.</p>", updated_at=FOUNDED + 2 * HOUR))])
    assert (await store.get_article(kept.id)).last_edited_at == FOUNDED + 2 * HOUR
    await store.import_articles([record(replace(source, body_html="<p>Yet more.</p>", edited_at=FOUNDED + 3 * HOUR))])
    assert (await store.get_article(kept.id)).last_edited_at == FOUNDED + 3 * HOUR
    await store.import_articles([record(replace(source, body_html="<p>Undated.</p>"))])
    undated = await store.get_article(kept.id)
    assert (undated.last_edited_at, undated.updated_at) == (clock.now, FOUNDED + 2 * HOUR)


async def test_a_date_alone_is_imported_and_then_known(store: Store) -> None:
    source = story("a", FOUNDED - 9 * HOUR)
    await store.import_articles([record(source)])
    dated = [record(replace(source, edited_at=FOUNDED - HOUR))]
    assert await store.import_articles(dated) == (Outcome.CHANGED,)
    assert await store.import_articles(dated) == (Outcome.UNCHANGED,)
    [change] = await changes_of(store, store.import_articles([record(replace(source, edited_at=FOUNDED))]))
    assert "locations:1" in change.scopes, "the sitemap's page shows it"


async def test_it_is_exported_and_comes_back(store: Store, stores: Stores, clock: SettableClock) -> None:
    kept = await store.add_article(story("a"))
    await store.add_article(story("never-edited"))
    now = clock.advance(hours=1)
    await edit(store, kept, headline="Otherwise")
    gone = await store.add_article(story("gone"))
    await edit(store, gone, headline="Otherwise")
    await withdraw(store, gone)
    records = await exported(store)
    clock.advance(days=1)
    async with another_store(stores, clock) as other:
        await other.import_articles(records)
        found = {article.slug: article.edited_at for article in await other.list_articles(limit=3)}
    assert found == {"a": now, "never-edited": None, "gone": now}
