"""`dateline forget`: what it says, what readers see, and what is left in the files."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from storage.connect import open_store
from storage.model import CommentStatus
from tests.cli.conftest import CommandLine
from tests.storage.newsroom import FOUNDED, reply, story

EMAIL = "Ann.Of.Old@Secret.example"
PAD = "<p>Much to say.</p>" * 40


def fill(dateline: CommandLine) -> None:
    """Two comments of Ann's in each status, among many of others: they are on pages with others' and split between pages."""

    async def work() -> None:
        store = await open_store(f"sqlite:///{dateline.folder}/var/dateline.db", migrate=True)
        article = await store.add_article(story("a"))
        for number in range(120):
            status = list(CommentStatus)[number // 15 % 4]
            at = FOUNDED + timedelta(seconds=number)
            one = reply(article, f"N{number}", at, body_html=PAD, ip_hash=f"{number:x}", status=status)
            if number % 15 == 0:
                one = replace(one, author_email=EMAIL, author_name="Ann of Old")
            await store.add_comment(one, list_after=timedelta())
        await store.close()

    asyncio.run(work())


@pytest.mark.parametrize("erase", [False, True])
def test_a_reader_is_forgotten(dateline: CommandLine, erase: bool) -> None:
    fill(dateline)
    assert EMAIL.encode() in (dateline.folder / "var" / "dateline.db").read_bytes()
    ran = dateline("forget", EMAIL.upper(), *(["--erase"] if erase else []))
    said = "0 made anonymous, 8 erased" if erase else "2 made anonymous, 6 erased"
    assert (ran.code, ran.out, ran.err) == (0, f"Comments by this address: {said}.\n", "")
    for file in (dateline.folder / "var").iterdir():
        for trace in (EMAIL, EMAIL.casefold(), "Ann of Old"):
            assert trace.encode() not in file.read_bytes(), file
    shown = dateline("export").out
    assert ('"author_name":"Anonymous"' in shown) is not erase
    again = dateline("forget", EMAIL)
    assert (again.code, again.out, again.err) == (0, "There are no comments by this address.\n", "")


def test_the_name_is_in_the_sites_language(dateline: CommandLine, alone: CommandLine) -> None:
    fill(dateline)
    assert alone.with_(DATELINE_LANGUAGE="fr-CA")("forget", EMAIL).code == 0
    assert '"author_name":"Anonyme"' in dateline("export").out
