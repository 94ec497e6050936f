"""`dateline withdraw`: an article is taken back, and operators see who knows."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import TypeVar

import pytest

from storage.connect import open_store
from storage.model import Article, Partner, PartnerNotes, PartnerRead, Terms
from storage.protocol import Store
from tests.cli.conftest import CommandLine
from tests.storage.newsroom import sections, story

T = TypeVar("T")


@pytest.fixture
def dateline(called_here: CommandLine) -> CommandLine:
    assert called_here("migrate").code == 0
    return called_here


def stored(dateline: CommandLine, work: Callable[[Store], Awaitable[T]]) -> T:
    async def run() -> T:
        store = await open_store(f"sqlite:///{dateline.folder}/var/dateline.db")
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(run())


async def fill(store: Store) -> tuple[Article, Article]:
    await store.import_sections(sections())
    wrong = await store.add_article(story("wrong", sections=("world",), editorial_note="Seen by two."))
    right = await store.add_article(story("right"))
    for name in ("Rome", "Oslo"):
        await store.add_partner(Partner(name=name))
    await store.add_partner(Partner(name="Money", terms=Terms(sections=("business",))))
    await store.expand_views()
    return wrong, right


def test_it_names_partners_until_all_know(dateline: CommandLine) -> None:
    wrong, right = stored(dateline, fill)
    ran = dateline("withdraw", str(wrong.id), "--reason", "Wrong person", "--replacement", str(right.id), "--wait", "0")
    assert ran.code == 1
    assert ran.out.splitlines() == ["Oslo: does not know yet", "Rome: does not know yet"]
    assert "Withdrawn: Wrong" in ran.err
    assert "2 of 2 partners do not know yet: Oslo, Rome." in ran.err
    kept = stored(dateline, lambda store: store.get_article(wrong.id))
    assert kept.editorial_note.startswith("Seen by two.\nWithdrawn on ")
    assert kept.editorial_note.endswith(": Wrong person")
    assert not kept.public
    assert dateline("redirect", "list").out.splitlines() == ["old,new", f"{wrong.path},{right.path}"]

    async def read(store: Store) -> None:
        for partner in await store.list_partners():
            number = await store.entitled_number(partner.set_id)
            read = PartnerRead(set_id=partner.set_id, number=number, at=store.now())
            await store.note_partners(PartnerNotes(reads={partner.id: read}))

    stored(dateline, read)
    ran = dateline("withdraw", str(wrong.id), "--reason", "Wrong person")
    assert (ran.code, [line.partition(" since ")[0] for line in ran.out.splitlines()]) == (
        0,
        ["Oslo: knows", "Rome: knows"],
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("7", "--reason", "x"), "There is no article 7. Nothing was changed."),
        (("1", "--reason", "x", "--replacement", "1"), "Article 1 cannot stand in its place"),
        (("1", "--reason", "x", "--replacement", "9"), "There is no article 9. Nothing was changed."),
        (("1", "--reason", " "), "say why"),
        (("1", "--reason", "x", "--wait", "inf"), "give a number of seconds"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    dateline: CommandLine, arguments: tuple[str, ...], told: str
) -> None:
    stored(dateline, fill)
    ran = dateline("withdraw", *arguments)
    assert ran.code in (1, 2)
    assert told in ran.fault
    with closing(sqlite3.connect(dateline.folder / "var" / "dateline.db")) as file:
        assert file.execute("SELECT count(*) FROM articles WHERE status = 'withdrawn'").fetchall() == [(0,)]


def test_an_article_that_no_partner_had(dateline: CommandLine) -> None:
    async def alone(store: Store) -> Article:
        return await store.add_article(story("alone"))

    article = stored(dateline, alone)
    ran = dateline("withdraw", str(article.id), "--reason", "Wrong")
    assert (ran.code, ran.out) == (0, "No partner had it.\n")
