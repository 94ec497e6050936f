"""What changes on an old site after it was read is taken until the switch."""

from pathlib import Path

import pytest

from feeds.importers import ImportRefused, Summary
from feeds.importers.wordpress import reading
from feeds.importers.wordpress.discovery import Login
from feeds.importers.wordpress.following import looks
from feeds.importers.wordpress.moving import OldSite
from storage.errors import Unavailable
from storage.model import ArticleStatus, CommentStatus
from storage.protocol import Store
from tests.wordpress.moves import headlines_of, opened, records_of
from tests.wordpress.site import Site

pytestmark = pytest.mark.anyio


async def changes(old: OldSite) -> Summary:
    found = await old.take_changes()
    assert found is not None
    assert await old.take_changes() is None, "what was taken is not taken again"
    return found


async def comments_of(store: Store) -> dict[str, tuple[str, CommentStatus]]:
    """Texts and statuses of all comments by their authors."""
    records = (await records_of(store)).values()
    return {one.author_name: (one.body_html.strip(), one.status) for record in records for one in record.comments}


async def test_edits_and_new_posts_whatever_their_dates(wordpress: Site, store: Store, tmp_path: Path) -> None:
    post = wordpress.post("First")
    wordpress.post("Second")
    async with opened(store, wordpress, tmp_path) as (old, found):
        await old.take(found)
        assert await old.take_changes() is None
        wordpress.api("POST", f"wp/v2/posts/{post['id']}", title="First, corrected", tags=[wordpress.tag("New")["id"]])
        wordpress.post("Backdated", date="2001-01-01T10:00:00")
        wordpress.post("Begun", status="draft", categories=[wordpress.category("Sport")["id"]])
        summary = await changes(old)
    assert (summary.added, summary.changed) == (2, 1)
    articles = {record.article.headline: record.article for record in (await records_of(store)).values()}
    assert set(articles) == {"First, corrected", "Second", "Backdated", "Begun"}
    assert articles["First, corrected"].tags[0].name == "New"
    assert articles["Begun"].sections == ("sport",)


async def test_authors_and_sections_get_other_names(wordpress: Site, store: Store, tmp_path: Path) -> None:
    """Be it at a look or by the next import of all; nothing else of their articles is touched."""
    jane = wordpress.author("jane", "Jane Doe")["id"]
    empty = wordpress.category("Empty")["id"]
    wordpress.post("First", author=jane)

    async def names() -> tuple[set[str], set[str]]:
        records = (await records_of(store)).values()
        authors = {author.name for record in records for author in record.article.authors}
        return authors, {section.title for section in await store.get_sections()} - {"Uncategorized"}

    async with opened(store, wordpress, tmp_path) as (old, found):
        await old.take(found)
        assert await names() == ({"Jane Doe"}, {"Empty"})
        wordpress.api("POST", f"wp/v2/users/{jane}", name="Jane Roe")
        wordpress.api("POST", f"wp/v2/categories/{empty}", name="Void")
        summary = await changes(old)
        assert [note.title for note in summary.named.named] == ["Jane Roe", "section Void"]
        assert (summary.added, summary.changed) == (0, 0)
        assert await names() == ({"Jane Roe"}, {"Void"})
        wordpress.api("POST", f"wp/v2/users/{jane}", name="Jane Poe")
        await old.take(found)
    assert await names() == ({"Jane Poe"}, {"Void"})


async def test_what_is_published_by_the_clock(wordpress: Site, store: Store, tmp_path: Path) -> None:
    later = wordpress.post("Later", status="future", date="2099-01-01T10:00:00")["id"]
    async with opened(store, wordpress, tmp_path) as (old, found):
        await old.take(found)
        # As WordPress does when the time comes: no date of a change tells of it.
        wordpress.php(f"wp_publish_post({later});")
        await changes(old)
    [record] = (await records_of(store)).values()
    assert record.article.status is ArticleStatus.PUBLISHED


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("login", [None, Login()])
async def test_what_is_gone_there(
    force: bool, login: Login | None, wordpress: Site, store: Store, tmp_path: Path
) -> None:
    gone = wordpress.post("Gone")["id"]
    wordpress.post("Stays")
    async with opened(store, wordpress, tmp_path, login=login) as (old, found):
        await old.take(found)
        wordpress.api("DELETE", f"wp/v2/posts/{gone}", force=force)
        summary = await changes(old)
    assert summary.changed == 1
    states = {record.article.headline: record.article.status for record in (await records_of(store)).values()}
    assert states == {"Gone": ArticleStatus.WITHDRAWN, "Stays": ArticleStatus.PUBLISHED}


async def test_comments_new_edited_and_decided(wordpress: Site, store: Store, tmp_path: Path) -> None:
    post = wordpress.post("Talked about")["id"]
    waits = wordpress.comment(post, "May I?", author="Ann", status="hold")["id"]
    sold = wordpress.comment(post, "Buy.", author="Ben")["id"]
    deleted = wordpress.comment(post, "Oops.", author="Cat")["id"]
    wordpress.comment(post, "Stays.", author="Dan")
    async with opened(store, wordpress, tmp_path) as (old, found):
        await old.take(found)
        wordpress.comment(post, "New.", author="Eve")
        wordpress.api("POST", f"wp/v2/comments/{waits}", status="approved", content="May I, please?")
        wordpress.api("POST", f"wp/v2/comments/{sold}", status="spam")
        wordpress.api("DELETE", f"wp/v2/comments/{deleted}", force=True)
        await changes(old)
    assert await comments_of(store) == {
        "Ann": ("<p>May I, please?</p>", CommentStatus.APPROVED),
        "Ben": ("<p>Buy.</p>", CommentStatus.SPAM),
        "Cat": ("<p>Oops.</p>", CommentStatus.TRASH),
        "Dan": ("<p>Stays.</p>", CommentStatus.APPROVED),
        "Eve": ("<p>New.</p>", CommentStatus.APPROVED),
    }


async def test_decisions_on_comments_older_than_a_page(
    wordpress: Site, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE", 2)
    monkeypatch.setattr("feeds.importers.wordpress.changes.PAGE", 2)
    post = wordpress.post("Talked about")["id"]
    comments = [
        wordpress.comment(post, f"Number {number}", status="hold" if number < 3 else "approved")["id"]
        for number in range(7)
    ]
    async with opened(store, wordpress, tmp_path) as (old, found):
        await old.take(found)
        wordpress.api("POST", f"wp/v2/comments/{comments[1]}", status="approved")
        await changes(old)
    [record] = (await records_of(store)).values()
    states = [comment.status for comment in record.comments]
    assert (states.count(CommentStatus.PENDING), states.count(CommentStatus.APPROVED)) == (2, 5)


async def test_readers_comments_that_come_and_go(wordpress: Site, store: Store, tmp_path: Path) -> None:
    post = wordpress.post("Talked about")["id"]
    waits = wordpress.comment(post, "May I?", author="Ann", status="hold")["id"]
    sold = wordpress.comment(post, "Buy.", author="Ben")["id"]
    async with opened(store, wordpress, tmp_path, login=Login()) as (old, found):
        await old.take(found)
        wordpress.api("POST", f"wp/v2/comments/{waits}", status="approved")
        wordpress.api("POST", f"wp/v2/comments/{sold}", status="spam")
        await changes(old)
    assert {name: status for name, (_, status) in (await comments_of(store)).items()} == {
        "Ann": CommentStatus.APPROVED,
        "Ben": CommentStatus.TRASH,
    }


async def test_what_is_counted_and_never_shown_is_not_looked_for_at_every_look(
    wordpress: Site, store: Store, tmp_path: Path
) -> None:
    private = wordpress.post("Ours", status="private")["id"]
    wordpress.comment(private, "Within.")
    wordpress.comment(wordpress.post("Public")["id"], "Outside.")
    requests = 0

    async def count(_seconds: float) -> None:
        nonlocal requests
        requests += 1

    async with opened(store, wordpress, tmp_path, login=Login(), sleep=count) as (old, found):
        await old.take(found)
        await old.take_changes()
        requests = 0
        await old.take_changes()
        first, requests = requests, 0
        wordpress.plugin("")
        await old.take_changes()
    assert requests == first < 20


async def test_a_picture_changes(wordpress: Site, store: Store, tmp_path: Path) -> None:
    photo = wordpress.media(alt_text="Before")
    wordpress.post("Shown", featured_media=photo["id"])
    wordpress.post("Another")
    async with opened(store, wordpress, tmp_path) as (old, found):
        await old.take(found)
        wordpress.api("POST", f"wp/v2/media/{photo['id']}", alt_text="After")
        summary = await changes(old)
    assert (summary.changed, summary.articles) == (1, 1)
    images = [record.article.image for record in (await records_of(store)).values()]
    assert [image.alt for image in images if image] == ["After"]


async def test_looks_go_on_after_each_failure_with_pauses_that_grow() -> None:
    pauses = []
    answers = iter([None, ImportRefused("the site is away"), Unavailable("the store is away"), None, None])

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    async def take_changes() -> Summary | None:
        answer = next(answers)
        if answer is not None:
            raise answer
        return None

    found = []
    async for one in looks(take_changes, 60, sleep):
        found.append(str(one))
        if len(found) == 5:
            break
    assert found == ["None", "the site is away", "the store is away", "None", "None"]
    assert pauses == [60, 60, 120, 240, 60]


async def test_a_site_that_was_away_is_caught_up_with(wordpress: Site, store: Store, tmp_path: Path) -> None:
    wordpress.post("First")
    async with opened(store, wordpress, tmp_path, sleep=_at_once) as (old, found):
        await old.take(found)
        wordpress.plugin("status_header(503); exit;")
        with pytest.raises(ImportRefused, match="503"):
            await old.take_changes()
        wordpress.plugin("")
        wordpress.post("Second")
        await changes(old)
    assert await headlines_of(store) == {"First", "Second"}


async def _at_once(_seconds: float) -> None:
    pass
