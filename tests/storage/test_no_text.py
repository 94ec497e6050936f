"""Text that no database keeps: on every engine it is Invalid where it is written, and not found where it is looked up by."""

from collections.abc import Awaitable, Callable

import pytest

from storage.errors import Invalid, NotFound
from storage.model import Section, Tag, Token
from storage.protocol import Store
from storage.scopes import tag_scope
from tests.storage.newsroom import FOUNDED, story

pytestmark = pytest.mark.anyio

NO_TEXTS = ["\0", "harbour\0", "\ud800", "harbour\udfff"]
LARGE = 2**63

Call = Callable[[Store, str], Awaitable[object]]


async def _one_of(store: Store, path: str) -> object:
    return (await store.find_paths([path, "/nothing/"])).get(path)


WRITES: dict[str, Call] = {
    "slug": lambda store, text: store.add_article(story(text)),
    "headline": lambda store, text: store.add_article(story("x", headline=text)),
    "tag": lambda store, text: store.add_article(story("x", tags=[Tag(slug=text, name="t")])),
    "sections": lambda store, text: store.add_article(story("x", sections=[text])),
    "section": lambda store, text: store.import_sections([Section(path="p", title=text, created_at=FOUNDED)]),
    "token": lambda store, text: store.add_token(
        Token(name=text, hash="h", scopes=frozenset({"publish"}), created_at=FOUNDED)
    ),
    "session": lambda store, text: store.begin_session("h", token=text, ends_at=FOUNDED),
}
LOOK_UPS: dict[str, Call] = {
    "path": lambda store, text: store.find_path(f"/{text}"),
    "paths": lambda store, text: _one_of(store, f"/{text}"),
    "token": lambda store, text: store.find_token(text),
    "session": lambda store, text: store.find_session(text),
    "source": lambda store, text: store.get_feed_source(text),
}


@pytest.mark.parametrize("text", NO_TEXTS, ids=ascii)
@pytest.mark.parametrize("call", WRITES)
async def test_it_is_not_written(store: Store, call: str, text: str) -> None:
    before = await store.last_seq()
    with pytest.raises(Invalid, match="is no character: take it out"):
        await WRITES[call](store, text)
    assert await store.last_seq() == before
    await store.add_article(story("harbour"))


@pytest.mark.parametrize("text", NO_TEXTS, ids=ascii)
@pytest.mark.parametrize("call", LOOK_UPS)
async def test_it_is_not_found(store: Store, call: str, text: str) -> None:
    assert await LOOK_UPS[call](store, text) is None


@pytest.mark.parametrize("text", NO_TEXTS, ids=ascii)
async def test_what_is_changed_by_its_name_is_not_found(store: Store, text: str) -> None:
    before = await store.last_seq()
    for call in (
        store.delete_section(text),
        store.update_section(Section(path=text, title="World", created_at=FOUNDED)),
        store.revoke_token(text),
    ):
        with pytest.raises(NotFound):
            await call
    await store.end_session(text)
    assert await store.last_seq() == before


@pytest.mark.parametrize("text", NO_TEXTS, ids=ascii)
async def test_no_list_has_anything_by_it(store: Store, text: str) -> None:
    await store.add_article(story("harbour", tags=[Tag(slug="harbour", name="Harbour")]))
    assert [a.slug for a in (await store.read_articles(tag_scope("harbour"), limit=5)).articles] == ["harbour"]
    assert (await store.read_articles(tag_scope(text), limit=5)).articles == ()
    assert (await store.read_comments(f"comments:section:{text}", limit=5)).comments == ()
    await store.search_articles(text, limit=5)


@pytest.mark.parametrize("number", [LARGE, -LARGE - 1, 10**30])
async def test_no_number_is_too_large_to_be_asked_for(store: Store, number: int) -> None:
    with pytest.raises(NotFound):
        await store.get_article(number)
    with pytest.raises(NotFound):
        await store.get_comment(number)
    if number > 0:
        assert await store.changes_since(number, limit=5) == ()
