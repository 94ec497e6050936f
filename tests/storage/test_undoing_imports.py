"""An import is taken back, and may come again."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from storage.errors import NotFound
from storage.model import (
    Alias,
    ArticleRecord,
    ArticleStatus,
    CommentStatus,
    FormerSite,
    ImportRun,
    Outcome,
    Page,
    PageRecord,
    PageStatus,
    Section,
    Undone,
)
from storage.protocol import Store
from tests.storage.filtering import check_filters
from tests.storage.newsroom import (
    FOUNDED,
    LIST_AFTER,
    SettableClock,
    comment_graves,
    draft,
    edit,
    exported,
    graves,
    moderate,
    names,
    record,
    reply,
    slugs,
    story,
)
from tests.storage.test_identity import NORTH, SITE, of

pytestmark = pytest.mark.anyio

ADDED, CHANGED, UNCHANGED = Outcome.ADDED, Outcome.CHANGED, Outcome.UNCHANGED


async def bring(
    store: Store, key: str, *records: ArticleRecord, sections: Sequence[str] = ()
) -> tuple[int, list[Outcome]]:
    """An import of so many records; its id, and what became of them."""
    run = ImportRun(key=key, kind="feed", name=f"{key}.xml")
    await store.import_sections([Section(path=path, title=path, created_at=FOUNDED) for path in sections], run=run)
    intake = await store.take_in(records, run=run)
    return await store.end_import(run, {"added": 1}), [kept.outcome for kept in intake.kept]


async def undo(store: Store, import_id: int) -> Undone:
    """All of it."""
    total = Undone()
    onward = None
    while True:
        step = await store.undo_import(import_id, list_after=LIST_AFTER, onward=onward)
        total = Undone(
            withdrawn=total.withdrawn + step.withdrawn,
            restored=total.restored + step.restored,
            comments=total.comments + step.comments,
            sections=total.sections + step.sections,
            pages=total.pages + step.pages,
            addresses=total.addresses + step.addresses,
            kept=(*total.kept, *step.kept),
        )
        if (onward := step.onward) is None:
            await check_filters(store, together=1)
            return total


def thread(guid: str = "1001", **fields: object) -> ArticleRecord:
    article = replace(story("a"), guid=guid, sections=("sport",))
    answers = [reply(article, name, guid=f"{guid}#comment-{id_}", id=id_) for id_, name in ((1, "Ann"), (2, "Bob"))]
    brought = replace(record(article, *answers, old_paths=("/?p=1",)), source=SITE, all_comments=True)
    return replace(brought, **fields)  # type: ignore[arg-type]


async def test_what_it_added_goes_and_comes_again(store: Store, clock: SettableClock) -> None:
    waiting = replace(record(replace(draft("b"), guid="1002")), source=SITE)
    batch = (thread(), waiting)
    id_, outcomes = await bring(store, "first", *batch, sections=["sport"])
    assert (id_, outcomes) == (1, [ADDED, ADDED])
    before = await exported(store)
    clock.advance(hours=1)
    undone = await undo(store, id_)
    assert undone == Undone(withdrawn=2, comments=2, sections=1)
    assert (await slugs(store, "home"), await graves(store, "home")) == ([], [before[0].article.guid])
    assert (await names(store, "comments"), len(await comment_graves(store, "comments"))) == ([], 2)
    target = await store.find_path("/?p=1")
    assert target is not None
    assert target.gone
    assert "sport" not in {section.path for section in await store.get_sections()}
    assert {article.status for article in await store.list_articles(limit=9)} == {ArticleStatus.WITHDRAWN}
    assert await undo(store, id_) == Undone()
    clock.advance(hours=1)
    again, outcomes = await bring(store, "again", *batch, sections=["sport"])
    assert outcomes == [ADDED, ADDED]
    after = await exported(store)
    for now, then in zip(after, before, strict=True):
        for field in ("id", "guid", "path", "status", "sections", "headline", "comment_count"):
            assert getattr(now.article, field) == getattr(then.article, field)
        assert [(one.id, one.guid, one.status) for one in now.comments] == [
            (one.id, one.guid, one.status) for one in then.comments
        ]
        assert now.old_paths == then.old_paths
    assert (await bring(store, "third", *batch))[1] == [UNCHANGED, UNCHANGED]
    assert (await undo(store, again)).withdrawn == 2


async def test_what_it_changed_is_what_it_was(store: Store, clock: SettableClock) -> None:
    await bring(store, "first", thread(), sections=["sport"])
    [before] = await exported(store)
    clock.advance(hours=1)
    article = replace(story("moved", headline="Other", status=ArticleStatus.DRAFT), guid="1001", sections=("world",))
    comments = [reply(article, "Ann", guid="1001#comment-1", id=1, body_html="<p>Edited.</p>")]
    second = thread(article=article, comments=tuple(comments))
    id_, outcomes = await bring(store, "second", second)
    assert outcomes == [CHANGED]
    clock.advance(hours=1)
    undone = await undo(store, id_)
    assert (undone.restored, undone.comments, undone.kept) == (1, 2, ())
    [after] = await exported(store)
    for field in ("headline", "slug", "day", "status", "sections", "published_at", "comment_count"):
        assert getattr(after.article, field) == getattr(before.article, field)
    assert [(one.status, one.body_html) for one in after.comments] == [
        (one.status, one.body_html) for one in before.comments
    ]
    assert (await bring(store, "third", thread()))[1] == [UNCHANGED]
    assert (await bring(store, "second again", second))[1] == [CHANGED]
    [again] = await exported(store)
    assert (again.article.headline, again.article.slug) == ("Other", "moved")


async def test_what_was_edited_since_stays_and_is_named(store: Store) -> None:
    first, _ = await bring(store, "first", thread(), of(NORTH, "b", guid="2"), sections=["sport"])
    second, _ = await bring(
        store, "second", of(NORTH, "b", guid="2", headline="Theirs", summary="Theirs"), of(NORTH, "c", guid="3")
    )
    by_slug = {article.slug: article for article in await store.list_articles(limit=9)}
    await edit(store, by_slug["b"], headline="Ours")
    await edit(store, by_slug["c"], headline="Ours, too")
    undone = await undo(store, second)
    assert undone.kept == (("Ours", "edited here since"), ("Ours, too", "edited here since"))
    by_slug = {article.slug: article for article in await store.list_articles(limit=9)}
    assert (by_slug["b"].headline, by_slug["b"].summary, by_slug["c"].public) == ("Ours", "", True)
    await edit(store, by_slug["a"], headline="Edited")
    await moderate(store, await store.get_comment(1), CommentStatus.SPAM)
    undone = await undo(store, first)
    assert {name for name, _ in undone.kept} == {"Edited", "Ours", "comment 1 by Ann", "section sport"}
    assert (await store.get_comment(1)).status is CommentStatus.SPAM


async def test_what_a_later_import_changed_again_stays_until_that_is_taken_back(store: Store) -> None:
    ids = [(await bring(store, headline, of(NORTH, headline=headline)))[0] for headline in ("First", "Second", "Third")]
    assert (await undo(store, ids[1])).kept == (("Third", "a later import changed it again"),)
    assert (await undo(store, ids[0])).kept == (("Third", "a later import changed it again"),)
    for id_, headline in ((ids[2], "Second"), (ids[1], "First")):
        assert (await undo(store, id_)).kept == ()
        assert [article.headline for article in await store.list_articles(limit=9)] == [headline]
    assert (await undo(store, ids[0])).withdrawn == 1


async def test_an_article_goes_back_to_what_is_left_of_its_sections(store: Store) -> None:
    """Imports may be taken back in any order, and a section may be deleted by hand meanwhile."""
    await store.import_sections([Section(path="world", title="World", created_at=FOUNDED)])
    first, _ = await bring(store, "a", of(NORTH, sections=("old", "world")), sections=["old"])
    second, _ = await bring(store, "b", of(NORTH, headline="New", sections=("new",)), sections=["new"])
    await undo(store, first)
    undone = await undo(store, second)
    assert undone.kept == (("New", "it was in old, which is not here any more"),)
    [article] = await store.list_articles(limit=9)
    assert article.sections == ("world",)


async def test_what_another_source_brings_as_well_stays(store: Store) -> None:
    feed, _ = await bring(store, "feed", of(NORTH, "a"))
    await bring(store, "export", of(SITE, "a"))
    assert (await undo(store, feed)).kept == (("A", "another source brings it as well"),)


async def test_what_the_export_completed_is_the_feeds_again(store: Store) -> None:
    await bring(store, "feed", of(NORTH, "a", headline="Fed"))
    export, _ = await bring(store, "export", of(SITE, "a", headline="Whole"))
    assert (await undo(store, export)).restored == 1
    assert (await bring(store, "feed again", of(NORTH, "a", headline="Fed anew")))[1] == [CHANGED]
    assert [article.headline for article in await store.list_articles(limit=9)] == ["Fed anew"]


async def test_a_feed_brings_again_what_an_export_had_brought(store: Store) -> None:
    export, _ = await bring(store, "export", of(SITE, "a", headline="Whole"))
    assert (await bring(store, "feed", of(NORTH, "a", headline="Fed")))[1] == [UNCHANGED]
    assert (await undo(store, export)).withdrawn == 1
    assert (await bring(store, "feed again", of(NORTH, "a", headline="Fed")))[1] == [ADDED]
    [article] = await store.list_articles(limit=9)
    assert (article.headline, article.public) == ("Fed", True)


async def test_an_export_of_our_own_is_taken_back_too(store: Store) -> None:
    here = await store.add_article(story("a"))
    id_, _ = await bring(store, "own", record(story("a", headline="Older")), record(story("b")))
    undone = await undo(store, id_)
    assert (undone.restored, undone.withdrawn) == (1, 1)
    assert (await store.get_article(here.id)).headline == here.headline
    assert await slugs(store, "home") == ["a"]
    assert (await bring(store, "again", record(story("b"))))[1] == [CHANGED]
    assert await slugs(store, "home") == ["b", "a"]


async def test_imports_are_numbered_where_they_changed_something(store: Store) -> None:
    first, _ = await bring(store, "first", of(NORTH))
    nothing, _ = await bring(store, "second", of(NORTH))
    third, _ = await bring(store, "third", of(NORTH, headline="Other"))
    assert (first, nothing, third) == (1, 0, 2)
    await undo(store, third)
    last, before = await store.list_imports(limit=5)
    assert (last.id, last.name, last.undone_at) == (2, "third.xml", FOUNDED)
    assert (before.id, before.at, before.kind, before.counts, before.undone_at) == (
        1,
        FOUNDED,
        "feed",
        {"added": 1},
        None,
    )
    with pytest.raises(NotFound):
        await undo(store, 9)


async def test_more_than_a_step(store: Store) -> None:
    id_, _ = await bring(store, "many", *(of(NORTH, f"s{number}", guid=str(number)) for number in range(120)))
    first = Undone(onward=(0, ""))
    while first.onward and not first.withdrawn:
        first = await store.undo_import(id_, list_after=LIST_AFTER, onward=first.onward)
    assert (first.withdrawn, first.onward is not None) == (50, True)
    # It was interrupted, and begins again.
    assert (await undo(store, id_)).withdrawn == 70
    assert await slugs(store, "home") == []


async def test_a_reader_who_was_forgotten_stays_so(store: Store) -> None:
    await bring(store, "first", thread(), sections=["sport"])
    [brought] = [thread()]
    edited = tuple(replace(one, body_html="<p>Edited.</p>") for one in brought.comments)
    id_, _ = await bring(store, "second", replace(brought, comments=edited))
    await store.forget_comments("ann@secret.example", alias="Reader", erase=False, list_after=LIST_AFTER, limit=9)
    await store.forget_comments("bob@secret.example", alias="Reader", erase=True, list_after=LIST_AFTER, limit=9)
    await undo(store, id_)
    run = ImportRun(key="third", kind="feed", name="x", theirs=True)
    await store.take_in([thread()], run=run)
    assert [(one.author_name, one.author_email) for one in await store.list_comments(limit=9)] == [
        ("", ""),
        ("Reader", ""),
    ]


async def test_standing_pages_go_or_are_what_they_were_or_stay_and_are_named(store: Store) -> None:
    def said(path: str, words: str) -> PageRecord:
        page = Page(path=path, title=path.strip("/"), body_html=words, status=PageStatus.PUBLISHED)
        return PageRecord(page=page, origin=f"old:{path}", digest=words)

    async def bring_pages(key: str, *records: PageRecord) -> int:
        run = ImportRun(key=key, kind="export", name=f"{key}.xml")
        await store.import_pages(records, run=run)
        return await store.end_import(run, {"added": 1})

    first = await bring_pages("one", said("/about/", "a"), said("/terms/", "t"), said("/contact/", "c"))
    second = await bring_pages("two", said("/about/", "a2"), said("/terms/", "t2"), said("/team/", "n"))
    terms = await store.get_page("/terms/")
    await store.update_page("/terms/", replace(terms, body_html="ours"), if_version=terms.version)

    undone = await undo(store, second)
    assert (undone.pages, undone.kept) == (2, (("terms (/terms/)", "edited here since"),))
    assert [(page.path, page.body_html) for page in await store.list_pages(limit=9)] == [
        ("/about/", "a"), ("/contact/", "c"), ("/terms/", "ours"),
    ]  # fmt: skip
    target = await store.find_path("/team/")
    assert target is not None
    assert target.gone

    assert (await undo(store, first)).pages == 2
    assert [page.path for page in await store.list_pages(limit=9)] == ["/terms/"]
    await bring_pages("three", said("/about/", "a2"), said("/contact/", "c"), said("/team/", "n"))
    assert [page.path for page in await store.list_pages(limit=9)] == ["/about/", "/contact/", "/team/", "/terms/"]


async def test_a_page_whose_former_path_something_else_has_is_not_shown_elsewhere(store: Store) -> None:
    def said(name: str, path: str, status: PageStatus) -> PageRecord:
        page = Page(path=path, title=name, status=status)
        return PageRecord(page=page, origin=f"old {name}", digest=f"{path} {status}")

    async def bring_pages(key: str, *records: PageRecord) -> int:
        run = ImportRun(key=key, kind="export", name=f"{key}.xml")
        await store.import_pages(records, run=run)
        return await store.end_import(run, {"added": 1})

    await bring_pages("one", said("us", "/us/", PageStatus.PUBLISHED), said("team", "/team/", PageStatus.PUBLISHED))
    second = await bring_pages("two", said("us", "/new/", PageStatus.DRAFT), said("team", "/us/", PageStatus.PUBLISHED))
    team = await store.get_page("/us/")
    await store.update_page("/us/", replace(team, body_html="ours"), if_version=team.version)
    kept = (("us (/new/)", "something else has the path that it had"), ("team (/us/)", "edited here since"))
    assert sorted((await undo(store, second)).kept) == sorted(kept)
    assert [(page.path, page.title, page.public) for page in await store.list_pages(limit=9)] == [
        ("/new/", "us", False), ("/us/", "team", True),
    ]  # fmt: skip


HOME, MOVED = (
    FormerSite(address="old.example", path=""),
    FormerSite(address="old.example", path="", permalinks="/%postname%/"),
)
WORLD, SPORT = Alias("/?cat=7", "/section/world/"), Alias("/?cat=8", "/section/sport/")


async def lead(store: Store, key: str, *aliases: Alias, site: FormerSite | None = None, story_id: int = 0) -> int:
    """An import of an article, if it has one, of aliases and a site, in the order in which imports bring them."""
    if story_id:
        await bring(store, key, of(SITE, f"g{story_id}", str(story_id), id=story_id))
    run = ImportRun(key=key, kind="feed", name=f"{key}.xml")
    await store.import_aliases(aliases, run=run)
    if site is not None:
        await store.keep_former_site(site, run=run)
    return await store.end_import(run, {})


async def known(store: Store) -> tuple[tuple[Alias, ...], tuple[FormerSite, ...]]:
    return await store.get_aliases(), await store.get_former_sites()


async def test_what_an_import_alone_led_here_goes_with_it(store: Store) -> None:
    own = Alias("/old/", "/about/")
    await store.keep_redirects([own, Alias(SPORT.path, "/section/games/")])
    first = await lead(store, "a", WORLD, SPORT, own, site=HOME, story_id=1)
    assert await known(store) == ((WORLD, Alias(SPORT.path, "/section/games/"), own), (HOME,))
    assert (await undo(store, first)).addresses == 2
    assert await known(store) == ((Alias(SPORT.path, "/section/games/"), own), ())
    assert (await undo(store, first)).addresses == 0
    assert await lead(store, "b", Alias(WORLD.path, "/section/africa/")) > first, "it leads where the right import says"
    assert (await store.get_redirect(WORLD.path)) == Alias(WORLD.path, "/section/africa/")


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (0, 2, 1), (2, 0, 1), (1, 2, 0)])
async def test_what_several_imports_led_here_goes_with_the_last_of_them(store: Store, order: Sequence[int]) -> None:
    ids = [await lead(store, str(number), WORLD, site=HOME, story_id=number) for number in (1, 2, 3)]
    for number in order:
        assert await known(store) == ((WORLD,), (HOME,))
        await undo(store, ids[number])
    assert await known(store) == ((), ())


async def test_what_is_known_of_a_former_site_is_what_it_was(store: Store) -> None:
    first = await lead(store, "a", site=HOME, story_id=1)
    second = await lead(store, "b", site=MOVED, story_id=2)
    third = await lead(store, "c", site=replace(MOVED, category_base="/"), story_id=3)
    await undo(store, second)
    assert await known(store) == ((), (replace(MOVED, category_base="/"),))
    await undo(store, third)
    assert await known(store) == ((), (HOME,))
    await undo(store, first)
    assert await known(store) == ((), ())


async def test_an_address_that_the_newsroom_led_elsewhere_since_stays(store: Store) -> None:
    first = await lead(store, "a", WORLD, story_id=1)
    await store.keep_redirects([Alias(WORLD.path, "/section/home/")])
    undone = await undo(store, first)
    assert ("the address /?cat=7", "edited here since") in undone.kept
    assert await store.get_aliases() == (Alias(WORLD.path, "/section/home/"),)


async def test_where_an_import_of_the_same_site_leads_what_one_before_led_is_taken_back_as_well(store: Store) -> None:
    at = {page: replace(WORLD, page=f"/section/{page}/", site="old.example") for page in ("world", "news", "globe")}
    ids = [await lead(store, page, at[page], story_id=number) for number, page in enumerate(at, 1)]
    assert await store.get_aliases() == (at["globe"],)
    assert (await undo(store, ids[1])).addresses == 0, "a later one led it on"
    assert await store.get_aliases() == (at["globe"],)
    assert (await undo(store, ids[2])).addresses == 1
    assert await store.get_aliases() == (at["world"],)
    await undo(store, ids[0])
    assert await store.get_aliases() == ()


async def test_an_import_that_changes_nothing_is_none_to_take_back(store: Store) -> None:
    await lead(store, "a", WORLD, site=HOME, story_id=1)
    assert await lead(store, "b", WORLD, site=HOME) == 0
    assert len(await store.list_imports(limit=9)) == 1
