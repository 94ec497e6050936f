"""How replies are nested: whatever their parents, none is lost."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from feeds.kinds.base import Publication
from feeds.settings import Settings
from feeds.web.pages.thread import ShownComment, build_thread
from storage.model import Article, ArticleView, Comment, CommentStatus, Snapshot
from tests.pages.newsroom import NOON

SITE = Publication.of(Settings(), NOON)
MAX_DEPTH = 5
ARTICLE = Article(id=1, guid="urn:example:1", slug="story", day=NOON.date(), headline="Story")


def comment(number: int, parent: int | None = None, author_url: str = "") -> Comment:
    return Comment(
        id=number,
        guid=f"urn:example:comment:{number}",
        article_id=1,
        parent_id=parent,
        author_name=f"Reader {number}",
        author_email="reader@example.org",
        author_url=author_url,
        body_html="<p>Words.</p>",
        status=CommentStatus.APPROVED,
        created_at=NOON + timedelta(minutes=number),
    )


def view_of(comments: Sequence[Comment]) -> ArticleView:
    article = replace(ARTICLE, comment_count=len(comments))
    return ArticleView(article=article, comments=tuple(comments), sections=(), snapshot=Snapshot(seq=0, scopes={}))


def outline(replies: Sequence[ShownComment]) -> list[object]:
    return [(reply.id, outline(reply.replies)) if reply.replies else reply.id for reply in replies]


def test_replies_stand_under_what_they_answer() -> None:
    thread = build_thread(view_of([comment(1), comment(2), comment(3, 1), comment(4, 3)]), SITE, MAX_DEPTH)
    assert outline(thread.top) == [(1, [(3, [4])]), 2]
    assert thread.count == 4


def test_nesting_stops_at_the_deepest_level() -> None:
    thread = build_thread(
        view_of([comment(1), *(comment(number, number - 1) for number in range(2, 9))]), SITE, MAX_DEPTH
    )
    assert outline(thread.top) == [(1, [(2, [(3, [(4, [5, 6, 7, 8])])])])]
    assert [thread.by_id[number].depth for number in (5, 8)] == [5, 8]


def test_a_reply_to_what_is_not_shown_stands_at_the_top() -> None:
    assert outline(build_thread(view_of([comment(1, 99), comment(2, 2), comment(3, 4), comment(4, 3)]), SITE, MAX_DEPTH).top) == [
        1, 2, (3, [4]), ]  # fmt: skip


def test_one_that_is_held_has_no_number() -> None:
    thread = build_thread(view_of([comment(1), comment(2)]), SITE, MAX_DEPTH, held=comment(3, 1))
    assert outline(thread.top) == [(1, [3]), 2]
    assert (thread.by_id[3].number, thread.by_id[3].held, thread.count) == (0, True, 2)


def test_an_address_that_is_no_web_address_is_no_link() -> None:
    urls = ["https://a.example/", "javascript:alert(1)", "data:text/html,x", ""]
    thread = build_thread(
        view_of([comment(number, None, url) for number, url in enumerate(urls, start=1)]), SITE, MAX_DEPTH
    )
    assert [reply.author_url for reply in thread.top] == ["https://a.example/", "", "", ""]


@given(st.lists(st.integers(0, 12), max_size=12))
def test_every_reply_is_shown_once_whatever_its_parent(parents: list[int]) -> None:
    thread = build_thread(
        view_of([comment(number, parent) for number, parent in enumerate(parents, start=1)]), SITE, MAX_DEPTH
    )

    def shown(replies: Sequence[ShownComment]) -> list[tuple[int, int]]:
        """Numbers with the level at which each is nested."""
        below = [(number, level + 1) for reply in replies for number, level in shown(reply.replies)]
        return [*((reply.number, 1) for reply in replies), *below]

    assert sorted(number for number, _ in shown(thread.top)) == list(range(1, len(parents) + 1))
    assert all(level <= MAX_DEPTH for _, level in shown(thread.top))
