"""What may happen to a newsroom, step by step, through the doors that editors and readers use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from feeds.newsroom import commenting, publishing
from feeds.newsroom.reply_policy import Policy
from feeds.settings import Settings
from storage.errors import Conflict, Invalid
from storage.model import Article, ArticleRecord, ArticleStatus, Comment, CommentStatus
from storage.protocol import Store
from tests.clean.test_html import markup
from tests.storage.newsroom import SettableClock

FOUNDED = datetime(2023, 3, 1, 8, tzinfo=UTC)
ZONE = ZoneInfo("Africa/Kampala")
_LIST_AFTER = timedelta(minutes=10)
_POLICY = Policy.of(Settings(comments_hold="none"), secret=b"x" * 32)

Step = tuple[str, Any, int]
"""What happens, with what, and to which of the articles or comments that are there."""

_text = st.text(max_size=20)
_name = st.text(min_size=1, max_size=10)
_url = st.sampled_from(["", "https://x.example/ä?q=1", "http://HOST.example:80/%41#f", "https://bücher.example/"])
_moment = st.integers(-5 * 24 * 3600, 5 * 24 * 3600).map(
    lambda seconds: (FOUNDED + timedelta(seconds=seconds, microseconds=seconds % 3)).isoformat()
)
_file = st.sampled_from(["/media/a.png", "https://cdn.example/b.png"])

_article = st.fixed_dictionaries(
    {"headline": st.sampled_from(["Flood", "Feed", "A\u202eb"]) | st.text(min_size=1, max_size=30)},
    optional={
        "slug": st.sampled_from(["a", "b", "港口"]),
        "summary": _text,
        "body_html": markup,
        "dateline": _text,
        "source": st.none() | st.fixed_dictionaries({"name": _name}, optional={"url": _url}),
        "image": st.none() | st.fixed_dictionaries({"url": _file}, optional={"alt": _text, "credit": _text}),
        "enclosures": st.lists(st.fixed_dictionaries({"url": _file, "type": st.just("image/png")}), max_size=2),
        "section": st.sampled_from(["world", "world/africa", "business", None]),
        "sections": st.lists(st.sampled_from(["world", "business"]), max_size=2),
        "authors": st.lists(st.fixed_dictionaries({"name": _name}, optional={"url": _url}), max_size=3),
        "tags": st.lists(_name, max_size=3),
        "language": st.sampled_from(["", "de", "en-GB"]),
        "canonical_url": _url,
        "digital_source_type": st.sampled_from(["", "digitalCapture", "digsrctype:trainedAlgorithmicMedia"]),
        "credit_line": _text,
        "republish_until": st.none() | _moment,
        "published_at": st.none() | _moment,
        "embargoed_until": st.none() | _moment,
        "status": st.sampled_from(["draft", "published", "published", "published", "withdrawn"]),
        "comments_open": st.booleans(),
        "editorial_note": _text,
    },
)
_reply = st.fixed_dictionaries(
    {
        "author_name": _name,
        "author_email": st.sampled_from(["a@b.example", "ä\u202e@x.example", "A.B+c@d.example"]),
        "body": markup | st.text(min_size=1),
        "status": st.sampled_from(CommentStatus),
    },
    optional={"author_url": _url},
)
_BEGINNING: list[Step] = [
    ("publish", {"headline": "First", "section": "world/africa", "status": "published"}, 0),
    ("publish", {"headline": "Second", "tags": ["x"], "status": "published"}, 0),
    *(
        ("reply", {"author_name": name, "author_email": "a@b.example", "body": "Yes.", "status": "approved"}, which)
        for which, name in enumerate(("Ann", "Ben", "Cid", "Dot"))
    ),
]

_happening = st.one_of(
    st.tuples(st.just("publish"), _article),
    st.tuples(st.just("edit"), _article),
    st.tuples(st.just("edit"), st.sampled_from(ArticleStatus).map(lambda status: {"status": status})),
    st.tuples(st.just("reply"), _reply),
    st.tuples(st.just("moderate"), st.sampled_from(CommentStatus)),
    st.tuples(st.just("found"), st.fixed_dictionaries({"title": _name, "description": _text})),
    st.tuples(st.just("lead here"), st.sampled_from([("/old/",), ("/?p=7", "/old/")])),
    st.tuples(st.just("wait"), st.integers(1, 5000)),
)
histories = st.lists(
    st.tuples(_happening, st.integers(0, 5)).map(lambda step: (*step[0], step[1])), min_size=1, max_size=15
)


@dataclass(frozen=True)
class Newsroom:
    store: Store
    clock: SettableClock

    async def live(self, history: list[Step]) -> None:
        """Go through a history, after a beginning that all have in common; what is refused did not happen."""
        for title, parent in (("World", None), ("Africa", "world"), ("Business", None)):
            await publishing.create_section(self.store, {"title": title, "parent": parent}, clock=self.clock)
        for what, value, which in (*_BEGINNING, *history):
            try:
                await self._step(what, value, which)
            except (Invalid, Conflict, commenting.Refused):
                continue
        await self.store.run_due()

    async def _step(self, what: str, value: Any, which: int) -> None:
        articles = await self.store.list_articles(limit=100)
        comments = await self.store.list_comments(limit=100)
        article = articles[which % len(articles)] if articles else None
        comment = comments[which % len(comments)] if comments else None
        match what:
            case "publish":
                await publishing.create(self.store, value, clock=self.clock, zone=ZONE)
            case "edit" if article:
                await publishing.edit(self.store, article.id, value, clock=self.clock, zone=ZONE)
            case "reply" if article:
                await self._reply(article, value, comment if which % 2 else None)
            case "moderate" if comment:
                await self.store.set_comment_status(comment.id, value, by="desk:ann", list_after=_LIST_AFTER)
            case "found":
                await publishing.create_section(self.store, value, clock=self.clock)
            case "lead here" if article:
                await self.store.import_articles([ArticleRecord(article=article, old_paths=value)])
            case "wait":
                self.clock.advance(minutes=value)
                await self.store.run_due()

    async def _reply(self, article: Article, value: Mapping[str, Any], to: Comment | None) -> None:
        parent = {"parent": to.id} if to and to.article_id == article.id else {}
        await commenting.reply(
            self.store,
            article.id,
            {**value, **parent},
            policy=_POLICY,
            clock=self.clock,
            ip="192.0.2.1",
            moderator=True,
        )
