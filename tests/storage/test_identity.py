"""Whose a guid is: what one source says touches nothing that another brought, or that was written here."""

from dataclasses import replace

import pytest

from storage.imports import made_guid
from storage.model import Article, ArticleRecord, ArticleStatus, ImportedAs, ImportRun, ImportSource, Kept, Outcome
from storage.protocol import Store
from tests.storage.newsroom import changes_of, exported, record, reply, story

pytestmark = pytest.mark.anyio

ADDED, CHANGED, UNCHANGED, LEFT_OUT = Outcome.ADDED, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.LEFT_OUT
NORTH = ImportSource(names=("https://north.example/feed",), site="https://north.example/")
SOUTH = ImportSource(names=("https://south.example/feed",), site="https://south.example/")
SITE = ImportSource(names=("https://north.example",), site="http://north.example", whole=True)
OURS = "urn:test:a"


def of(source: ImportSource, slug: str = "a", guid: str = "1001", **fields: object) -> ArticleRecord:
    return replace(record(replace(story(slug), guid=guid, **fields)), source=source)  # type: ignore[arg-type]


async def take(store: Store, *records: ArticleRecord, theirs: bool = False) -> list[Kept]:
    run = ImportRun(key=f"{id(records)}", kind="feed", name="f", theirs=theirs)
    return list((await store.take_in(records, run=run)).kept)


async def outcomes(store: Store, *records: ArticleRecord) -> list[Outcome]:
    return [kept.outcome for kept in await take(store, *records)]


async def headlines(store: Store) -> dict[str, str]:
    return {article.guid: article.headline for article in await store.list_articles(limit=50)}


async def test_two_sources_with_one_guid_bring_two_articles(store: Store) -> None:
    north, south = of(NORTH, "a", headline="North"), of(SOUTH, "b", headline="South")
    assert await outcomes(store, north) == [ADDED]
    assert await outcomes(store, south) == [ADDED]
    made = made_guid("https://south.example/feed", "1001")
    assert await headlines(store) == {"1001": "North", made: "South"}
    assert await changes_of(store, store.take_in([north, south]), store.take_in([south, north])) == ()
    assert await outcomes(store, of(SOUTH, "b", headline="Further south")) == [CHANGED]
    assert await headlines(store) == {"1001": "North", made: "Further south"}


async def test_two_sources_in_one_batch(store: Store) -> None:
    assert await outcomes(store, of(NORTH, "a"), of(SOUTH, "b"), of(NORTH, "a"), of(SOUTH, "b")) == [
        ADDED,
        ADDED,
        UNCHANGED,
        UNCHANGED,
    ]
    assert len(await headlines(store)) == 2


async def test_what_was_written_here_is_nobodys(store: Store) -> None:
    before = await store.add_article(story("a", headline="Ours"))
    assert await outcomes(store, of(NORTH, "b", guid=OURS, headline="Theirs")) == [ADDED]
    assert await store.get_article(before.id) == before
    assert len(await headlines(store)) == 2
    assert await outcomes(store, of(NORTH, "b", guid=OURS, headline="Theirs")) == [UNCHANGED]


async def test_a_guid_that_was_made_may_be_somebodys_too(store: Store) -> None:
    await store.add_article(story("a", guid="1001"))
    await store.add_article(story("b", guid=made_guid(NORTH.names[0], "1001")))
    assert await outcomes(store, of(NORTH, "c")) == [ADDED]
    assert len(await headlines(store)) == 3


async def test_comments_follow_the_guid_of_their_article(store: Store) -> None:
    for source, slug in ((SITE, "a"), (replace(SITE, names=("https://x.example",), site="https://x.example"), "b")):
        article = replace(story(slug), guid="1001")
        brought = replace(
            record(article, reply(article, "Ann", guid="1001#comment-1", id=1)), source=source, all_comments=True
        )
        assert await outcomes(store, brought) == [ADDED]
        assert await outcomes(store, brought) == [UNCHANGED]
    made = made_guid("https://x.example", "1001")
    assert {comment.guid for comment in await store.list_comments(limit=9)} == {
        "1001#comment-1",
        f"{made}#comment-1",
    }


async def test_a_comment_that_is_called_as_one_of_another_article_is_kept_too(store: Store) -> None:
    first, second = replace(story("a"), guid="1"), replace(story("b"), guid="2")
    batch = [
        replace(record(article, reply(article, "Ann", guid="urn:c", id=1)), source=SITE, all_comments=True)
        for article in (first, second)
    ]
    assert await outcomes(store, *batch) == [ADDED, ADDED]
    assert len(await store.list_comments(limit=9)) == 2
    assert await outcomes(store, *batch) == [UNCHANGED, UNCHANGED]
    assert len(await store.list_comments(limit=9)) == 2


@pytest.mark.parametrize("order", ["wf", "fw", "fwf", "wfw"])
async def test_an_export_and_the_feed_of_its_site_are_one(store: Store, order: str) -> None:
    """The export completes what the feed brought; the feed changes nothing that the export brought."""
    said = {"w": of(SITE, "whole", headline="Whole"), "f": of(NORTH, "fed", headline="Fed")}
    for letter in order:
        await take(store, said[letter])
    [kept] = await exported(store)
    assert (kept.article.guid, kept.article.headline, kept.article.slug) == ("1001", "Whole", "whole")
    if order.startswith("f"):
        assert "/2023/03/01/fed/" in kept.old_paths
    assert await outcomes(store, of(NORTH, "fed", headline="Fed anew")) == [UNCHANGED]
    assert await outcomes(store, of(SITE, "whole", headline="Whole anew")) == [CHANGED]


async def test_a_feed_of_another_site_is_another(store: Store) -> None:
    await take(store, of(SITE), of(SOUTH, "b"))
    assert len(await headlines(store)) == 2


async def test_a_feed_that_moved_for_good_stays_one(store: Store) -> None:
    old = replace(NORTH, address="https://north.example/feed")
    await take(store, of(old))
    new = ("https://new.example/rss", "https://north.example/feed")
    moved = ImportSource(names=new, site="https://new.example", address="https://north.example/feed")
    assert await outcomes(store, of(moved)) == [UNCHANGED]
    # From now on it is fetched from there.
    there = ImportSource(names=new[:1], site="https://new.example", address=new[0])
    assert await outcomes(store, of(there)) == [UNCHANGED]
    assert len(await headlines(store)) == 1


async def test_a_feed_that_is_fetched_from_another_path_of_its_host_stays_one(store: Store) -> None:
    for address in ("https://north.example/feed", "http://north.example/rss.xml"):
        await take(store, of(replace(NORTH, address=address)))
    assert len(await headlines(store)) == 1


@pytest.mark.parametrize("address", ["https://planet.example/feed", ""])
async def test_a_feed_that_says_that_it_is_another_is_not_believed(store: Store, address: str) -> None:
    true = of(replace(NORTH, address="https://north.example/feed"), headline="True")
    planet = ImportSource(names=NORTH.names, site="https://planet.example", address=address)
    lie = of(planet, "b", headline="Lie")
    await take(store, true)
    intake = await store.take_in([lie])
    assert [kept.outcome for kept in intake.kept] == [ADDED]
    assert [warning for warning in intake.warnings if "another feed" in warning]
    assert sorted((await headlines(store)).values()) == ["Lie", "True"]
    for again in (lie, true, lie):
        assert [kept.outcome for kept in (await store.take_in([again])).kept] == [UNCHANGED]


async def test_one_that_said_so_first_has_no_right_to_it(store: Store) -> None:
    planet = ImportSource(names=NORTH.names, site="https://planet.example", address="https://planet.example/feed")
    lie = of(planet, "b", headline="Lie")
    true = of(replace(NORTH, address="https://north.example/feed"), headline="True")
    for brought in (lie, true, lie, true):
        await take(store, brought)
    assert sorted((await headlines(store)).values()) == ["Lie", "True"]


async def test_what_an_earlier_release_imported_is_adopted(store: Store) -> None:
    """As `imported` says that names no source; what was written here is not."""
    for whole, slug in ((True, "a"), (False, "b")):
        guid = f"https://north.example/{slug}"
        former = ImportedAs(source=ImportSource(names=(), whole=whole), guid=guid, said="", kept="")
        await take(store, replace(record(replace(story(slug), guid=guid)), imported=(former,)))
    await store.add_article(replace(story("c"), guid="https://north.example/c"))
    lies = [of(SOUTH, slug, guid=f"https://north.example/{slug}", headline="Lie") for slug in "abc"]
    assert await outcomes(store, *lies) == [ADDED, ADDED, ADDED]
    for source in (NORTH, SITE):
        adopted = [of(source, slug, guid=f"https://north.example/{slug}") for slug in "ab"]
        assert await outcomes(store, *adopted) == [UNCHANGED, UNCHANGED]
    edited = [of(SITE, slug, guid=f"https://north.example/{slug}", headline="Edited") for slug in "ab"]
    assert await outcomes(store, *edited) == [CHANGED, CHANGED]
    assert len(await headlines(store)) == 6


async def test_where_articles_came_from_is_exported(store: Store) -> None:
    article = replace(story("a"), guid="1001")
    brought = replace(record(article, reply(article, "Ann", guid="1001#comment-1", id=1)), source=SITE)
    await take(store, brought, of(replace(SOUTH, address="https://south.example/feed"), "b"))
    of_site, of_south = await exported(store)
    [known] = of_site.imported
    assert (known.guid, known.source.names, known.source.whole) == ("1001", ("https://north.example",), True)
    [comment] = of_site.imported_comments
    assert (comment.guid, comment.source) == ("1001#comment-1", known.source)
    assert of_south.imported[0].source.address == "https://south.example/feed"
    open_to_all = [found async for found in store.export(public_only=True) if isinstance(found, ArticleRecord)]
    assert {found.imported for found in open_to_all} == {()}


async def test_what_is_in_the_trash_at_the_source_is_only_withdrawn_where_it_is_here(store: Store) -> None:
    trashed = ArticleRecord(
        article=Article(guid="1001", slug="x", headline="X", status=ArticleStatus.WITHDRAWN),
        source=SITE,
        said=dict.fromkeys(name for name in Article.__slots__ if name != "status"),
        left_out="trash",
    )
    assert await outcomes(store, trashed) == [LEFT_OUT]
    await take(store, of(SITE))
    assert await outcomes(store, trashed) == [CHANGED]
    [kept] = await exported(store)
    assert (kept.article.status, kept.article.slug, kept.article.headline) == (ArticleStatus.WITHDRAWN, "a", "A")
    assert await outcomes(store, of(SITE)) == [CHANGED]
    [back] = await exported(store)
    assert back.article.public


async def test_what_a_source_spoke_of_is_counted(store: Store) -> None:
    assert await store.count_imported(SITE) == 0
    await take(store, of(SITE), of(SITE, "b", guid="1002"), of(SOUTH, "c"))
    assert await store.count_imported(SITE) == 2
