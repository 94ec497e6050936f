"""Standing pages: what is at their paths, what their writes raise, and who has a path first."""

from dataclasses import replace
from typing import Any

import pytest

from storage.errors import Conflict, Invalid, NotFound
from storage.model import Action, Page, PageLink, PageOutcome, PageRecord, PageStatus, PathTarget, Subject
from storage.protocol import Store
from storage.scopes import PAGES, SITE
from storage.sql.page_moves import can_have
from tests.storage.newsroom import FOUNDED, SettableClock, changes_of, page, record, story

pytestmark = pytest.mark.anyio


async def replaced(store: Store, before: Page, **given: Any) -> Page:
    return await store.update_page(before.path, replace(before, **given), if_version=before.version)


async def footer(store: Store) -> tuple[tuple[str, str], ...]:
    return (await store.read_articles(SITE, limit=0, also=(PAGES,))).snapshot.around.footer


async def test_a_page_is_at_its_path(store: Store, clock: SettableClock) -> None:
    with pytest.raises(NotFound):
        await store.get_page("/about/")
    made = await store.add_page(page("about"))
    assert (made.created_at, made.modified_at, made.published_at) == (clock(), clock(), clock())
    assert await store.get_page("/about/") == made
    view = await store.view_page("/about/", also=(SITE,))
    assert view is not None
    assert view.page == made
    assert view.snapshot.scopes.keys() == {"page:/about/", PAGES, SITE}
    assert await store.find_path("/about/") == PathTarget(path="/about/", gone=False, page="/about/")
    with pytest.raises(Conflict):
        await store.add_page(page("about"))
    with pytest.raises(Invalid):
        await store.add_page(page("a" * 2_000))


async def test_drafts_are_seen_by_nobody(store: Store) -> None:
    made = await store.add_page(page("about", status=PageStatus.DRAFT))
    assert made.published_at is None
    assert await store.view_page("/about/") is None
    assert await store.find_path("/about/") is None
    assert await footer(store) == ()
    await store.delete_page("/about/", if_version=made.version)
    assert await store.find_path("/about/") is None


async def test_what_each_write_raises(store: Store) -> None:
    [change] = await changes_of(store, store.add_page(page("about", status=PageStatus.DRAFT)))
    assert (change.subject, change.subject_id, change.action, change.scopes) == (
        Subject.PAGE, "/about/", Action.INSERT, frozenset()
    )  # fmt: skip

    async def raised(**given: Any) -> frozenset[str]:
        kept = await store.get_page("/about/" if given.get("path") != "/about/" else "/us/")
        [change] = await changes_of(store, replaced(store, kept, **given))
        return change.scopes

    everywhere = {"page:/about/", "pages", "locations:0"}
    assert await raised(status=PageStatus.PUBLISHED) == everywhere
    assert await raised(body_html="<p>Other</p>") == {"page:/about/", "locations:0"}
    assert await raised(title="Us") == everywhere
    assert await raised(path="/us/") == everywhere | {"page:/us/"}
    assert await raised(path="/about/") == everywhere | {"page:/us/"}
    assert await raised(status=PageStatus.DRAFT) == everywhere
    assert await raised(title="Unseen") == frozenset()
    kept = await store.get_page("/about/")
    assert await changes_of(store, replaced(store, kept)) == ()
    [change] = await changes_of(store, store.delete_page("/about/", if_version=kept.version))
    assert (change.action, change.scopes) == (Action.WITHDRAW, frozenset())


async def test_an_edit_of_another_version_is_refused(store: Store) -> None:
    made = await store.add_page(page("about"))
    newer = await replaced(store, made, title="Us")
    with pytest.raises(Conflict):
        await replaced(store, made, title="We")
    with pytest.raises(Conflict):
        await store.delete_page("/about/", if_version=made.version)
    await store.delete_page("/about/", if_version=newer.version)
    again = await store.add_page(page("about"))
    assert again.version > newer.version
    with pytest.raises(NotFound):
        await store.update_page("/none/", made, if_version=1)


async def test_a_page_that_moved_is_led_to_and_one_that_is_deleted_is_gone(store: Store) -> None:
    made = await store.add_page(page("about"))
    moved = await replaced(store, made, path="/us/")
    assert await store.find_path("/about/") == PathTarget(path="/us/", gone=False, page="/us/")
    with pytest.raises(Conflict, match="leads to the page /us/"):
        await store.add_page(page("about"))
    further = await replaced(store, moved, path="/we/")
    assert await store.find_path("/about/") == PathTarget(path="/we/", gone=False, page="/we/")
    back = await replaced(store, further, path="/about/")
    assert await store.find_path("/we/") == PathTarget(path="/about/", gone=False, page="/about/")
    await store.delete_page("/about/", if_version=back.version)
    for path in ("/about/", "/us/", "/we/"):
        target = await store.find_path(path)
        assert target is not None
        assert target.gone
    await store.add_page(page("us"))
    assert await store.find_path("/us/") == PathTarget(path="/us/", gone=False, page="/us/")


async def test_one_that_readers_saw_and_is_a_draft_again_is_gone(store: Store) -> None:
    made = await store.add_page(page("about"))
    await replaced(store, made, status=PageStatus.DRAFT)
    assert await store.find_path("/about/") == PathTarget(path="/about/", gone=True, page="/about/")


async def test_a_path_that_leads_to_an_article_is_left_to_it(store: Store) -> None:
    await store.import_articles([record(story("a"), old_paths=("/a/",))])
    with pytest.raises(Conflict, match="leads to the article"):
        await store.add_page(page("a"))
    unseen = await store.add_page(page("a", status=PageStatus.DRAFT))
    with pytest.raises(Conflict, match="leads to the article"):
        await replaced(store, unseen, status=PageStatus.PUBLISHED)
    [outcome] = await store.import_pages([PageRecord(page=page("b", path="/2023/03/01/a/"), origin="o", digest="d")])
    assert outcome is PageOutcome.TAKEN
    assert (await store.get_page("/2023/03/01/a/")).status is PageStatus.DRAFT


async def test_a_path_of_a_page_is_left_to_it_by_articles(store: Store) -> None:
    await store.add_page(page("2023/03/01/a"))
    await store.import_articles([record(story("b"), old_paths=("/2023/03/01/a/",))])
    article = await store.add_article(story("a"))
    assert article.path == "/2023/03/01/a-2/"
    assert await store.view_article("/2023/03/01/a/", size=10) is None
    assert await store.view_page("/2023/03/01/a/") is not None


async def test_the_footer_has_the_first_of_the_uppermost(store: Store) -> None:
    legal = await store.add_page(page("legal"))
    await store.add_page(page("legal/imprint"))
    await store.add_page(page("legal-notes/deep"))
    unseen = await store.add_page(page("about", status=PageStatus.DRAFT))
    team = await store.add_page(page("about/team"))
    assert await footer(store) == (
        ("/about/team/", "About/team"), ("/legal-notes/deep/", "Legal-notes/deep"), ("/legal/", "Legal")
    )  # fmt: skip
    await replaced(store, unseen, status=PageStatus.PUBLISHED)
    await store.delete_page("/legal/", if_version=legal.version)
    shown = [path for path, _ in await footer(store)]
    assert shown == ["/about/", "/legal-notes/deep/", "/legal/imprint/"]
    view = await store.view_page(team.path)
    assert view is not None
    assert view.above == (PageLink("/about/", "About"),)
    view = await store.view_page("/about/")
    assert view is not None
    assert view.below == (PageLink("/about/team/", "About/team"),)
    for number in range(30):
        await store.add_page(page(f"p{number:02}"))
    assert len(await footer(store)) == 20
    assert (await store.read_articles(SITE, limit=0)).snapshot.around.footer == ()


async def test_pages_are_listed_by_path(store: Store) -> None:
    names = ["a", "a/b", "a-b", "ä", "Z"]
    for name in names:
        await store.add_page(page(name, status=PageStatus.DRAFT))
    paths = sorted(f"/{name}/" for name in names)
    assert [one.path for one in await store.list_pages(limit=10)] == paths
    assert [one.path for one in await store.list_pages(after=paths[1], limit=2)] == paths[2:4]
    assert [one.path for one in (await store.read_sections(pages=10)).pages] == []
    await store.add_page(page("b"))
    [place] = (await store.read_sections(pages=10)).pages
    assert (place.path, place.edited_at) == ("/b/", FOUNDED)


async def import_page(store: Store, made: Page, digest: str, **given: Any) -> PageOutcome:
    [outcome] = await store.import_pages([PageRecord(page=made, origin="old 2", digest=digest, **given)])
    return outcome


async def test_an_import_follows_its_source_until_the_page_is_edited_here(store: Store) -> None:
    assert await import_page(store, page("about"), "one", old_paths=("/?page_id=2",)) is PageOutcome.ADDED
    assert await store.find_path("/?page_id=2") == PathTarget(path="/about/", gone=False, page="/about/")
    assert await changes_of(store, import_page(store, page("about"), "one")) == ()
    assert await import_page(store, page("us", title="Us"), "two") is PageOutcome.CHANGED
    assert await store.find_path("/?page_id=2") == PathTarget(path="/us/", gone=False, page="/us/")
    ours = await replaced(store, await store.get_page("/us/"), title="Ours")
    assert await import_page(store, page("us", title="Us"), "two") is PageOutcome.UNCHANGED
    assert await import_page(store, page("us", title="Theirs"), "three") is PageOutcome.KEPT
    assert await store.get_page("/us/") == ours
    theirs = PageRecord(page=page("us", title="Theirs"), origin="old 2", digest="four")
    assert await store.import_pages([theirs], theirs=True) == (PageOutcome.CHANGED,)
    ours = await replaced(store, await store.get_page("/us/"), title="Ours")
    await store.delete_page("/us/", if_version=ours.version)
    assert await import_page(store, page("us", title="Theirs"), "five") is PageOutcome.KEPT
    assert await store.list_pages(limit=1) == ()


async def test_the_newsrooms_own_page_is_not_touched_by_an_import(store: Store) -> None:
    ours = await store.add_page(page("about"))
    assert await import_page(store, page("about", title="Theirs"), "one") is PageOutcome.KEPT
    assert await store.list_pages(limit=9) == (ours,)


async def test_of_two_sites_with_one_path_the_later_gets_a_draft_beside(store: Store) -> None:
    await import_page(store, page("about"), "one")
    second = PageRecord(page=page("about", title="Theirs"), origin="other 2", digest="two")
    assert await store.import_pages([second]) == (PageOutcome.TAKEN,)
    [first, beside] = await store.list_pages(limit=9)
    assert await store.import_pages([second]) == (PageOutcome.TAKEN,)
    assert await store.list_pages(limit=9) == (first, beside)
    assert (first.path, first.title, beside.path, beside.status) == (
        "/about-2/", "Theirs", "/about/", PageStatus.PUBLISHED
    )  # fmt: skip


async def test_of_however_many_with_one_path_each_gets_its_own(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.sql.page_moves._NUMBERS", 2)
    many = [PageRecord(page=page("about"), origin=f"site-{number} about", digest="d") for number in range(8)]
    await store.import_pages(many)
    paths = {one.path for one in await store.list_pages(limit=20)}
    assert paths == {"/about/", *(f"/about-{number}/" for number in range(2, 9))}


@pytest.mark.parametrize("many", [10, 40])
async def test_a_chain_of_pages_is_looked_at_once_or_twice(
    many: int, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Be it that the last of them cannot move, and so none can."""
    looks = 0

    def counted(*given: Any) -> bool:
        nonlocal looks
        looks += 1
        return can_have(*given)

    def chain(first: int, digest: str) -> list[PageRecord]:
        """Each a place further on than by `first` one less."""
        return [
            PageRecord(page=page(f"p{first + number}"), origin=f"old {number}", digest=digest) for number in range(many)
        ]

    await store.import_pages(chain(0, "one"))
    own = await store.add_page(page(f"p{many}"))
    monkeypatch.setattr("storage.sql.page_moves.can_have", counted)
    outcomes = await store.import_pages(chain(1, "two"))
    assert set(outcomes) == {PageOutcome.STAYED}
    assert looks <= 2 * many
    await store.delete_page(own.path, if_version=own.version)
    assert set(await store.import_pages(chain(0, "three"))) == {PageOutcome.CHANGED}
    await store.import_pages(chain(2, "four"))
    assert [one.path for one in await store.list_pages(limit=99)] == sorted(f"/p{at + 2}/" for at in range(many))


async def test_what_could_not_be_where_its_source_has_it_is_there_once_that_is_free(store: Store) -> None:
    await import_page(store, page("about"), "one")
    led = await replaced(store, await store.add_page(page("us")), path="/ours/")
    records = [
        PageRecord(page=page(name, title="Theirs"), origin=f"other {name}", digest="one") for name in ("about", "us")
    ]
    for _ in range(2):
        assert await store.import_pages(records) == (PageOutcome.TAKEN, PageOutcome.TAKEN)
    for one in (await store.get_page("/about/"), led):
        await store.delete_page(one.path, if_version=one.version)
    assert await store.import_pages(records) == (PageOutcome.CHANGED, PageOutcome.CHANGED)
    pages = await store.list_pages(limit=9)
    assert [(one.path, one.title, one.public) for one in pages] == [
        ("/about/", "Theirs", True), ("/us/", "Theirs", True)
    ]  # fmt: skip
    assert await store.import_pages(records) == (PageOutcome.UNCHANGED, PageOutcome.UNCHANGED)


async def test_what_could_not_be_where_its_source_has_it_is_left_alone_once_it_was_edited_here(store: Store) -> None:
    await store.add_page(page("us"))
    await store.import_pages([PageRecord(page=page("about"), origin="other 7", digest="one")])
    await import_page(store, page("team"), "one")
    records = [
        PageRecord(page=page("us", title="New"), origin="old 2", digest="two"),
        PageRecord(page=page("about", title="Theirs"), origin="old 7", digest="one"),
    ]
    assert await store.import_pages(records) == (PageOutcome.STAYED, PageOutcome.TAKEN)
    await replaced(store, await store.get_page("/team/"), title="Ours")
    await replaced(store, await store.get_page("/about-2/"), path="/more/", status=PageStatus.PUBLISHED)
    kept = await store.list_pages(limit=9)
    assert await store.import_pages(records) == (PageOutcome.UNCHANGED, PageOutcome.UNCHANGED)
    assert await store.list_pages(limit=9) == kept
    news = [replace(one, digest="news") for one in records]
    assert await store.import_pages(news) == (PageOutcome.KEPT, PageOutcome.KEPT)


async def test_a_draft_is_not_published_at_a_path_that_its_source_has_not(store: Store) -> None:
    await import_page(store, page("plans", status=PageStatus.DRAFT), "one")
    await store.add_page(page("us"))
    assert await import_page(store, page("us", title="Plans"), "two") is PageOutcome.TAKEN
    kept = await store.get_page("/plans/")
    assert (kept.title, kept.status) == ("Plans", PageStatus.DRAFT)


async def test_an_import_that_cannot_move_a_page_leaves_it_at_its_path(store: Store) -> None:
    await import_page(store, page("about"), "one")
    await store.add_page(page("us"))
    for _ in range(2):
        assert await import_page(store, page("us", title="New"), "two") is PageOutcome.STAYED
    assert [(one.path, one.title) for one in await store.list_pages(limit=9)] == [("/about/", "New"), ("/us/", "Us")]


async def test_what_is_exported_comes_back(store: Store) -> None:
    await import_page(store, page("about"), "one", old_paths=("/?page_id=2",))
    await store.add_page(page("unseen", status=PageStatus.DRAFT))
    exported = [thing async for thing in store.export() if isinstance(thing, PageRecord)]
    assert [(one.page.path, one.old_paths, one.digest) for one in exported] == [
        ("/about/", ("/?page_id=2",), "one"), ("/unseen/", (), "")
    ]  # fmt: skip
    public = [thing async for thing in store.export(public_only=True) if isinstance(thing, PageRecord)]
    assert public == exported[:1]
    assert set(await store.import_pages([replace(one, digest="") for one in exported])) == {PageOutcome.UNCHANGED}
