"""Where feeds were imported from, and what an import leaves to the newsroom."""

from dataclasses import replace

import pytest

from storage.model import ArticleStatus, FeedSource, Outcome
from storage.protocol import Store
from tests.storage.newsroom import changes_of, edit, exported, record, story, withdraw

pytestmark = pytest.mark.anyio

SOURCE = FeedSource(
    url="https://agency.example/feed",
    etag='W/"a"',
    last_modified="Wed, 22 Mar 2023 08:00:00 GMT",
    placement='["world"]',
)
ADDED, CHANGED, UNCHANGED = Outcome.ADDED, Outcome.CHANGED, Outcome.UNCHANGED


async def test_a_feed_source_comes_back_as_kept(store: Store) -> None:
    assert await store.get_feed_source(SOURCE.url) is None
    assert await changes_of(store, store.keep_feed_source(SOURCE)) == ()
    assert await store.get_feed_source(SOURCE.url) == SOURCE
    assert await store.get_feed_source(SOURCE.url + "/") is None


async def test_the_last_one_counts(store: Store) -> None:
    other = FeedSource(url="https://other.example/feed")
    later = replace(SOURCE, etag='"b"', last_modified="")
    for source in (SOURCE, other, later, later):
        await store.keep_feed_source(source)
    assert await store.get_feed_source(SOURCE.url) == later
    assert await store.get_feed_source(other.url) == other


async def test_a_known_article_keeps_what_the_record_says_it_keeps(store: Store) -> None:
    first = record(story("a", headline="Theirs", dateline="Aden"))
    await store.import_articles([first])
    [before] = await exported(store)
    second = replace(
        record(replace(story("a", headline="Theirs, changed", dateline="Oslo"), slug="elsewhere")),
        keeps=frozenset({"slug", "dateline", "published_at", "day"}),
    )
    assert await store.import_articles([second]) == (CHANGED,)
    [after] = await exported(store)
    assert (after.article.headline, after.article.dateline) == ("Theirs, changed", "Aden")
    assert (after.article.path, after.article.published_at) == (before.article.path, before.article.published_at)


async def test_a_new_article_has_nothing_to_keep(store: Store) -> None:
    await store.import_articles([replace(record(story("a", dateline="Aden")), keeps=frozenset({"dateline"}))])
    [kept] = await exported(store)
    assert kept.article.dateline == "Aden"


async def test_an_article_that_keeps_its_status_stays_withdrawn(store: Store) -> None:
    first = replace(record(story("a")), keeps=frozenset({"status"}))
    await store.import_articles([first])
    [kept] = await exported(store)
    gone = await withdraw(store, kept.article)
    assert await store.import_articles([first]) == (UNCHANGED,)
    changed = replace(first, article=replace(first.article, headline="Other"))
    assert await store.import_articles([changed]) == (CHANGED,)
    [after] = await exported(store)
    assert (after.article.status, after.article.gone_at) == (ArticleStatus.WITHDRAWN, gone.gone_at)


async def test_what_was_imported_with_the_same_digest_is_left_alone(store: Store) -> None:
    first = replace(record(story("a")), digest="1")
    assert await store.import_articles([first, first]) == (ADDED, UNCHANGED)
    [kept] = await exported(store)
    await edit(store, kept.article, headline="Ours")
    assert await changes_of(store, store.import_articles([first])) == ()
    assert await store.import_articles([replace(first, digest="2")]) == (CHANGED,)
    [after] = await exported(store)
    assert after.article.headline == first.article.headline
    assert await store.import_articles([replace(first, digest="2")]) == (UNCHANGED,)


async def test_a_first_digest_of_what_is_equal_appends_no_change(store: Store) -> None:
    await store.import_articles([record(story("a"))])
    with_digest = replace(record(story("a")), digest="1")
    assert await changes_of(store, store.import_articles([with_digest])) == ()
    [kept] = await exported(store)
    await edit(store, kept.article, headline="Ours")
    assert await store.import_articles([with_digest]) == (UNCHANGED,)
