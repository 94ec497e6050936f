"""`dateline ban`: what is said, what is listed, and what forgetting a reader does to bans."""

import asyncio
import re
from datetime import timedelta

from storage.connect import open_store
from storage.model import Comment, CommentStatus
from tests.cli.conftest import CommandLine
from tests.storage.newsroom import FOUNDED, reply, story

EMAIL = "zoe@troll.example"


def held(dateline: CommandLine) -> Comment:
    async def work() -> Comment:
        store = await open_store(f"sqlite:///{dateline.folder}/var/dateline.db", migrate=True)
        article = await store.add_article(story("a"))
        comment = reply(article, "Zoe", FOUNDED, author_email=EMAIL, status=CommentStatus.PENDING, ip_hash="h")
        kept = await store.add_comment(comment, list_after=timedelta())
        await store.close()
        return kept

    return asyncio.run(work())


def test_bans_are_added_listed_lifted_and_forgotten(dateline: CommandLine) -> None:
    held(dateline)
    ran = dateline("ban", "add", "email", EMAIL, "--note", "Floods", "--trash-held")
    said = f"Banned: 1\temail\t{EMAIL}\tuntil it is lifted\tcli\tFloods\n"
    assert (ran.code, ran.out, ran.err) == (0, f"{said}Comments that waited, put in the trash: 1.\n", "")
    assert dateline("ban", "add", "email", "ZOE@troll.example").out == said.replace("Banned", "It was banned already")
    assert dateline("ban", "add", "name", "zoe").code == 0
    # The address of the comment above, whose hash is not known here, would be one more: given in digits, another is.
    assert re.fullmatch(r"Banned: 3\taddress\t\(known by its hash\)\tuntil [\d-]+\tcli\n",
                        dateline("ban", "add", "address", "203.0.113.7").out)  # fmt: skip
    assert [line.split("\t")[1] for line in dateline("ban", "list").out.splitlines()] == ["address", "name", "email"]
    wrong = dateline("ban", "add", "network", "203.0.113")
    assert (wrong.code, "203.0.113.0/24" in wrong.fault) == (1, True)
    assert dateline("ban", "lift", "3").code == 0
    assert "dateline ban list" in dateline("ban", "lift", "3").fault
    ran = dateline("forget", EMAIL)
    assert ran.out == "Comments by this address: 0 made anonymous, 1 erased.\nBans of this reader, lifted: 1.\n"
    assert "dateline ban lift 2" in ran.err
    assert [line.split("\t")[1] for line in dateline("ban", "list").out.splitlines()] == ["name"]
    # Of one who never wrote, too.
    dateline("ban", "add", "email", "never@troll.example")
    assert "lifted: 1" in dateline("forget", "never@troll.example").out
