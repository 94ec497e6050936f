"""Our own export: what it holds, and that it is read back whole."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import strategies as st

from feeds.importers import Summary, export_lines
from feeds.importers.jsonlines import reader as jsonlines_module
from feeds.newsroom.bans import ban
from feeds.newsroom.reply_policy import Policy
from feeds.settings import Settings
from storage.errors import Unreadable
from storage.model import (
    Alias,
    ArticleRecord,
    ArticleStatus,
    BanKind,
    CommentStatus,
    FormerSite,
    FrontRecord,
    PageRecord,
    Section,
    Undone,
    UndoPlace,
)
from storage.protocol import Store
from storage.scopes import HOME
from storage.sql.store import SQLStore
from tests.importers.reading import NOW, keep
from tests.importers.records import THE_STORES, former_sites, newsrooms, redirects, sections, standing_pages
from tests.importers.wxr_files import attachment, author, category, comment, post, wxr
from tests.stores import ANY_ENGINE, Stores, opened_store

NEWSROOM = wxr(
    post(
        1,
        "Harbour “reopens”",
        "One.\n\nTwo.",
        guid="tag:1",
        creator="zoe.tan",
        excerpt="In short",
        categories={"africa": "Africa"},
        tags={"storm": "Storm"},
        meta=[("_thumbnail_id", "9"), ("enclosure", "https://cdn.example/a.mp3\n5\naudio/mpeg")],
        comments=[comment(11, author="Kofi"), comment(12, approved="0", parent=11), comment(13, approved="spam")],
    ),
    post(2, "To come", status="future", date_gmt="2030-01-01 10:00:00"),
    post(3, "Not yet", status="draft", date_gmt="0000-00-00 00:00:00"),
    post(4, "Secret", status="private"),
    post(5, "Regretted", comments=[comment(15)]),
    post(6, "Reconsidered"),
    attachment(9, alt="A harbour"),
    before=[author("zoe.tan", "Zoë Tan"), category("world", "World"), category("africa", "Africa", "world")],
)


POLICY = Policy.of(Settings(), secret=b"x" * 32)
BANS = (
    {"kind": "email", "value": "Zoe+7@private.example", "note": "Floods “us”"},
    {"kind": "email", "value": "@private.example"},
    {"kind": "name", "value": "Die Redaktion"},
    {"kind": "network", "value": "203.0.113.0/24"},
    {"kind": "network", "value": "2001:db8::/48"},
)


@asynccontextmanager
async def empty_store(stores: Stores) -> AsyncIterator[Store]:
    with stores.new() as url:
        async with opened_store(url, lambda: NOW) as store:
            yield store


async def exported(store: Store, *, private: bool = True) -> bytes:
    return b"".join([line async for line in export_lines(store, private=private)])


async def change(store: Store, article_id: int, **fields: Any) -> None:
    article = await store.get_article(article_id)
    await store.update_article(replace(article, **fields), if_version=article.version)


@pytest.fixture
async def newsroom(tmp_path: Path, store: Store) -> Store:
    """A store that has lived: articles withdrawn, shown again, moved, comments moderated."""
    await keep(store, tmp_path, NEWSROOM)
    await change(store, 5, status=ArticleStatus.WITHDRAWN)
    await change(store, 6, status=ArticleStatus.WITHDRAWN)
    await change(store, 6, status=ArticleStatus.PUBLISHED, slug="moved")
    for status in (CommentStatus.TRASH, CommentStatus.APPROVED, CommentStatus.TRASH):
        await store.set_comment_status(11, status, by="desk:ann", list_after=timedelta(0))
    await store.set_comment_status(12, CommentStatus.APPROVED, by="desk:ann", list_after=timedelta(0))
    [author] = await store.list_authors(limit=1)
    await store.update_author(replace(author, about="Writes of harbours."))
    for fields in BANS:
        await ban(store, fields, policy=POLICY, by="desk:ann", clock=store.now)
    await store.set_navigation(["world/africa", "world"])
    await store.pin_articles([6, 3, 1])
    return store


@pytest.mark.anyio
async def test_it_is_read_back_byte_for_byte(tmp_path: Path, newsroom: Store, stores: Stores) -> None:
    export = await exported(newsroom)
    async with empty_store(stores) as other:
        summary = await keep(other, tmp_path, export)
        assert (summary.source, summary.added, len(summary.refused)) == ("Dateline export (JSON lines)", 6, 0)
        assert await exported(other) == export
        assert await exported(other, private=False) == await exported(newsroom, private=False)
        seq = await other.last_seq()
        assert (await keep(other, tmp_path, export)).unchanged == 6
        assert await other.last_seq() == seq
    assert (await keep(newsroom, tmp_path, export)).unchanged == 6


@pytest.mark.anyio
async def test_bans_come_along_and_go_with_the_import(tmp_path: Path, newsroom: Store, stores: Stores) -> None:
    # Known by a hash alone, which another newsroom's secret makes nothing of.
    await ban(newsroom, {"kind": "address", "value": "203.0.113.7"}, policy=POLICY, by="cli", clock=newsroom.now)
    there = [replace(one, id=0) for one in await newsroom.list_bans(limit=9) if one.shown]
    export = await exported(newsroom)
    assert [json.loads(line)["ban"]["value"] for line in export.splitlines() if line.startswith(b'{"ban"')] == [
        "Zoe+7@private.example", "@private.example", "Die Redaktion", "203.0.113.0/24", "2001:db8::/48",
    ]  # fmt: skip
    assert (await keep(newsroom, tmp_path, export)).import_id == 0
    async with empty_store(stores) as other:
        own = await ban(other, {"kind": "name", "value": "die redaktion"}, policy=POLICY, by="cli", clock=other.now)
        first = await keep(other, tmp_path, export)
        assert (first.bans, len(first.refused)) == (4, 0)
        kept = await other.list_bans(limit=9)
        assert [replace(one, id=0) for one in kept if one.id != own.ban.id] == [
            one for one in there if one.kind is not BanKind.NAME
        ]
        assert ((again := await keep(other, tmp_path, export)).bans, again.import_id) == (0, 0)
        # One was banned again meanwhile, until tomorrow: it is not this import's any more.
        edited = replace(kept[0], id=0, ends_at=NOW + timedelta(days=1))
        await other.lift_ban(kept[0].id)
        await other.add_ban(edited)
        undone = [step.bans async for step in undoing(other, first.import_id)]
        assert sum(undone) == 3
        assert {one.key for one in await other.list_bans(limit=9)} == {own.ban.key, edited.key}
        assert (await keep(other, tmp_path, export)).bans == 3


@pytest.mark.anyio
async def test_the_front_page_comes_along_and_goes_with_the_import(
    tmp_path: Path, newsroom: Store, stores: Stores
) -> None:
    export = await exported(newsroom)
    assert json.loads(export.splitlines()[-1])["front"]["navigation"] == ["world/africa", "world"]
    public = json.loads((await exported(newsroom, private=False)).splitlines()[-1])["front"]["pinned"]
    assert public == [(await newsroom.get_article(number)).guid for number in (6, 1)]
    async with empty_store(stores) as other:
        # Another article has the id of one that is pinned: what is pinned is known by its guid.
        await import_lines(other, tmp_path, article_line(id=6, guid="tag:else"))
        first = await keep(other, tmp_path, export)
        assert (len(first.front.navigation), len(first.front.pinned)) == (2, 3)
        there = [(await newsroom.get_article(number)).guid for number in await newsroom.get_pinned()]
        assert [(await other.get_article(number)).guid for number in await other.get_pinned()] == there
        assert (await other.get_navigation()) == ("world/africa", "world")
        assert (again := await keep(other, tmp_path, export)).front == FrontRecord()
        assert again.import_id == 0
        await other.set_navigation(["world"])
        assert (await keep(other, tmp_path, export)).front == FrontRecord(), "what the newsroom set stands"
        steps = [step async for step in undoing(other, first.import_id)]
        assert sum(step.front for step in steps) == 1
        assert ("the navigation", "edited here since") in [kept for step in steps for kept in step.kept]
        # Its sections went with the import.
        assert (await other.get_navigation(), await other.get_pinned()) == ((), ())
        assert len((await keep(other, tmp_path, export)).front.pinned) == 3
        # Of what there is not the rest is set.
        await other.pin_articles([])
        some = await import_lines(other, tmp_path, {"front": {"navigation": ["x"], "pinned": ["no", "tag:else"]}})
        assert some.front == FrontRecord(pinned=("tag:else",))


@pytest.mark.anyio
async def test_a_ban_that_two_imports_bring_stays_with_the_later_one(tmp_path: Path, store: Store) -> None:
    first = await import_lines(store, tmp_path, BAN)
    later = await import_lines(store, tmp_path, BAN, article_line())
    assert (first.bans, later.bans) == (1, 0)
    assert [step.bans async for step in undoing(store, first.import_id) if step.bans] == []
    assert len(await store.list_bans(limit=9)) == 1
    assert [step.bans async for step in undoing(store, later.import_id) if step.bans] == [1]
    assert await store.list_bans(limit=9) == ()


@pytest.mark.anyio
async def test_a_damaged_ban_is_named_and_the_others_are_exported(newsroom: Store) -> None:
    assert isinstance(newsroom, SQLStore)
    await newsroom._engine.write(lambda db: db.execute("UPDATE bans SET kind = 'fax' WHERE id = 2"))
    with pytest.raises(Unreadable, match="ban 2"):
        await exported(newsroom)
    named: list[str] = []
    lines = [line async for line in export_lines(newsroom, private=True, unreadable=named.append)]
    assert (sum(line.startswith(b'{"ban"') for line in lines), named) == (len(BANS) - 1, ["ban 2"])


async def undoing(store: Store, import_id: int) -> AsyncIterator[Undone]:
    onward: UndoPlace | None = (0, "")
    while onward is not None:
        step = await store.undo_import(import_id, list_after=timedelta(0), onward=onward)
        yield step
        onward = step.onward


async def things(store: Store) -> list[object]:
    """What an export is made of, whatever of it its lines hold, but for what is a store's own."""
    return [_without_counters(thing) async for thing in store.export()]


def _without_counters(thing: Any) -> Any:
    if isinstance(thing, ArticleRecord):
        comments = tuple(map(_without_counters, thing.comments))
        return replace(thing, article=_without_counters(thing.article), comments=comments)
    if isinstance(thing, PageRecord):
        return replace(thing, page=_without_counters(thing.page))
    return replace(thing, **dict.fromkeys({"version", "seq"} & THE_STORES.get(type(thing), set()), 0))


def test_any_newsroom_is_read_back_whole(stores: Stores) -> None:
    """Each field of each model is drawn: one that the lines do not hold, or that is read otherwise, is not equal."""

    async def there_and_back(
        url: str,
        places: tuple[Section, ...],
        records: list[ArticleRecord],
        pages: list[PageRecord],
        redirects: list[Alias],
        sites: list[FormerSite],
    ) -> None:
        async with opened_store(url, lambda: NOW) as store:
            await store.import_sections(places)
            await store.import_articles(records)
            await store.import_pages(pages)
            await store.import_aliases(redirects)
            for site in sites:
                await store.keep_former_site(site)
            export, exported_things = await exported(store), await things(store)
        async with empty_store(stores) as other:
            with TemporaryDirectory() as folder:
                summary = await keep(other, Path(folder), export)
            assert summary.refused.named == ()
            assert await exported(other) == export
            assert await things(other) == exported_things

    stores.play_any(
        there_and_back,
        examples=12,
        places=sections,
        records=newsrooms(),
        pages=standing_pages(),
        redirects=st.lists(redirects, max_size=2, unique_by=lambda redirect: redirect.path),
        sites=st.lists(former_sites, max_size=2, unique_by=lambda site: site.address),
    )


@pytest.mark.anyio
async def test_the_lines(tmp_path: Path, store: Store) -> None:
    """The format is pinned: others read it."""
    await keep(
        store, tmp_path, wxr(post(1, "“A”", guid="tag:1", categories={"world": "World"}, comments=[comment(11)]))
    )
    header, section, site, article = (await exported(store)).decode().splitlines()
    article = re.sub(r'"(said|kept)":"[A-Za-z0-9+/.]+"', r'"\1":"..."', article)
    assert header == '{"format":"dateline","version":1,"private":true}'
    assert section == (
        '{"section":{"path":"world","title":"World","description":"","created_at":"2023-03-22T12:00:00Z"}}'
    )
    assert site == (
        '{"former_site":{"address":"old.example","path":"","permalinks":"/%postname%/","category_base":"","tag_base":"",'
        '"author_base":""}}'
    )
    assert article == (
        '{"article":{"id":1,"guid":"tag:1","slug":"story-1","day":"2022-03-01","headline":"“A”","summary":"",'
        '"body_html":"<p>Words.</p>","dateline":"","source":null,"image":null,"enclosures":[],"sections":["world"],'
        '"authors":[],"tags":[],"language":"","rights":"","canonical_url":"",'
        '"digital_source_type":"","credit_line":"","republish_until":null,"status":"published",'
        '"published_at":"2022-03-01T10:00:00Z","embargoed_until":null,"updated_at":"2022-03-01T10:00:00Z",'
        '"comments_open":true,"editorial_note":"","correction":"","corrected_at":null,"edited_at":null,"gone_at":null,"arrived_at":"2022-03-01T10:00:00Z",'
        '"created_at":"2023-03-22T12:00:00Z",'
        '"modified_at":"2023-03-22T12:00:00Z"},"comments":[{"id":11,"guid":"tag:1#comment-11","parent_id":null,'
        '"author_name":"A reader","author_email":"reader@private.example","author_url":"",'
        '"body_html":"<p>Well said.</p>","status":"approved","created_at":"2022-03-02T10:00:00Z","updated_at":null,'
        '"ip_hash":"","network_hash":"","held_why":"","newsroom":false,"gone_at":null}],"old_paths":["/?name=story-1","/?p=1","/story-1/"],'
        '"imported":[{"source":{"names":["https://old.example"],"site":"//old.example","whole":true,"address":""},'
        '"guid":"tag:1","said":"...","kept":"..."}],'
        '"imported_comments":[{"source":{"names":["https://old.example"],"site":"//old.example","whole":true,"address":""},'
        '"guid":"tag:1#comment-11","said":"...","kept":"..."}]}'
    )


@pytest.mark.anyio
async def test_without_private_it_holds_what_readers_see(newsroom: Store) -> None:
    export = await exported(newsroom, private=False)
    header, *lines = map(json.loads, export.splitlines())
    assert header == {"format": "dateline", "version": 1, "private": False}
    records = [line for line in lines if "article" in line]
    assert [record["article"]["headline"] for record in records] == ["Harbour “reopens”", "Reconsidered"]
    assert [comment["id"] for comment in records[0]["comments"]] == [12]
    for secret in (
        b"private.example",
        b"author_email",
        b"ip_hash",
        b"network_hash",
        b"held_why",
        b"editorial_note",
        b"Secret",
        b"To come",
        b"Regretted",
        b"Redaktion",
        b"203.0.113",
    ):
        assert secret not in export


@pytest.mark.anyio
async def test_without_private_it_can_be_imported_too(tmp_path: Path, newsroom: Store, stores: Stores) -> None:
    export = await exported(newsroom, private=False)
    async with empty_store(stores) as other:
        assert (await keep(other, tmp_path, export)).added == 2
        assert await exported(other, private=False) == export
        shown = [article.guid for article in (await other.read_articles(HOME, limit=9)).articles]
        assert shown == [article.guid for article in (await newsroom.read_articles(HOME, limit=9)).articles]


HEADER = {"format": "dateline", "version": 1, "private": True}
SECTION = {"section": {"path": "world", "title": "World", "created_at": "2023-03-01T00:00:00Z"}}
BAN = {"ban": {"kind": "email", "value": "zoe@private.example", "by": "cli", "created_at": "2023-03-01T00:00:00Z"}}
ARTICLE: dict[str, Any] = {"id": 1, "guid": "tag:1", "slug": "a", "headline": "A", "status": "draft"}
COMMENT: dict[str, Any] = {
    "id": 2, "guid": "c", "author_name": "A", "body_html": "x", "status": "approved", "created_at": "2023-03-01T00:00:00Z",
}  # fmt: skip
PUBLISHED = {"status": "published", "published_at": "2023-03-01T10:00:00Z", "day": "2023-03-01"}


def ban_line(**fields: Any) -> dict[str, Any]:
    return {"ban": BAN["ban"] | fields}


def article_line(**fields: Any) -> dict[str, Any]:
    return {"article": ARTICLE | fields}


async def import_lines(store: Store, folder: Path, *lines: object) -> Summary:
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in (HEADER, *lines))
    return await keep(store, folder, text)


WRONG = {
    "no JSON": ("{", "Invalid JSON"),
    "no object": ("7", "object"),
    "nothing known": ({"pages": {}}, "article Field required"),
    "an unknown field": (article_line(color="red"), "article.color Extra inputs"),
    "a missing field": ({"article": {"id": 1}}, "article.guid Field required; article.slug .*; and 1 more"),
    "another type": (article_line(headline=7), "article.headline .*string"),
    "no id": (article_line(id=0), "article.id"),
    "a date without a zone": (article_line(created_at="2023-03-01T00:00:00"), "article.created_at"),
    "a state nobody knows": (article_line(status="rumoured"), "article.status"),
    "published, undated": (article_line(status="published"), "what is published has a published_at"),
    "a day without a date": (article_line(day="2023-03-01"), "day and published_at come together"),
    "a day of another date": (article_line(**PUBLISHED | {"day": "2023-04-01"}), "day is not the day of published_at"),
    "a slug of several": (article_line(slug="a/b"), "article.slug cannot be part of a path"),
    "a slug of dots": (article_line(slug=".."), "article.slug cannot be part of a path"),
    "a slug of feeds": (article_line(slug="feed"), "article.slug is kept for"),
    "a script for an address": (article_line(image={"url": "javascript:alert(1)"}), "article.image.url is no http"),
    "another host's path": (article_line(canonical_url="//x.example"), "article.canonical_url is no http"),
    "no media type": (article_line(image={"url": "/a", "type": "a b"}), "article.image.type"),
    "an empty name": (article_line(tags=[{"slug": "a", "name": " "}]), "article.tags.0.name is empty"),
    "a deep body": (article_line(body_html="<b>" * 300), "more than 250 elements"),
    "a comment without a guid": (article_line() | {"comments": [COMMENT | {"guid": ""}]}, r"comments.0.guid"),
    "an old path that is none": (article_line() | {"old_paths": ["x"]}, "old_paths.0 is no path"),
    "the front page": (article_line() | {"old_paths": ["/"]}, "old_paths.0 is no path"),
    "a section of feeds": ({"section": SECTION["section"] | {"path": "page"}}, "section.path"),
    "a ban of another kind": (ban_line(kind="fax"), "ban.kind"),
    "a ban of no email": (ban_line(value="zoe"), "ban Give an email"),
    "a ban of no network": (ban_line(kind="network", value="all"), "ban Give a network"),
    "a ban of the world": (ban_line(kind="network", value="::/0"), "ban This is wider"),
    "a ban of an address": (ban_line(kind="address", value="203.0.113.7"), "keyed hash"),
    "a navigation of no paths": ({"front": {"navigation": ["page"]}}, "front.navigation.0"),
    "a ban by nobody": (ban_line(by=""), "ban.by is empty"),
    "an unknown section": (article_line(sections=["nowhere"]), "section nowhere is unknown"),
    "an unknown parent": ({"section": SECTION["section"] | {"path": "a/b"}}, "section a is unknown"),
}  # fmt: skip


@ANY_ENGINE
@pytest.mark.anyio
@pytest.mark.parametrize("name", WRONG)
async def test_a_wrong_line_is_refused_and_the_others_are_kept(name: str, tmp_path: Path, store: Store) -> None:
    line, why = WRONG[name]
    summary = await import_lines(store, tmp_path, SECTION, line, article_line(id=9, guid="tag:9"))
    [note] = summary.refused.named
    assert note.title in ("line 3", "A", "World")
    assert re.search(why, note.why), note.why
    assert summary.added == 1
    assert (await store.get_article(9)).guid == "tag:9"


@pytest.mark.anyio
async def test_no_email_is_told_of_a_wrong_line(tmp_path: Path, store: Store) -> None:
    line = article_line() | {"comments": [COMMENT | {"author_email": 7, "author_url": "reader@private.example"}]}
    summary = await import_lines(store, tmp_path, line)
    assert len(summary.refused) == 1
    assert "private.example" not in repr(summary)


@pytest.mark.anyio
async def test_what_comes_from_outside_is_made_safe(tmp_path: Path, store: Store) -> None:
    line = article_line(headline="A\u202e\nB\x07", body_html="<p onclick='x'>y</p><script>z</script>") | {
        "comments": [COMMENT | {"body_html": "<img src=x>y<b>z"}]
    }
    await import_lines(store, tmp_path, line)
    kept = await store.get_article(1)
    assert (kept.headline, kept.body_html) == ("A B", "<p>y</p>")
    assert (await store.get_comment(2)).body_html == "y<b>z</b>"


@pytest.mark.anyio
async def test_empty_lines_a_byte_order_mark_and_other_line_ends(tmp_path: Path, store: Store) -> None:
    lines = [json.dumps(HEADER), "", json.dumps(SECTION), json.dumps(article_line(sections=["world"])), ""]
    summary = await keep(store, tmp_path, ("\ufeff" + "\r\n".join(lines)).encode())
    assert (summary.added, summary.sections, len(summary.refused)) == (1, 1, 0)


@pytest.mark.anyio
async def test_a_line_without_end_is_refused(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonlines_module, "LONGEST_LINE", 1000)
    fits = article_line(id=9, guid="tag:9", summary="x" * 700)
    summary = await import_lines(store, tmp_path, article_line(summary="x" * 200_000), fits)
    assert (summary.added, [note.title for note in summary.refused.named]) == (1, ["line 2"])
    assert "longer than 1000 bytes" in summary.refused.named[0].why


@pytest.mark.anyio
async def test_what_no_index_holds_is_named_and_the_others_are_kept(tmp_path: Path, store: Store) -> None:
    long = "".join(chr(0x4E00 + number * number % 20_000) for number in range(700))
    alias = {"path": f"/{long}/", "page": "/section/world/"}
    nested = ["/".join([long[:100]] * depth) for depth in range(1, 8)]
    summary = await import_lines(
        store,
        tmp_path,
        SECTION,
        *({"section": SECTION["section"] | {"path": path}} for path in nested),
        {"alias": alias},
        article_line(id=1, guid=long),
        article_line(id=2, guid="tag:2")
        | {"comments": [COMMENT | {"author_email": long}, COMMENT | {"id": 9, "guid": "tag:c"}]}
        | {"old_paths": [f"/{long}/", "/b/"]},
    )
    [article] = await store.list_articles(limit=9)
    assert article.guid == "tag:2"
    assert [comment.id for comment in await store.list_comments(limit=9)] == [9]
    assert (summary.added, summary.sections, summary.redirects) == (1, 7, 1)
    assert [note.why for note in summary.refused.named] == [
        "its path is too long: lay it in fewer sections",
        "its guid is too long",
    ]
    assert summary.cut.named[0].why == "kept without 1 of its comments, 1 of its old addresses"
    assert [note.why for note in summary.left_out.named] == ["an old address of it is too long"]


@pytest.mark.anyio
async def test_former_sites_come_back_and_what_could_be_none_is_refused(
    tmp_path: Path, store: Store, stores: Stores
) -> None:
    site = FormerSite(
        address="old.example/blog", path="/blog", permalinks="/%postname%/", category_base="/", tag_base="t"
    )
    await store.keep_former_site(site)
    export = await exported(store)
    wrong = b"\n".join(
        b'{"former_site":{"address":"b","path":%s,"permalinks":%s}}' % line
        for line in ((b'"blog"', b'""'), (b'"/blog"', b'"/%year%/"'), (b'"/blog"', b'"/%slug%/"'))
    )
    async with empty_store(stores) as other:
        summary = await keep(other, tmp_path, export + wrong + b"\n")
        assert len(summary.refused) == 3
        assert await other.get_former_sites() == (site,)
