"""`dateline partner`: who takes articles on terms, as operators see and change it."""

import asyncio
import sqlite3
from base64 import b64decode
from contextlib import closing
from datetime import UTC, datetime

import pytest

from feeds.newsroom.partners.keys import key_hash
from feeds.newsroom.takedown import take_down
from storage.connect import open_store
from storage.model import Member, MemberUse, PartnerAccess, PartnerNotes, PartnerVisit, Section, ShownArticles
from tests.cli.conftest import CommandLine
from tests.storage.newsroom import story

WHOLE_TERMS = (
    "--section", "world", "--section", "business", "--without-section", "world/africa", "--tag", "NATO", "--tag", "Côte d’Ivoire",
    "--source", "Xinhua", "--source", "", "--language", "en", "--text", "summary", "--no-images", "--comments", "--embargoed",
    "--embargo-line", "--delay", "3600", "--days", "30", "--items", "20", "--rate", "60", "--silence", "26",
    "--expires", "2099-12-31", "--preset",
    "msn", "--contact", "ann@rome.example", "--no-key-in-path", "--renewal-url", "https://news.example/renew", "--networks",
    "5", "--end-leaked",
)  # fmt: skip
SHOWN = """\
name              Rome Weekly
contact           ann@rome.example
sections          business, world
without sections  world/africa
tags              cote-divoire, nato
sources           (our own), Xinhua
languages         en
text              summary
images            no
comments          yes
embargoed         yes
embargo line      yes
delay             3600 s
days              30
items             20
preset            msn
rate              60 a minute
silence           told after 26 h
key in path       no
renewal url       https://news.example/renew
networks          5 a day
end leaked        yes
"""


@pytest.fixture
def dateline(called_here: CommandLine) -> CommandLine:
    dateline = called_here.with_(DATELINE_TIMEZONE="Africa/Kampala")
    assert dateline("migrate").code == 0
    asyncio.run(add_sections(dateline))
    return dateline


async def add_sections(dateline: CommandLine) -> None:
    store = await open_store(f"sqlite:///{dateline.folder}/var/dateline.db")
    try:
        at = datetime(2023, 3, 22, tzinfo=UTC)
        paths = ("world", "world/africa", "business")
        await store.import_sections([Section(path=path, title=path, created_at=at) for path in paths])
    finally:
        await store.close()


async def found(dateline: CommandLine, key: str) -> PartnerAccess | None:
    store = await open_store(f"sqlite:///{dateline.folder}/var/dateline.db")
    try:
        return await store.find_partner(key_hash(key))
    finally:
        await store.close()


def test_add_list_show_set_remove(dateline: CommandLine) -> None:
    listed = dateline("partner", "list")
    assert (listed.code, listed.out) == (0, "")
    assert "dateline partner add" in listed.err
    ran = dateline("partner", "add", "Rome Weekly", *WHOLE_TERMS)
    assert (ran.code, ran.out) == (0, "")
    assert "dateline partner key 'Rome Weekly' KEYNAME" in ran.err
    shown = dateline("partner", "show", "rome weekly")
    assert shown.out.startswith(SHOWN)
    assert "lasts until       2099-12-31 21:00\n" in shown.out, "the day ends in the newsroom's time zone"
    assert "It has no key" in shown.err
    assert dateline("partner", "add", "A").code == 0
    assert [line.split("  ")[0] for line in dateline("partner", "list").out.splitlines()] == [
        "NAME",
        "A",
        "Rome Weekly",
    ]
    assert "There is a partner named 'Rome Weekly' already" in dateline("partner", "add", "ROME WEEKLY").fault
    changed = dateline(
        "partner", "set", "Rome Weekly", "--section", "world/africa", "--any-tag", "--any-source", "--text", "full",
        "--images", "--delay", "0", "--expires", "never", "--name", "Roma",
    )  # fmt: skip
    assert changed.code == 0
    shown = dateline("partner", "show", "roma")
    for line in (
        "name              Roma", "sections          world/africa", "without sections  world/africa", "tags              any",
        "sources           any", "languages         en", "text              full", "images            yes", "delay             0 s",
        "lasts until       never", "rate              60 a minute",
    ):  # fmt: skip
        assert f"{line}\n" in shown.out
    assert dateline("partner", "set", "Roma", "--any-section", "--any-language").code == 0
    shown = dateline("partner", "show", "Roma")
    assert "sections          all\nwithout sections\n" in shown.out
    assert "languages         any\n" in shown.out
    assert dateline("partner", "remove", "roma").code == 0
    for command in (("show",), ("remove",), ("set", "--delay", "1"), ("revoke", "key"), ("key", "key")):
        ran = dateline("partner", command[0], "Roma", *command[1:])
        assert ran.code == 1
        assert "`dateline partner" in ran.fault


def test_a_webhook_is_made_listed_and_forgotten(dateline: CommandLine) -> None:
    url = "https://rome.example/hook?token=guessme"
    dateline("partner", "add", "Rome")
    assert "make one first" in dateline("partner", "webhook", "Rome", url).fault
    dateline("partner", "key", "Rome", "first")
    ran = dateline("partner", "webhook", "rome", url)
    secret = ran.out.removesuffix("\n")
    assert len(b64decode(secret.removeprefix("whsec_"))) == 32, "stdout is the secret alone"
    assert "cannot be shown again" in ran.err
    with closing(sqlite3.connect(dateline.folder / "var" / "dateline.db")) as file:
        assert secret not in "\n".join(file.iterdump())
    shown = dateline("partner", "webhooks", "Rome").out
    assert "rome.example" in shown
    assert "guessme" not in shown
    assert "already" in dateline("partner", "webhook", "Rome", url).fault
    assert "public Internet" in dateline("partner", "webhook", "Rome", "http://127.0.0.1/").fault
    assert dateline("partner", "remove-webhook", "Rome", "1").code == 0
    assert "`dateline partner webhooks Rome`" in dateline("partner", "remove-webhook", "Rome", "1").fault


def test_a_key_is_printed_once_and_its_hash_kept(dateline: CommandLine) -> None:
    assert dateline("partner", "add", "Rome", "--section", "world").code == 0
    ran = dateline("partner", "key", "rome", "of 2023", "--expires", "2099-06-30")
    assert ran.out.startswith("dlp_")
    assert ran.out.count("\n") == 1, "the key alone"
    assert "cannot be shown again" in ran.err
    key = ran.out.strip()
    access = asyncio.run(found(dateline, key))
    assert access is not None
    assert (access.partner.name, access.until) == ("Rome", datetime(2099, 6, 30, 21, tzinfo=UTC))
    with closing(sqlite3.connect(dateline.folder / "var" / "dateline.db")) as file:
        assert key not in "\n".join(file.iterdump())
    assert dateline("partner", "key", "Rome", "second").out.strip() != key
    shown = dateline("partner", "show", "Rome").out
    assert [line.split("  ")[0] for line in shown.splitlines()[-3:]] == ["KEY", "of 2023", "second"]
    assert key not in shown
    assert "choose another name" in dateline("partner", "key", "Rome", "second").fault
    assert dateline("partner", "revoke", "Rome", "of 2023").code == 0
    assert asyncio.run(found(dateline, key)) is None
    assert "`dateline partner show Rome`" in dateline("partner", "revoke", "Rome", "of 2023").fault
    assert (
        "--expires: Give a time that is still to come"
        in dateline("partner", "key", "Rome", "old", "--expires", "2001-01-01").fault
    )


def test_all_that_is_wrong_is_named_at_once(dateline: CommandLine) -> None:
    wrong = (
        "--section", "world", "--section", "wrold", "--without-section", "none", "--language", "not a language",
        "--preset", "myspace", "--expires", "tomorrow", "--text", "half", "--items", "100000",
    )  # fmt: skip
    assert dateline("partner", "add", "Rome").code == 0
    for asked in (("add", "Rome:Weekly"), ("set", "Rome", "--name", "Rome:Weekly")):
        fault = dateline("partner", *asked, *wrong).fault
        for said in (
            "NAME: Leave out ':'", "--section wrold: There is no such section", "--without-section none: There is no such",
            "--language not a language: ", "--preset: There is no such preset: choose one of apple,", "--expires: Give a date",
            "--text: Input should be 'full' or 'summary'", "--items: Input should be less than",
        ):  # fmt: skip
            assert said in fault, fault
        assert "--section world:" not in fault
    assert dateline("partner", "add", "Rome", "--delay", "-1").code == 2
    assert "--any-section" not in dateline("partner", "set", "Rome").fault
    assert dateline("partner", "list").out.count("\n") == 2


def test_a_section_that_went_is_told(dateline: CommandLine) -> None:
    assert dateline("partner", "add", "Rome", "--section", "business").code == 0

    async def delete() -> None:
        store = await open_store(f"sqlite:///{dateline.folder}/var/dateline.db")
        await store.delete_section("business")
        await store.close()

    asyncio.run(delete())
    assert "no section business any more" in dateline("partner", "show", "Rome").err


def test_agencies_that_are_not_passed_on(dateline: CommandLine) -> None:
    assert dateline("partner", "source").err == "Withheld from all partners: nothing.\n"
    for name in ("AFP", "afp", "Xinhua"):
        assert dateline("partner", "source", name, "--withhold").code == 0
    assert dateline("partner", "source").out == "AFP\nXinhua\n"
    assert dateline("partner", "source", "xinhua", "--pass-on").err == "Withheld from all partners: AFP.\n"
    assert "`dateline partner source` names all" in dateline("partner", "source", "xinhua", "--pass-on").fault
    for asked in (("AFP",), ("--withhold",), (" ", "--withhold")):
        assert dateline("partner", "source", *asked).code in (1, 2)
    assert dateline("partner", "add", "Rome").code == 0
    assert "Withheld from all partners: AFP." in dateline("partner", "show", "Rome").err


def test_members_are_listed_and_looked_at(dateline: CommandLine) -> None:
    assert dateline("partner", "add", "members", "--networks", "1").code == 0
    assert dateline("partner", "members", "Members").err == "There are none.\n"

    async def fill() -> None:
        store = await open_store(f"sqlite:///{dateline.folder}/var/dateline.db")
        at = datetime(2023, 3, 22, 12, tzinfo=UTC)
        try:
            for name in ("4711", "4712", "4713"):
                await store.keep_member("members", Member(name=name, hash=f"hash of {name}", created_at=at))
            uses = [MemberUse(hash="hash of 4712", day=19_000, network=network) for network in (1, 2)]
            await store.note_member_uses(uses, at)
        finally:
            await store.close()

    asyncio.run(fill())
    heading = "MEMBER  KEY MADE          LASTS UNTIL  LAST USED   LEAKED            NETWORKS\n"
    flagged = "4712    2023-03-22 12:00  never        2023-03-22  2023-03-22 12:00  2\n"
    for asked in (("--flagged",), ("4712",), ("--after", "4711", "--limit", "1")):
        assert dateline("partner", "members", "members", *asked).out == heading + flagged
    assert dateline("partner", "members", "members", "--limit", "2").err == "There are more: go on with --after 4712\n"
    unknown = dateline("partner", "members", "members", "9")
    assert (unknown.code, "no member '9'" in unknown.err) == (1, True)
    assert "no partner" in dateline("partner", "members", "nobody").err


def test_its_account_is_shown_and_written_as_csv(dateline: CommandLine) -> None:
    assert dateline("partner", "add", "Rome").code == 0
    fresh = dateline("partner", "account", "rome")
    assert fresh.out.splitlines() == [
        "name              Rome", "last here         never", "first pick-up     never", "taken             0 in 7 days",
        "freshness         not known", "outstanding       0",
    ]  # fmt: skip

    async def take() -> None:
        store = await open_store(f"sqlite:///{dateline.folder}/var/dateline.db")
        partner, now = await store.get_partner("Rome"), store.now()
        article = await store.add_article(story("wrong"))
        await store.expand_views()
        shown = ShownArticles(set_id=partner.set_id, number=1, articles=(article.id,))
        visit = PartnerVisit(at=now, set_id=partner.set_id, since=now)
        await store.note_partners(PartnerNotes(visits={partner.id: visit}, taken=((shown, {partner.id: now}),)))
        await take_down(store, article.id, "", clock=store.now)
        await store.close()

    asyncio.run(take())
    assert dateline("partner", "set", "Rome", "--silence", "1").code == 0
    assert "SILENT" not in dateline("partner", "list").out
    shown = dateline("partner", "account", "Rome", "--days", "30")
    assert "taken             1 in 30 days" in shown.out
    assert shown.out.splitlines()[-1].split(maxsplit=2)[2].split() == ["withdraw", "1", "Wrong"]
    table = dateline("partner", "account", "Rome", "--csv").out.splitlines()
    assert table[0] == "told_at,action,article,guid,headline,taken_at,seconds,outstanding"
    assert [line.split(",")[1] for line in table[1:]] == ["withdraw", "insert"]
    assert "There is no partner named 'Oslo'." in dateline("partner", "account", "Oslo").fault


def test_a_silent_partner_is_named_where_operators_look(dateline: CommandLine) -> None:
    assert dateline("partner", "add", "Rome", "--silence", "1").code == 0
    with closing(sqlite3.connect(dateline.folder / "var" / "dateline.db")) as file, file:
        file.execute("UPDATE partners SET created_at = created_at - 3600000000")
    assert dateline("partner", "list").out.splitlines()[1].endswith("never SILENT")
    checked = dateline("check")
    assert (checked.code, "note: the partner Rome has not been here since 2" in checked.err) == (0, True)
    assert dateline("partner", "set", "Rome", "--silence", "0").code == 0
    assert "SILENT" not in dateline("partner", "list").out
