"""How often a write waits for the database: on a server each time is a round trip, with the lock of all writers held."""

from collections.abc import Awaitable, Callable, Coroutine, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

import pytest

from storage.model import Article, ArticleStatus, Author, CommentStatus, ImportRun, ImportSource, Section, Tag
from storage.protocol import Store
from storage.sql import mixin
from storage.sql.engine import Connection
from tests.storage.newsroom import FOUNDED, LIST_AFTER, add_reply, edit, moderate, record, reply, story, withdraw

pytestmark = pytest.mark.anyio

T = TypeVar("T")
FEW, MANY = 2, 9


class Waits:
    """Of the writes that were made: the times that rows were asked for of which nobody knew yet that they had come."""

    def __init__(self) -> None:
        self.count = self.sent = self.come = 0
        self.noted: list[int] = []

    def wait(self, number: int) -> None:
        if number > self.come:
            self.count += 1
            self.come = self.sent

    async def of(self, write: Awaitable[T]) -> T:
        """What the write returns; its waits are noted."""
        self.count = 0
        result = await write
        self.noted.append(self.count)
        return result


class _Counted:
    """A connection whose statements are answered when the rows of one of them are asked for."""

    def __init__(self, db: Connection, waits: Waits) -> None:
        self._db, self._waits = db, waits

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)

    def execute(self, sql: str, parameters: Any = (), /) -> Any:
        self._waits.sent += 1
        return _Rows(self._db.execute(sql, parameters), self._waits)


class _Rows:
    def __init__(self, rows: Any, waits: Waits) -> None:
        self._rows, self._waits, self._number = rows, waits, waits.sent

    def __getattr__(self, name: str) -> Any:
        self._waits.wait(self._number)
        return getattr(self._rows, name)

    def __iter__(self) -> Iterator[Any]:
        self._waits.wait(self._number)
        return iter(self._rows)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> Waits:
    counted = Waits()

    class Write(mixin.Write):
        def __init__(self, db: Connection, now: Any) -> None:
            super().__init__(_Counted(db, counted), now)

    monkeypatch.setattr(mixin, "Write", Write)
    return counted


def named(slug: str, count: int, **fields: Any) -> Article:
    """An article in so many sections, by so many authors, with so many tags."""
    return replace(
        story(slug, FOUNDED - timedelta(days=9, seconds=sum(map(ord, slug)))),
        sections=tuple(f"s{number}" for number in range(count)),
        authors=tuple(Author(slug=f"{slug}-{number}", name=f"A {number}") for number in range(count)),
        tags=tuple(Tag(slug=f"{slug}-{number}", name=f"T {number}") for number in range(count)),
        **fields,
    )


async def articles(store: Store, waits: Waits, count: int) -> None:
    """Articles that name so many, and have so many replies."""
    article = await waits.of(store.add_article(named(f"a{count}", count)))
    await waits.of(store.add_article(replace(article, guid=f"urn:b{count}", slug=f"b{count}")))
    await waits.of(edit(store, article, headline="Another"))
    for number in range(count):
        await add_reply(store, reply(article, f"Reader {number}"))
    article = await store.get_article(article.id)
    moved = named(f"c{count}", count + 1)
    article = await waits.of(
        edit(store, article, sections=moved.sections, authors=moved.authors, tags=moved.tags, slug=f"d{count}")
    )
    article = await waits.of(withdraw(store, article))
    await waits.of(edit(store, article, status=ArticleStatus.PUBLISHED))


async def replies(store: Store, waits: Waits, count: int) -> None:
    """Replies below so many others, on an article that is in so many sections."""
    article = await store.add_article(named(f"r{count}", count))
    parent = None
    for number in range(count):
        parent = (await add_reply(store, reply(article, f"Reader {number}", parent_id=parent))).id
    held = reply(article, "Ann", parent_id=parent, status=CommentStatus.PENDING)
    comment = await waits.of(store.add_comment(held, list_after=LIST_AFTER, admit=lambda _, __: held))
    for status in (CommentStatus.APPROVED, CommentStatus.SPAM, CommentStatus.APPROVED):
        comment = await waits.of(moderate(store, comment, status))
    await waits.of(store.update_comment(replace(comment, author_name="Anne"), if_version=comment.version))


async def decisions(store: Store, waits: Waits, count: int) -> None:
    """So many replies decided at once, on as many articles."""
    held = []
    for number in range(count):
        article = await store.add_article(named(f"m{count}-{number}", 2))
        held.append(await add_reply(store, reply(article, f"Reader {number}", status=CommentStatus.PENDING)))
    ids = [comment.id for comment in held]
    made = await waits.of(store.moderate(ids, CommentStatus.APPROVED, by="desk", list_after=LIST_AFTER))
    assert len(made) == count
    undone = await waits.of(store.undo_decisions(made[0].id, made[-1].id, by="desk", list_after=LIST_AFTER))
    assert len(undone) == count


async def imports(store: Store, waits: Waits, count: int) -> None:
    """So many records at once, each with a thread; new ones, known ones, and such as changed."""
    records = [
        record(
            named(f"i{count}-{number}", 2),
            *(reply(story(f"i{count}-{number}"), f"Reader {place}", id=100 * number + place) for place in range(1, 4)),
            old_paths=(f"/?p={count}{number}", f"/{count}/{number}/"),
        )
        for number in range(count)
    ]
    await waits.of(store.import_articles(records))
    # Of one that is new a few things are known only when those before it are kept.
    assert waits.noted.pop() <= 8 + 6 * count
    await waits.of(store.import_articles(records))
    changed = [replace(one, article=replace(one.article, editorial_note="New.")) for one in records]
    await waits.of(store.import_articles(changed))


async def imports_of_a_source(store: Store, waits: Waits, count: int) -> None:
    """The same of a source, which says them again: as it did, and with all of them and their comments changed."""
    source = ImportSource(names=("https://old.example",), site="https://old.example", whole=True)
    records = [
        replace(
            record(
                named(f"j{count}-{number}", 2),
                *(reply(story(f"j{count}-{number}"), f"R {place}", id=100 * number + place) for place in range(1, 4)),
            ),
            source=source,
            all_comments=True,
        )
        for number in range(count)
    ]
    run = ImportRun(key=f"of {count}", kind="export", name="x")
    await store.take_in(records[:1], run=run)
    await waits.of(store.take_in(records, run=run))
    assert waits.noted.pop() <= 12 + 6 * count
    await waits.of(store.take_in(records, run=run))
    changed = [
        replace(
            one,
            article=replace(one.article, editorial_note="New."),
            comments=tuple(replace(comment, body_html="<p>Edited.</p>") for comment in one.comments[:2]),
        )
        for one in records
    ]
    await waits.of(store.take_in(changed, run=replace(run, key=f"again {count}")))


Play = Callable[[Store, Waits, int], Coroutine[Any, Any, None]]


@pytest.mark.parametrize(
    "play", [articles, replies, decisions, imports, imports_of_a_source], ids=lambda play: str(play.__name__)
)
async def test_a_write_waits_as_often_however_much_it_writes(store: Store, waits: Waits, play: Play) -> None:
    await store.import_sections([Section(path=f"s{n}", title="S", created_at=FOUNDED) for n in range(MANY + 1)])
    # Its scopes, such as the day's, are there after the first.
    await play(store, waits, 1)
    waits.noted.clear()
    await play(store, waits, FEW)
    few = waits.noted[:]
    waits.noted.clear()
    await play(store, waits, MANY)
    assert any(few)
    assert waits.noted == few
