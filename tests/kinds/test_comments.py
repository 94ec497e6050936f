"""Comments as entries: one article's and all of them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from feeds.document import FeedDocument, InReplyTo, Person
from feeds.kinds.base import FeedGone, FeedMoved, NoSuchFeed
from feeds.kinds.comments import ALL_COMMENTS, ARTICLE_COMMENTS
from storage.lifecycle import AHEAD
from storage.model import Article, ArticleStatus, Comment, CommentStatus
from tests.kinds.newsroom import FOUNDED, Newsroom, titles

pytestmark = pytest.mark.anyio

PAGE = "https://news.example/2023/03/01/harbour/"


@pytest.fixture
async def article(newsroom: Newsroom) -> Article:
    return await newsroom.publish("harbour", headline="Harbour reopens")


async def reply(newsroom: Newsroom, article: Article, name: str, parent: Comment | None = None) -> Comment:
    """A minute after the last."""
    newsroom.clock.advance(minutes=1)
    return await newsroom.reply(article, name, parent=parent)


def guids(document: FeedDocument) -> list[str]:
    return [item.guid for item in document.items]


async def test_a_thread_speaks_for_itself(newsroom: Newsroom, article: Article) -> None:
    document = await newsroom.thread(article)
    assert document.title == "Comments on: Harbour reopens"
    assert document.page_url == PAGE
    assert document.feed_url == PAGE + "feed"
    assert document.items == ()
    assert document.updated == FOUNDED
    assert (document.validity.until, document.validity.finished) == (None, False)
    assert set(document.snapshot.scopes) == {f"article:{article.id}", f"comments:article:{article.id}", "site"}


async def test_all_comments_speak_for_the_newsroom(newsroom: Newsroom, article: Article) -> None:
    other = await newsroom.publish("ferry")
    for target, name in ((article, "Ann"), (other, "Bob"), (article, "Cid")):
        await reply(newsroom, target, name)
    document = await newsroom.feed(ALL_COMMENTS)
    assert document.title == "Comments for The Example"
    assert document.page_url == "https://news.example/comments/"
    assert document.feed_url == "https://news.example/comments/feed"
    assert titles(document) == [
        "Comment on Harbour reopens by Cid",
        "Comment on Ferry by Bob",
        "Comment on Harbour reopens by Ann",
    ]
    assert set(document.snapshot.scopes) == {"comments", "site"}
    assert titles(await newsroom.thread(article)) == ["By: Cid", "By: Ann"]
    assert document.updated == newsroom.clock()


async def test_a_comment_answers_the_article_or_a_comment(newsroom: Newsroom, article: Article) -> None:
    ann = await reply(newsroom, article, "Ann")
    bob = await newsroom.reply(article, "Bob & <b>", parent=ann, body_html="<p>No &amp; no.</p>")
    cid = await newsroom.reply(article, "Cid", parent=bob)
    for document in (await newsroom.thread(article), await newsroom.feed(ALL_COMMENTS)):
        third, second, first = document.items
        assert first.in_reply_to == InReplyTo(ref=article.guid, url=PAGE, feed_url=PAGE + "feed")
        assert first.url == f"{PAGE}?comment={ann.id}#comment-{ann.id}"
        assert (first.content_html, first.summary) == ("<p>Quite so.</p>", "Quite so.")
        assert first.authors == (Person(name="Ann", url=""),)
        assert first.published == first.updated == ann.created_at
        assert second.in_reply_to == InReplyTo(
            ref=ann.guid, url=f"{PAGE}?comment={ann.id}#comment-{ann.id}", feed_url=PAGE + "feed"
        )
        assert second.content_html == (
            f'<p>In reply to <a href="{PAGE}?comment={ann.id}#comment-{ann.id}">Ann</a>.</p><p>No &amp; no.</p>'
        )
        assert second.summary == "No & no."
        assert third.guid == cid.guid
        assert third.content_html.startswith(
            f'<p>In reply to <a href="{PAGE}?comment={bob.id}#comment-{bob.id}">Bob &amp; &lt;b&gt;</a>.</p>'
        )


async def test_the_newest_come_first_and_the_window_ends_where_it_should(newsroom: Newsroom, article: Article) -> None:
    comments = [await reply(newsroom, article, f"Reader{number}") for number in range(7)]
    late = await newsroom.reply(article, "At the same instant")
    newest = [comment.guid for comment in (late, *reversed(comments))]
    assert guids(await newsroom.thread(article)) == newest[:5]
    assert guids(await newsroom.feed(ALL_COMMENTS)) == newest[:5]


async def test_tombstones_end_with_the_window(newsroom: Newsroom, article: Article) -> None:
    comments = [await reply(newsroom, article, f"Reader{number}") for number in range(8)]
    for comment in (comments[0], comments[5]):
        await newsroom.moderate(comment, CommentStatus.SPAM)
    for document in (await newsroom.thread(article), await newsroom.feed(ALL_COMMENTS)):
        assert [stone.guid for stone in document.deleted] == [comments[5].guid]


async def test_a_parent_outside_the_window_is_named_all_the_same(newsroom: Newsroom, article: Article) -> None:
    first = await reply(newsroom, article, "First")
    for number in range(5):
        await reply(newsroom, article, f"Reader{number}")
    await reply(newsroom, article, "Last", parent=first)
    for document in (await newsroom.thread(article), await newsroom.feed(ALL_COMMENTS)):
        answered = document.items[0].in_reply_to
        assert answered is not None
        assert answered.ref == first.guid
        assert first.guid not in guids(document)


async def test_no_email_is_in_a_document(newsroom: Newsroom, article: Article) -> None:
    await reply(newsroom, article, "Ann")
    for document in (await newsroom.thread(article), await newsroom.feed(ALL_COMMENTS)):
        assert len(document.items) == 1
        assert "secret.example" not in repr(document)


@pytest.mark.parametrize("status", [CommentStatus.PENDING, CommentStatus.SPAM, CommentStatus.TRASH])
async def test_what_is_not_approved_leaves_no_trace(
    newsroom: Newsroom, article: Article, status: CommentStatus
) -> None:
    before = [await newsroom.thread(article), await newsroom.feed(ALL_COMMENTS)]
    held = await newsroom.reply(article, "Ann", status=status)
    await newsroom.reply(article, "Bob", parent=held, status=status)
    await newsroom.moderate(held, CommentStatus.SPAM)
    assert [await newsroom.thread(article), await newsroom.feed(ALL_COMMENTS)] == [
        with_seq(document, await newsroom.store.last_seq()) for document in before
    ]


def with_seq(document: FeedDocument, seq: int) -> FeedDocument:
    """The same document, read later."""
    return replace(document, snapshot=replace(document.snapshot, seq=seq))


async def test_an_old_comment_approved_now_moves_the_feed_s_date(newsroom: Newsroom, article: Article) -> None:
    held = await newsroom.reply(article, "Ann", status=CommentStatus.PENDING)
    await reply(newsroom, article, "Bob")
    before = await newsroom.feed(ALL_COMMENTS)
    newsroom.clock.advance(days=2)
    await newsroom.moderate(held, CommentStatus.APPROVED)
    after = await newsroom.feed(ALL_COMMENTS)
    assert titles(after)[-1].endswith("by Ann")
    assert after.snapshot.modified_at == newsroom.clock() + AHEAD > before.snapshot.modified_at
    assert after.seq > before.seq


async def test_a_reply_whose_parent_is_hidden_answers_the_article(newsroom: Newsroom, article: Article) -> None:
    ann = await reply(newsroom, article, "Ann")
    bob = await reply(newsroom, article, "Bob", parent=ann)
    before = [(await newsroom.thread(article)).items[0], (await newsroom.feed(ALL_COMMENTS)).items[0]]
    await newsroom.moderate(ann, CommentStatus.SPAM)
    for document, with_parent in zip(
        (await newsroom.thread(article), await newsroom.feed(ALL_COMMENTS)), before, strict=True
    ):
        [item] = document.items
        assert item.guid == bob.guid
        assert item.in_reply_to is not None
        assert item.in_reply_to.ref == article.guid
        assert "Ann" not in item.content_html
        assert item.key != with_parent.key


async def test_a_comment_that_goes_leaves_a_tombstone_and_comes_back_newer(
    newsroom: Newsroom, article: Article
) -> None:
    ann = await reply(newsroom, article, "Ann")
    newsroom.clock.advance(hours=1)
    gone = await newsroom.moderate(ann, CommentStatus.TRASH)
    for document in (await newsroom.thread(article), await newsroom.feed(ALL_COMMENTS)):
        assert document.items == ()
        [stone] = document.deleted
        assert (stone.guid, stone.when, stone.seq) == (ann.guid, gone.gone_at, gone.seq)
        assert document.updated == gone.gone_at
    await newsroom.moderate(ann, CommentStatus.APPROVED)
    for document in (await newsroom.thread(article), await newsroom.feed(ALL_COMMENTS)):
        assert document.deleted == ()
        [item] = document.items
        assert item.updated > stone.when
        assert item.published == ann.created_at


async def test_a_withdrawn_article_takes_its_thread_along(newsroom: Newsroom, article: Article) -> None:
    ann = await reply(newsroom, article, "Ann")
    bob = await newsroom.reply(await newsroom.publish("ferry"), "Bob")
    newsroom.clock.advance(hours=1)
    await newsroom.withdraw(article)
    with pytest.raises(FeedGone):
        await newsroom.thread(article)
    document = await newsroom.feed(ALL_COMMENTS)
    assert guids(document) == [bob.guid]
    assert [stone.guid for stone in document.deleted] == [ann.guid]
    [stone] = document.deleted
    await newsroom.edit(article, status=ArticleStatus.PUBLISHED)
    [item] = (await newsroom.thread(article)).items
    assert item.guid == ann.guid
    assert item.updated > stone.when
    assert (await newsroom.feed(ALL_COMMENTS)).deleted == ()


async def test_a_thread_moves_with_its_article(newsroom: Newsroom, article: Article) -> None:
    ann = await reply(newsroom, article, "Ann")
    before = await newsroom.feed(ALL_COMMENTS)
    moved = await newsroom.edit(article, slug="harbour-reopens", headline="Harbour reopens at last")
    with pytest.raises(FeedMoved) as error:
        await newsroom.thread(article)
    assert error.value.path == moved.path == "/2023/03/01/harbour-reopens/"
    document = await newsroom.thread(moved)
    assert document.title == "Comments on: Harbour reopens at last"
    assert guids(document) == [ann.guid]
    assert (
        document.items[0].url == f"https://news.example/2023/03/01/harbour-reopens/?comment={ann.id}#comment-{ann.id}"
    )
    after = await newsroom.feed(ALL_COMMENTS)
    assert titles(after) == ["Comment on Harbour reopens at last by Ann"]
    assert after.items[0].key != before.items[0].key
    assert after.snapshot.scopes["comments"].version > before.snapshot.scopes["comments"].version
    await newsroom.withdraw(moved)
    for path in (article, moved):
        with pytest.raises(FeedGone):
            await newsroom.thread(path)


async def test_what_was_never_public_has_no_thread(newsroom: Newsroom) -> None:
    hidden = [
        await newsroom.publish("draft", status=ArticleStatus.DRAFT),
        await newsroom.publish("scheduled", newsroom.clock() + timedelta(days=1)),
        await newsroom.publish("embargoed", embargoed_until=newsroom.clock() + timedelta(days=1)),
        await newsroom.publish("withdrawn", status=ArticleStatus.WITHDRAWN),
    ]
    for article in hidden:
        with pytest.raises(NoSuchFeed):
            await newsroom.thread(article)
    for day in ("30", "00", "01"):
        with pytest.raises(NoSuchFeed):
            await newsroom.feed(ARTICLE_COMMENTS, year="2023", month="02", day=day, slug="draft")


async def test_an_article_without_a_headline_has_a_thread_with_a_title(newsroom: Newsroom) -> None:
    article = await newsroom.publish("untitled", headline="")
    await reply(newsroom, article, "Ann")
    assert titles(await newsroom.feed(ALL_COMMENTS)) == ["Comment on Untitled by Ann"]
    assert (await newsroom.thread(article)).title == "Comments on: Untitled"
