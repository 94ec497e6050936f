"""However many replies come, one after the other or at once: none is kept that the rules refuse, none refused that they allow."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

import pytest
from hypothesis import strategies as st

from feeds.newsroom import replies
from feeds.newsroom.addresses import ip_hash
from feeds.newsroom.commenting import Closed, Duplicate, TooFast, is_short, reply
from feeds.newsroom.reply_policy import Policy
from feeds.settings import Settings
from storage.connect import open_store
from storage.model import Article, Comment
from storage.protocol import Store
from tests.storage.newsroom import SettableClock, story
from tests.stores import Stores

PAUSE = timedelta(seconds=15)
POLICY = Policy.of(Settings(comments_hold="none", comments_pause=15), secret=b"x" * 32)


@dataclass(frozen=True)
class Sent:
    email: str
    ip: str
    body: str
    moderator: bool

    def is_like(self, comment: Comment) -> bool:
        return (self.email.casefold(), f"<p>{self.body}</p>") == (comment.author_email.casefold(), comment.body_html)

    def is_by(self, comment: Comment) -> bool:
        return self.email.casefold() == comment.author_email.casefold() or (
            comment.ip_hash != "" and ip_hash(POLICY.secret, self.ip) == comment.ip_hash
        )


Outcome = Comment | Duplicate | TooFast

EMAILS = ("ann@readers.example", "Ann@Readers.example", "bob@readers.example", "cid@readers.example")
ADDRESSES = ("", "192.0.2.1", "192.0.2.2")
BATCHES = st.lists(
    st.tuples(
        st.integers(0, 16),
        st.lists(
            st.builds(Sent, st.sampled_from(EMAILS), st.sampled_from(ADDRESSES), st.sampled_from("ABC"), st.just(False))
            | st.builds(Sent, st.sampled_from(EMAILS), st.just(""), st.sampled_from("ABC"), st.just(True)),
            min_size=1,
            max_size=6,
        ),
    ),
    min_size=1,
    max_size=6,
)
"""Seconds that pass, and what is sent then, at once."""


async def send(store: Store, article: Article, sent: Sent, clock: SettableClock) -> Outcome:
    fields = {"author_name": "Reader", "author_email": sent.email, "body": sent.body}
    try:
        return await reply(store, article.id, fields, policy=POLICY, clock=clock, ip=sent.ip, moderator=sent.moderator)
    except (Duplicate, TooFast) as refused:
        return refused


def judge(sent: Sent, outcome: Outcome, comments: list[Comment], now: datetime) -> None:
    """By all comments that are kept by now, in the order in which they were."""
    match outcome:
        case Duplicate():
            assert any(sent.is_like(comment) for comment in comments)
        case TooFast():
            assert not sent.moderator
            waits = [comment.created_at + PAUSE - now for comment in comments if sent.is_by(comment)]
            assert outcome.retry_after in {ceil(wait.total_seconds()) for wait in waits if wait > timedelta()}
        case Comment():
            before = comments[: comments.index(outcome)]
            assert not any(sent.is_like(comment) for comment in before)
            if not sent.moderator:
                assert all(now - comment.created_at >= PAUSE for comment in before if sent.is_by(comment))


async def play(url: str, batches: list[tuple[int, list[Sent]]]) -> None:
    clock = SettableClock()
    workers = [await open_store(url, clock=clock, migrate=True, synchronous="NORMAL") for _ in range(2)]
    try:
        article = await workers[0].add_article(story("a"))
        kept = 0
        for seconds, batch in batches:
            now = clock.advance(seconds=seconds)
            outcomes = await asyncio.gather(
                *(send(workers[number % 2], article, sent, clock) for number, sent in enumerate(batch))
            )
            comments = list(reversed(await workers[0].list_comments(limit=100)))
            for sent, outcome in zip(batch, outcomes, strict=True):
                judge(sent, outcome, comments, now)
            kept += sum(isinstance(outcome, Comment) for outcome in outcomes)
            assert len(comments) == kept
    finally:
        for worker in workers:
            await worker.close()


def test_the_rules_hold_for_all_that_is_sent(stores: Stores) -> None:
    stores.play_any(play, examples=25, batches=BATCHES)


async def refused_at_once(url: str, closed: bool) -> None:
    clock = SettableClock()
    store = await open_store(url, clock=clock, migrate=True, synchronous="NORMAL")
    try:
        article = await store.add_article(story("a", comments_open=not closed))
        first = Sent(EMAILS[0], ADDRESSES[1], "A", moderator=False)
        if not closed:
            assert isinstance(await send(store, article, first, clock), Comment)
        for email, ip in ((EMAILS[1], ""), ("cid@readers.example", ADDRESSES[1])):
            fields = {"author_name": "Reader", "author_email": email, "body": "x" * 60_000}
            with pytest.raises(Closed if closed else TooFast):
                await reply(store, article.id, fields, policy=POLICY, clock=clock, ip=ip)
    finally:
        await store.close()


def _only_short(html: str) -> str:
    assert len(html) < 1_000, "the text was read"
    return html


@pytest.mark.parametrize("closed", [True, False])
def test_open_and_pause_are_asked_before_the_text_is_read(
    closed: bool, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replies, "sanitize_comment", _only_short)
    asyncio.run(refused_at_once(store_url, closed))


@pytest.mark.parametrize(
    ("more", "short"),
    [
        pytest.param({}, True, id="as most are"),
        pytest.param({"body": "x" * 1_000}, False, id="a long text"),
        pytest.param({"author_url": "https://" + "a" * 1_000}, False, id="another long field"),
        pytest.param({f"field {number}": number for number in range(50)}, False, id="many fields that there are not"),
        pytest.param({"x" * 1_000: None}, False, id="a long name of one"),
        pytest.param({"body": ["x"] * 1_000}, False, id="a long list in a text's place"),
    ],
)
def test_only_what_is_little_work_is_read_on_the_loop(more: dict[str, object], short: bool) -> None:
    sent = {"author_name": "Ann", "author_email": "ann@readers.example", "body": "Quite so.", "parent": None}
    assert is_short(sent | more) is short
