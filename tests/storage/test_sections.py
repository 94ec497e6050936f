"""The newsroom's tree of sections."""

from dataclasses import replace
from datetime import timedelta

import pytest

from storage.errors import Conflict, Invalid, NotFound
from storage.lifecycle import AHEAD
from storage.model import Action, ArticleRecord, Change, Section, Subject
from storage.protocol import Store
from tests.storage.newsroom import FOUNDED, SettableClock, changes_of, draft, edit, sections, story

pytestmark = pytest.mark.anyio

SPORT = Section(path="sport", title="Sport", description="Who won.", created_at=FOUNDED - timedelta(days=1))


def told(changes: tuple[Change, ...]) -> list[tuple[Action, str, frozenset[str]]]:
    assert {change.subject for change in changes} <= {Subject.SECTION}
    return [(change.action, change.subject_id, change.scopes) for change in changes]


async def test_sections_come_by_path(store: Store) -> None:
    assert await store.add_section(SPORT) == SPORT
    kept = await store.get_sections()
    assert [section.path for section in kept] == ["business", "sport", "world", "world/africa"]
    assert set(kept) == {SPORT, *sections()}


async def test_each_write_raises_the_site(store: Store, clock: SettableClock) -> None:
    clock.advance(hours=1)
    site = frozenset({"site"})
    assert told(await changes_of(store, store.add_section(SPORT))) == [(Action.INSERT, "sport", site)]
    other = replace(SPORT, title="Sports")
    assert told(await changes_of(store, store.update_section(other))) == [(Action.EDIT, "sport", site)]
    assert told(await changes_of(store, store.delete_section("sport"))) == [(Action.WITHDRAW, "sport", site)]
    state = (await store.read_articles("home", limit=1, also=("site",))).snapshot.scopes["site"]
    assert (state.version, state.modified_at) == (await store.last_seq(), clock.now + AHEAD)


async def test_a_section_may_be_refused(store: Store) -> None:
    await store.add_section(SPORT)
    with pytest.raises(Conflict):
        await store.add_section(replace(SPORT, title="Again"))
    with pytest.raises(Invalid) as caught:
        await store.add_section(replace(SPORT, path="arts/film"))
    assert set(caught.value.fields) == {"parent"}
    await store.add_section(replace(SPORT, path="sport/rowing"))
    assert SPORT in await store.get_sections()


async def test_a_section_may_come_back_but_takes_no_path_from_an_article(store: Store) -> None:
    await store.add_section(SPORT)
    await store.delete_section("sport")
    await store.add_section(SPORT)
    assert SPORT in await store.get_sections()
    found = await store.find_path("/section/sport/")
    assert found is not None
    assert not found.gone
    await store.import_articles([ArticleRecord(article=story("a"), old_paths=("/section/arts/",))])
    with pytest.raises(Conflict):
        await store.add_section(replace(SPORT, path="arts"))


async def test_an_edit_changes_title_and_description(store: Store) -> None:
    await store.add_section(SPORT)
    edited = await store.update_section(
        Section(path="sport", title="Sports", description="", created_at=FOUNDED + timedelta(days=9))
    )
    assert edited == replace(SPORT, title="Sports", description="", seq=await store.last_seq())
    assert edited in await store.get_sections()
    # What entries say of it is its title alone.
    described = await store.update_section(replace(edited, description="Who won.", seq=0))
    assert described == replace(edited, description="Who won.")
    assert described in await store.get_sections()
    with pytest.raises(NotFound):
        await store.update_section(replace(SPORT, path="arts"))


async def test_a_section_in_use_is_not_deleted(store: Store) -> None:
    await store.add_section(SPORT)
    # Its neighbours in the order of paths are not in it.
    await store.add_section(replace(SPORT, path="sport-news"))
    await store.add_section(replace(SPORT, path="sport0"))
    kept = await store.add_article(draft("a", sections=("world", "sport")))
    with pytest.raises(Conflict):
        await store.delete_section("sport")
    with pytest.raises(Conflict):
        await store.delete_section("world")
    await edit(store, kept, sections=("business",))
    with pytest.raises(Conflict):
        await store.delete_section("world")
    await store.delete_section("sport")
    assert [section.path for section in await store.get_sections()] == [
        "business", "sport-news", "sport0", "world", "world/africa"
    ]  # fmt: skip
    with pytest.raises(NotFound):
        await store.delete_section("sport")


async def test_an_import_keeps_what_is_new(store: Store) -> None:
    new = [
        Section(path="arts/film/shorts", title="Shorts", created_at=FOUNDED),
        Section(path="world", title="Another name", created_at=FOUNDED),
        Section(path="arts", title="Arts", created_at=FOUNDED),
        Section(path="arts/film", title="Film", created_at=FOUNDED),
        Section(path="arts", title="Arts", created_at=FOUNDED),
    ]
    changes = await changes_of(store, store.import_sections(new))
    assert [change.subject_id for change in changes] == ["arts", "arts/film", "arts/film/shorts"]
    assert {section.title for section in await store.get_sections() if section.path == "world"} == {"World"}
    assert await store.import_sections(new) == 0
    with pytest.raises(Invalid):
        await store.import_sections([SPORT, replace(SPORT, path="no/where")])
    assert SPORT not in await store.get_sections()


async def test_an_import_brings_a_deleted_section_back(store: Store) -> None:
    await store.add_section(SPORT)
    await store.delete_section("sport")
    assert await store.import_sections([SPORT]) == 1
    target = await store.find_path("/section/sport/")
    assert target is not None
    assert not target.gone
