"""A newsroom moves from a real WordPress that runs."""

from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path

import pytest

from feeds.importers import ImportRefused, ToldAddresses, import_file
from feeds.importers.wordpress import reading
from feeds.importers.wordpress.discovery import Login
from feeds.importers.wordpress.shelf import Shelf
from storage.model import ArticleStatus, CommentStatus
from storage.protocol import Store
from tests.importers.reading import write
from tests.wordpress.moves import headlines_of, opened, records_of, settings_of_move, take
from tests.wordpress.site import PNG, Site

pytestmark = pytest.mark.anyio
READER = Login()


def fill(site: Site) -> None:
    """A newsroom with some of everything."""
    world = site.category("World & more", description="From <b>afar</b>.")
    africa = site.category("Africa", parent=world["id"])
    zoe = site.author("zoe.tan", "Zoë Tan")
    photo = site.media(alt_text="The harbour", caption="Boats & <b>nets</b>")
    one = site.post(
        "Harbour & <em>port</em>",
        "<!-- wp:paragraph -->\n<p>Boats come [back].</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:image -->\n"
        f'<figure><img src="{photo["source_url"]}" alt=""/></figure>\n<!-- /wp:image -->',
        categories=[africa["id"], world["id"]],
        tags=[site.tag("NATO")["id"], site.tag("R&D")["id"]],
        author=zoe["id"],
        featured_media=photo["id"],
        excerpt="In short.",
    )
    first = site.comment(one["id"], "Well said.\n\nVery.", author="Ann")
    site.comment(one["id"], "Indeed, <b>Ann</b>.", author="Ben", parent=first["id"])
    site.comment(one["id"], "Buy this", author="Cat", status="spam")
    site.comment(one["id"], "May I?", author="Dan", status="hold")
    site.post("Typed\tby hand", "First.\n\nSecond [caption]no[/caption] &amp; third.", date="2023-03-22T10:00:00")
    site.post("Not yet", "<p>Soon.</p>", status="draft")
    site.post("Ours alone", "<p>Within.</p>", status="private")
    site.post("Locked", "<p>Secret words.</p>", password="sesame")
    site.post("Later", "<p>Tomorrow.</p>", status="future", date="2099-01-01T10:00:00")
    site.page("About us", "<p>Who we are.</p>")


async def test_a_site_and_its_export_are_one_source(wordpress: Site, store: Store, tmp_path: Path) -> None:
    fill(wordpress)
    summary = await take(store, wordpress, tmp_path, scheduled=True)
    before = await records_of(store)
    assert summary.added == len(before) >= 6
    settings = settings_of_move(tmp_path)
    again = await import_file(store, write(tmp_path, wordpress.export()), settings=settings, clock=store.now)
    assert (again.added, again.changed) == (0, 0), again
    assert await records_of(store) == before


async def test_an_export_and_its_site_are_one_source(wordpress: Site, store: Store, tmp_path: Path) -> None:
    fill(wordpress)
    settings = settings_of_move(tmp_path)
    await import_file(store, write(tmp_path, wordpress.export()), settings=settings, clock=store.now)
    before = await records_of(store)
    summary = await take(store, wordpress, tmp_path, scheduled=True)
    assert (summary.added, summary.changed) == (0, 0), summary
    assert await records_of(store) == before


async def test_all_of_it_comes_along(wordpress: Site, store: Store, tmp_path: Path) -> None:
    fill(wordpress)
    summary = await take(store, wordpress, tmp_path)
    articles = {record.article.headline: record for record in (await records_of(store)).values()}
    harbour = articles["Harbour & port"]
    assert harbour.article.sections == ("world-more/africa", "world-more")
    assert [author.name for author in harbour.article.authors] == ["Zoë Tan"]
    assert {tag.name for tag in harbour.article.tags} == {"NATO", "R&D"}
    assert harbour.article.summary == "In short."
    assert "Boats come [back]." in harbour.article.body_html
    image = harbour.article.image
    assert image is not None
    assert (image.alt, image.caption, image.width, image.length) == ("The harbour", "Boats & nets", 1, len(PNG))
    assert image.url.startswith("/wp-content/uploads/")
    assert image.url in harbour.article.body_html
    assert (tmp_path / "media" / image.url.removeprefix("/wp-content/uploads/")).read_bytes() == PNG
    assert (summary.pictures_copied, summary.pictures_missing) == (1, 0)
    assert [(comment.author_name, comment.status) for comment in harbour.comments] == [
        ("Ann", CommentStatus.APPROVED),
        ("Ben", CommentStatus.APPROVED),
        ("Dan", CommentStatus.PENDING),
    ]
    assert harbour.comments[1].parent_id == harbour.comments[0].id
    assert "<p>Second" in articles["Typed by hand"].article.body_html
    assert articles["Typed by hand"].article.published_at == datetime(2023, 3, 22, 10, tzinfo=UTC)
    drafts = {name for name, record in articles.items() if record.article.status is ArticleStatus.DRAFT}
    assert drafts == {"Not yet", "Ours alone", "Locked", "Later"}
    assert articles["Not yet"].article.published_at is None
    assert "sesame" not in str(articles)


async def test_what_is_scheduled_is_published_here_only_when_told(
    wordpress: Site, store: Store, tmp_path: Path
) -> None:
    wordpress.post("Later", status="future", date="2099-01-01T10:00:00")
    summary = await take(store, wordpress, tmp_path)
    assert (summary.drafts, summary.scheduled) == (1, 0)
    [note] = summary.made_drafts.named
    assert (note.title, note.why) == ("Later", "scheduled")
    summary = await take(store, wordpress, tmp_path, scheduled=True)
    assert (summary.drafts, summary.scheduled) == (0, 1)
    [record] = (await records_of(store)).values()
    assert record.article.status is ArticleStatus.PUBLISHED
    assert record.article.published_at == datetime(2099, 1, 1, 10, tzinfo=UTC)


async def test_what_no_link_tells_of_its_addresses_may_be_told(wordpress: Site, store: Store, tmp_path: Path) -> None:
    wordpress.post("Harbour", "<p>Boats.</p>")
    await take(store, wordpress, tmp_path, told=ToldAddresses(category_base="topics"))
    [site] = await store.get_former_sites()
    assert (site.category_base, site.permalinks) == ("topics", "/%year%/%monthnum%/%day%/%postname%/")


async def test_without_a_password_it_is_read_as_readers_do(wordpress: Site, store: Store, tmp_path: Path) -> None:
    fill(wordpress)
    summary = await take(store, wordpress, tmp_path, login=READER)
    articles = {record.article.headline: record for record in (await records_of(store)).values()}
    assert set(articles) == {"Harbour & port", "Typed by hand", "Locked"}
    assert articles["Locked"].article.status is ArticleStatus.DRAFT
    assert "Boats come [back]." in articles["Harbour & port"].article.body_html
    assert articles["Harbour & port"].article.summary == "In short."
    assert articles["Typed by hand"].article.summary == ""
    assert articles["Typed by hand"].article.body_html.count("<p>") == 2
    assert [comment.author_name for comment in articles["Harbour & port"].comments] == ["Ann", "Ben"]
    assert [author.name for author in articles["Harbour & port"].article.authors] == ["Zoë Tan"]
    assert any("without a password" in warning for warning in summary.warnings)
    again = await take(store, wordpress, tmp_path, login=READER)
    assert (again.added, again.changed) == (0, 0)


async def test_what_readers_see_changes_nothing_that_an_export_brought(
    wordpress: Site, store: Store, tmp_path: Path
) -> None:
    fill(wordpress)
    await import_file(store, write(tmp_path, wordpress.export()), settings=settings_of_move(tmp_path), clock=store.now)
    before = await records_of(store)
    summary = await take(store, wordpress, tmp_path, login=READER)
    assert (summary.added, summary.changed) == (0, 0), summary
    assert await records_of(store) == before


async def test_an_editor_completes_what_a_reader_brought(wordpress: Site, store: Store, tmp_path: Path) -> None:
    fill(wordpress)
    await take(store, wordpress, tmp_path, login=READER)
    summary = await take(store, wordpress, tmp_path)
    assert summary.added == 3, "the drafts"
    records = {record.article.headline: record for record in (await records_of(store)).values()}
    assert [comment.author_name for comment in records["Harbour & port"].comments] == ["Ann", "Ben", "Dan"]


@pytest.mark.parametrize("permalinks", ["", "/index.php/%postname%/", "/%category%/%post_id%"])
async def test_its_api_is_found_whatever_its_permalinks_are(
    permalinks: str, wordpress: Site, store: Store, tmp_path: Path
) -> None:
    wordpress.permalinks(permalinks)
    link = wordpress.post("Found")["link"]
    await take(store, wordpress, tmp_path, url=link)
    assert await headlines_of(store) == {"Found"}


async def test_its_api_is_found_where_nothing_tells_of_it(wordpress: Site, store: Store, tmp_path: Path) -> None:
    wordpress.plugin(
        "remove_action('template_redirect', 'rest_output_link_header', 11); remove_action('wp_head', 'rest_output_link_wp_head');"
    )
    wordpress.post("Found")
    await take(store, wordpress, tmp_path)
    assert await headlines_of(store) == {"Found"}


async def test_sound_that_a_text_links_to_is_an_enclosure(wordpress: Site, store: Store, tmp_path: Path) -> None:
    frames = (b"\xff\xfb\x90\x64" + bytes(413)) * 3
    sound = wordpress.media("talk.mp3", frames, "audio/mpeg")
    wordpress.post(
        "Heard",
        f'<!-- wp:audio {{"id":{sound["id"]}}} --><figure><audio controls src="{sound["source_url"]}"></audio></figure>'
        '<!-- /wp:audio --><p><a href="https://elsewhere.example/other.m4a?x=1">other</a> https://elsewhere.example/page</p>',
    )
    await take(store, wordpress, tmp_path)
    [record] = (await records_of(store)).values()
    path = sound["source_url"].removeprefix(wordpress.url.rstrip("/"))
    assert [(one.url, one.type, one.length) for one in record.article.enclosures] == [
        (path, "audio/mpeg", len(frames)),
        ("https://elsewhere.example/other.m4a?x=1", "audio/mp4", 0),
    ]
    assert (tmp_path / "media" / path.removeprefix("/wp-content/uploads/")).read_bytes() == frames


class Interrupted(Exception):
    pass


class Interruption:
    """Ends an import after so many requests, or does something else then; and counts them."""

    def __init__(self, after: int = 10**9) -> None:
        self.requests = 0
        self._after = after

    async def __call__(self, _seconds: float) -> None:
        self.requests += 1
        if self.requests >= self._after:
            raise Interrupted


async def test_an_import_that_ended_early_goes_on_where_it_was(
    wordpress: Site, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE", 2)
    for number in range(12):
        wordpress.post(f"Post {number}", status="draft")
    whole = Interruption()
    with pytest.raises(Interrupted):
        await take(store, wordpress, tmp_path, sleep=Interruption(after=16))
    assert not await headlines_of(store)
    rest = Interruption()
    await take(store, wordpress, tmp_path, sleep=rest)
    assert await headlines_of(store) == {f"Post {number}" for number in range(12)}
    await take(store, wordpress, tmp_path, sleep=whole)
    assert rest.requests < whole.requests, "a whole reading asks for more than what was left of one"


async def test_an_import_that_ends_early_wherever_that_is_goes_on(
    wordpress: Site, store: Store, tmp_path: Path
) -> None:
    fill(wordpress)
    for after in accumulate(range(1, 20)):
        # Each ends at another step than the one before: 1, 3, 6, 10 ... requests.
        try:
            summary = await take(store, wordpress, tmp_path, sleep=Interruption(after=after))
        except Interrupted:
            continue
        break
    assert after > 10
    assert (summary.added, summary.comments_added) == (6, 3)
    before = await records_of(store)
    again = await take(store, wordpress, tmp_path)
    assert (again.added, again.changed, again.comments_added, again.pictures_copied) == (0, 0, 0, 0)
    assert await records_of(store) == before


async def test_what_an_import_wrote_before_it_was_killed_is_taken_back_with_the_rest(
    wordpress: Site, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wordpress.post("First", categories=[wordpress.category("World")["id"]])

    def killed(_: Shelf) -> None:
        raise Interrupted

    with monkeypatch.context() as patch:
        patch.setattr(Shelf, "imported", killed)
        with pytest.raises(Interrupted):
            await take(store, wordpress, tmp_path)
    summary = await take(store, wordpress, tmp_path)
    assert (summary.added, summary.unchanged) == (0, 1)
    assert any("ended early" in warning for warning in summary.warnings)
    assert [one.id for one in await store.list_imports(limit=5)] == [summary.import_id]
    again = await take(store, wordpress, tmp_path)
    assert not again.import_id
    assert not any("ended early" in warning for warning in again.warnings)


async def test_what_is_written_and_deleted_meanwhile_makes_nothing_be_passed_over(
    wordpress: Site, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE", 3)
    posts = [wordpress.post(f"Post {number}")["id"] for number in range(14)]

    class Meanwhile(Interruption):
        async def __call__(self, _seconds: float) -> None:
            self.requests += 1
            if self.requests in (12, 13, 14, 15):
                wordpress.api("DELETE", f"wp/v2/posts/{posts.pop(0)}", force=True)
            if self.requests == 16:
                wordpress.post("Backdated", date="2001-01-01T10:00:00")

    await take(store, wordpress, tmp_path, sleep=Meanwhile())
    assert {f"Post {number}" for number in range(4, 14)} | {"Backdated"} <= await headlines_of(store)


async def test_pictures_of_every_size_that_is_shown_come_along_and_stay_in_their_folder(
    wordpress: Site, store: Store, tmp_path: Path
) -> None:
    photo = wordpress.media()
    base = photo["source_url"].removesuffix("harbour.png")
    uploads = wordpress.root / "wp-content" / "uploads"
    folder = uploads / base.partition("/uploads/")[2]
    (folder / "harbour-300x200.png").write_bytes(b"small")
    (folder / "evil.php").write_text("<?php")
    (uploads.parent / "outside.png").write_bytes(b"outside")
    wordpress.post(
        "Shown",
        f'<p><img src="{base}harbour-300x200.png?w=3"> <a href="{base}gone.pdf">gone</a> <a href="{base}evil.php">php</a>'
        f'<img src="{base}../../../outside.png"><img src="{base}%2e%2e/%2e%2e/%2e%2e/outside.png"></p>',
    )
    summary = await take(store, wordpress, tmp_path)
    kept = {str(path.relative_to(tmp_path / "media")) for path in (tmp_path / "media").rglob("*") if path.is_file()}
    within = base.partition("/uploads/")[2]
    assert kept == {f"{within}harbour.png", f"{within}harbour-300x200.png"}
    assert summary.pictures_copied == 2
    assert summary.pictures_missing >= 1
    assert not list(tmp_path.rglob("outside.png"))
    again = await take(store, wordpress, tmp_path)
    assert again.pictures_copied == 0


async def test_what_was_fetched_is_for_its_owner_alone(wordpress: Site, store: Store, tmp_path: Path) -> None:
    wordpress.post("Secret", status="draft")
    await take(store, wordpress, tmp_path)
    folder = tmp_path / "wordpress"
    [shelf] = folder.glob("*.db")
    assert folder.stat().st_mode & 0o077 == shelf.stat().st_mode & 0o077 == 0
    assert wordpress.password.encode() not in shelf.read_bytes()


async def test_two_imports_of_a_site_at_once_are_refused(wordpress: Site, store: Store, tmp_path: Path) -> None:
    async with opened(store, wordpress, tmp_path):
        with pytest.raises(ImportRefused, match="another import of this site"):
            async with opened(store, wordpress, tmp_path):
                pass
