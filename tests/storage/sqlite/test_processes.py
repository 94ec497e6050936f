"""Other processes: one that is killed in the middle of its writes, one whose commits are to be seen here."""

import subprocess
import sys
from pathlib import Path

import pytest

from storage.connect import open_store
from storage.model import Action, Section, Subject
from storage.protocol import Store
from storage.scopes import lists_of_article, lists_of_comment
from storage.sqlite import connection
from tests.storage.newsroom import SettableClock, sections, slugs, until

pytestmark = pytest.mark.anyio

WRITER = """
import asyncio, sys
from dataclasses import replace
from storage.connect import open_store
from storage.model import ArticleStatus
from tests.storage.newsroom import SettableClock, add_reply, edit, reply, story, withdraw

async def main():
    store = await open_store(sys.argv[1], clock=SettableClock())
    number = 0
    while sys.stdin.readline():
        number += 1
        article = await store.add_article(story(f"a{number}", sections=("world/africa",)))
        print(article.seq, flush=True)
        await add_reply(store, reply(article, "Ann"))
        await edit(store, article, sections=("business",))
        if number % 3 == 0:
            await withdraw(store, article)
            await edit(store, article, status=ArticleStatus.PUBLISHED)
            await withdraw(store, article)
    await store.close()

asyncio.run(main())
"""


def writer(url: str) -> "subprocess.Popen[str]":
    """A process that writes several times for each line that it is given, and tells the first seq of them."""
    arguments = [sys.executable, "-c", WRITER, url]
    return subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def ask(process: "subprocess.Popen[str]", lines: int) -> None:
    assert process.stdin is not None
    process.stdin.write("\n" * lines)
    process.stdin.flush()


def told(process: "subprocess.Popen[str]") -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


async def prepared(url: str, clock: SettableClock) -> Store:
    store = await open_store(url, clock=clock, migrate=True)
    await store.import_sections(sections())
    return store


@pytest.mark.parametrize("lines", [1, 4, 13])
async def test_a_killed_writer_leaves_whole_writes(tmp_path: Path, clock: SettableClock, lines: int) -> None:
    url = f"sqlite:///{tmp_path}/dateline.db"
    await (await prepared(url, clock)).close()
    with writer(url) as process:
        ask(process, 1000)
        acknowledged = [told(process) for _ in range(lines)][-1]
        process.kill()
    store = await open_store(url, clock=clock)
    try:
        assert list(await store.check()) == []
        assert await store.last_seq() >= acknowledged
        await assert_whole(store)
        # And it goes on from there.
        await store.announce_rendering("1")
    finally:
        await store.close()


async def assert_whole(store: Store) -> None:
    """Rows, lists, scopes and log tell of the same writes."""
    changes = await store.changes_since(0, limit=100_000)
    assert [change.seq for change in changes] == list(range(1, len(changes) + 1))
    articles = await store.list_articles(limit=100_000)
    comments = await store.list_comments(limit=100_000)
    inserted = [
        change.subject_id for change in changes if (change.action, change.subject) == (Action.INSERT, Subject.ARTICLE)
    ]
    assert inserted == [str(article.id) for article in reversed(articles)]
    edits = [change.subject_id for change in changes if change.subject is Subject.ARTICLE]
    replies = {comment.article_id for comment in comments}
    raised = {scope: change.seq for change in changes for scope in change.scopes}
    home = await store.read_articles("home", limit=None, also=tuple(raised))
    assert {scope: home.snapshot.scopes[scope].version for scope in raised} == raised
    for article in articles:
        assert article.version == edits.count(str(article.id))
        assert article.comment_count == (article.id in replies)
        shown, gone = (article.guid in {one.guid for one in found} for found in (home.articles, home.tombstones))
        assert (shown, gone) == (article.public, not article.public)
        for scope in lists_of_article(article):
            assert (article.slug in await slugs(store, scope)) == article.public
        for scope in lists_of_comment(article) if article.comment_count else ():
            found = await store.read_comments(scope, limit=100_000)
            assert (article.id in {entry.article.id for entry in found.comments}) == article.public


async def test_another_processs_commits_are_noticed(tmp_path: Path, clock: SettableClock) -> None:
    url = f"sqlite:///{tmp_path}/dateline.db"
    store = await prepared(url, clock)
    try:
        with writer(url) as process:
            for _ in range(5):
                ask(process, 1)
                seq = told(process)
                await until(store.moved)
                assert await store.last_seq() >= seq
            assert process.stdin is not None
            process.stdin.close()
            process.wait(timeout=60)
        # What it committed last is noticed, too; and then there is quiet.
        last = -1
        while last != (last := await store.last_seq()):
            await until(lambda: not store.moved())
        assert not store.moved()
    finally:
        await store.close()


async def test_a_commit_without_a_change_takes_no_other_process_off_the_fast_path(
    tmp_path: Path, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "LOOK_AGAIN", 0.0)
    url = f"sqlite:///{tmp_path}/dateline.db"
    store, other = await prepared(url, clock), await open_store(url, clock=clock)
    try:
        await other.add_section(Section(path="first", title="First", created_at=clock()))
        await until(store.moved)
        assert not store.moved()
        await other.move_cursor("a cursor", 7, holder="a process", done=True)
        assert await store.read_cursor("a cursor") == 7, "it is committed"
        assert not store.moved()
        await other.add_section(Section(path="second", title="Second", created_at=clock()))
        assert store.moved()
        assert not store.moved()
    finally:
        await other.close()
        await store.close()
