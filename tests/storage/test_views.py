"""An article's thread in pages: each of them bounded, all of them the whole of it."""

from datetime import timedelta

import pytest

from storage.model import Article, ArticleView, Comment, CommentStatus
from storage.protocol import Store
from tests.storage.newsroom import FOUNDED, add_reply, moderate, reply, story

pytestmark = pytest.mark.anyio

SIZE = 3


async def view(store: Store, article: Article, page: int | None = None, around: int | None = None) -> ArticleView:
    found = await store.view_article(article.path, size=SIZE, page=page, around=around)
    assert isinstance(found, ArticleView)
    return found


async def thread(store: Store, count: int) -> tuple[Article, list[Comment]]:
    """Comments that each answer the one before, two of them at each instant."""
    article = await store.add_article(story("a"))
    comments: list[Comment] = []
    for number in range(count):
        at = FOUNDED + timedelta(minutes=number // 2)
        parent = comments[-1].id if comments else None
        comments.append(await add_reply(store, reply(article, f"N{number:02}", at, parent_id=parent)))
    return article, comments


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13])
async def test_pages_are_cut_from_the_oldest_and_the_last_has_what_is_left(store: Store, count: int) -> None:
    article, comments = await thread(store, count)
    last = await view(store, article)
    assert last.pages == max(1, count // SIZE)
    shown: list[int] = []
    for page in range(1, last.pages + 1):
        found = await view(store, article, page)
        assert (found.page, found.pages, found.older) == (page, last.pages, len(shown))
        assert len(found.comments) == SIZE or page == last.pages
        assert len(found.comments) < 2 * SIZE
        parents = (
            {comment.parent_id for comment in found.comments} - {comment.id for comment in found.comments} - {None}
        )
        assert {parent.id for parent in found.parents} == parents
        shown += [comment.id for comment in found.comments]
    assert shown == [comment.id for comment in comments]
    assert found == last
    for comment in comments:
        around = await view(store, article, around=comment.id)
        assert comment.id in {shown.id for shown in around.comments}
        assert around == await view(store, article, around.page)
    for nowhere in (0, -1, last.pages + 1, 10**17):
        assert await view(store, article, nowhere) == last
        assert await view(store, article, around=nowhere + 10**6) == last


async def test_what_nobody_sees_is_on_no_page(store: Store) -> None:
    article, comments = await thread(store, 8)
    other, [elsewhere] = await store.add_article(story("b")), [await add_reply(store, reply(article, "Held"))]
    await moderate(store, elsewhere, CommentStatus.PENDING)
    await moderate(store, comments[2], CommentStatus.TRASH)
    first, last = await view(store, article, 1), await view(store, article)
    assert [comment.id for comment in (*first.comments, *last.comments)] == [
        comment.id for comment in comments if comment is not comments[2]
    ]
    assert comments[2].id not in {parent.id for parent in (*first.parents, *last.parents)}
    for hidden in (elsewhere, comments[2]):
        assert await view(store, article, around=hidden.id) == last
    assert (await view(store, other, around=comments[0].id)).comments == ()
