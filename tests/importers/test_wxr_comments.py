"""What becomes of a thread."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from feeds.importers.report import Met
from feeds.newsroom.replies import comment_html as typed_here
from storage.model import Comment, CommentStatus
from storage.protocol import Store
from tests.importers.reading import keep, read
from tests.importers.wxr_files import comment, post, wxr

pytestmark = pytest.mark.anyio


def thread(folder: Path, *comments: str, guid: str = "tag:story") -> tuple[Comment, ...]:
    return read(
        folder, wxr(post(7, guid=guid, link="https://old.example/elsewhere/", comments=comments))
    ).record.comments


def test_a_comment(tmp_path: Path) -> None:
    [kept] = thread(
        tmp_path,
        comment(12, "One.\n\nTwo.", author="Tom &amp; <b>Jerry</b>", email="tom@x.example", url="https://x.example/"),
    )
    assert kept == Comment(
        id=12,
        guid="tag:story#comment-12",
        article_id=7,
        author_name="Tom & <b>Jerry</b>",
        author_email="tom@x.example",
        author_url="https://x.example/",
        body_html="<p>One.</p>\n<p>Two.</p>",
        status=CommentStatus.APPROVED,
        created_at=datetime(2022, 3, 2, 10, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("approved", "status"),
    [
        ("1", CommentStatus.APPROVED),
        ("0", CommentStatus.PENDING),
        ("spam", CommentStatus.SPAM),
        ("trash", CommentStatus.TRASH),
        ("post-trashed", CommentStatus.TRASH),
        ("whatever", CommentStatus.PENDING),
    ],
)
def test_states(tmp_path: Path, approved: str, status: CommentStatus) -> None:
    [kept] = thread(tmp_path, comment(12, approved=approved))
    assert kept.status is status


def test_types(tmp_path: Path) -> None:
    """What readers see as replies is kept; what plugins, and the block editor's notes, keep as comments is counted by type."""
    kinds = ["", "comment", "pingback", "trackback", "webmention", "review", "order_note", "note", "note", "x" * 90]
    thread = [comment(number, kind=kind) for number, kind in enumerate(kinds, 1)]
    found = read(tmp_path, wxr(post(7, "Story", comments=thread), post(8, comments=[comment(20, kind="note")])))
    assert [one.id for one in found.records[0].comments] == [1, 2, 3, 4, 5, 6]
    assert found.report.stripped.met() == (
        Met("comments of the type note", 2, "Story"),
        Met("comments of the type order_note", 1, "Story"),
        Met(f"comments of the type {'x' * 20}", 1, "Story"),
    )


@pytest.mark.parametrize(
    ("content", "html"),
    [
        ("See https://w.example/page.", "<p>See {}https://w.example/page{}https://w.example/page</a>.</p>"),
        ("https://w.example/?a=1&b=2", "<p>{}https://w.example/?a=1&amp;b=2{}https://w.example/?a=1&amp;b=2</a></p>"),
        ('<a href="https://w.example/">https://w.example/</a>', "<p>{}https://w.example/{}https://w.example/</a></p>"),
        ("<code>https://w.example/</code>", "<p><code>https://w.example/</code></p>"),
        ("No address: w.example, mail@w.example", "<p>No address: w.example, mail@w.example</p>"),
        ("javascript://w.example/%0aalert(1)", "<p>javascript://w.example/%0aalert(1)</p>"),
    ],
)
def test_bare_addresses_are_links_as_of_a_reply_typed_here(tmp_path: Path, content: str, html: str) -> None:
    [kept] = thread(tmp_path, comment(12, content))
    assert kept.body_html == html.format('<a href="', '" rel="nofollow ugc noopener">')
    assert typed_here(content) == kept.body_html


def test_no_name_no_gmt_no_web_address(tmp_path: Path) -> None:
    [kept] = thread(tmp_path, comment(12, author=" ", date_gmt="0000-00-00 00:00:00", url="javascript:alert(1)"))
    assert (kept.author_name, kept.author_url) == ("Anonymous", "")
    assert kept.created_at == datetime(2022, 3, 2, 10, tzinfo=UTC), "13:00 on the site's clocks, in Kampala"


def test_comments_that_cannot_be_kept_are_counted(tmp_path: Path) -> None:
    undated = comment(3, date="0000-00-00 00:00:00", date_gmt="")
    found = read(
        tmp_path,
        wxr(post(7, "Story", comments=[comment(0), undated, comment(4), comment(4), comment(5), comment(5, "Other")])),
    )
    assert [(one.id, one.body_html) for one in found.record.comments] == [
        (4, "<p>Well said.</p>"),
        (5, "<p>Well said.</p>"),
    ]
    assert found.report.stripped.met() == (
        Met("comments with another comment's id", 1, "Story"),
        Met("comments without an id or a date", 1, "Story"),
    )


def test_no_address_of_a_readers_machine_is_kept(tmp_path: Path) -> None:
    assert "203.0.113" not in repr(thread(tmp_path, comment(12)))


def test_a_reply_keeps_its_parent_whichever_has_the_lower_id(tmp_path: Path) -> None:
    thread = [comment(1, parent=3), comment(2, parent=1), comment(3), comment(4, parent=4), comment(5, parent=99)]
    record = read(tmp_path, wxr(post(1, comments=thread))).record
    assert {one.id: one.parent_id for one in record.comments} == {1: 3, 2: 1, 3: None, 4: 4, 5: None}


async def test_comments_that_answer_one_another_in_a_circle_are_all_there(tmp_path: Path, store: Store) -> None:
    thread = [
        comment(1, parent=2),
        comment(2, parent=3),
        comment(3, parent=1),
        comment(4, parent=4),
        comment(5, parent=4),
    ]
    await keep(store, tmp_path, wxr(post(1, comments=thread)))
    parents = {one.id: one.parent_id for one in await store.list_comments(limit=9)}
    assert len(parents) == 5
    for start in parents:
        line: list[int] = []
        at: int | None = start
        while at is not None:
            assert at not in line
            line.append(at)
            at = parents[at]
    assert parents[5] == 4
