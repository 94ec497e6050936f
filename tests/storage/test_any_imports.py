"""Any sequence of exports, edits here, moderation and imports, against a plain model of the merge."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import strategies as st

from storage.model import ArticleRecord, ArticleStatus, CommentStatus, ImportRun, ImportSource
from storage.protocol import Store
from tests.storage.filtering import check_filters
from tests.storage.newsroom import SettableClock, edit, record, reply, story
from tests.stores import Stores, opened_store

SITE = ImportSource(names=("https://old.example",), site="https://old.example", whole=True)
FIRST, SECOND = (
    ImportSource(names=(f"https://old.example/{name}",), site="https://old.example/") for name in ("feed", "world/feed")
)
GUIDS = ("1", "2")
COMMENTS = (1, 2)

_values = st.sampled_from(["A", "B", "C"])
_field = st.one_of(
    st.tuples(st.sampled_from(["headline", "summary"]), _values),
    st.tuples(st.just("status"), st.sampled_from([ArticleStatus.PUBLISHED, ArticleStatus.DRAFT])),
)
_reply = st.one_of(st.tuples(st.just("status"), st.sampled_from(CommentStatus)), st.tuples(st.just("text"), _values))
_guid, _number = st.sampled_from(GUIDS), st.sampled_from(COMMENTS)
_step = st.one_of(
    st.tuples(st.just("says"), _guid, _field),
    st.tuples(st.just("edit"), _guid, _field),
    st.tuples(st.just("says of a comment"), st.tuples(_guid, _number), _reply),
    st.tuples(st.just("has no more"), st.tuples(_guid, _number), st.none()),
    st.tuples(st.just("moderate"), st.tuples(_guid, _number), st.sampled_from(CommentStatus)),
    st.tuples(st.just("import"), st.sets(_guid, min_size=1), st.booleans()),
)
histories = st.lists(_step, max_size=25)


@dataclass
class Thing:
    """Something as it is here, as the source said it last, and as it was kept then."""

    ours: dict[str, Any]
    said: dict[str, Any] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)

    def merge(self, says: dict[str, Any], *, theirs: bool) -> int:
        """How many conflicts."""
        conflicts = 0
        for name, value in says.items():
            if self.said.get(name) == value:
                continue
            if self.ours[name] not in (value, self.kept.get(name)) and not theirs:
                conflicts += 1
                continue
            self.ours[name] = self.said[name] = self.kept[name] = value
        return conflicts


@dataclass
class Model:
    source: dict[str, dict[str, Any]]
    replies: dict[tuple[str, int], dict[str, Any]]
    articles: dict[str, Thing] = field(default_factory=dict)
    comments: dict[tuple[str, int], Thing] = field(default_factory=dict)

    def take(self, guids: Sequence[str], *, theirs: bool) -> int:
        conflicts = 0
        for guid in guids:
            says = self.source[guid]
            thing = self.articles.setdefault(guid, Thing(dict(says), dict(says), dict(says)))
            conflicts += thing.merge(says, theirs=theirs)
            for number in COMMENTS:
                key = (guid, number)
                wanted = self.replies.get(key)
                if wanted is not None:
                    thing = self.comments.setdefault(key, Thing(dict(wanted), dict(wanted), dict(wanted)))
                    conflicts += thing.merge(wanted, theirs=theirs)
                elif key in self.comments:
                    conflicts += self.comments[key].merge({"status": CommentStatus.TRASH}, theirs=theirs)
        return conflicts


def exported(model: Model, guid: str) -> ArticleRecord:
    says = model.source[guid]
    article = replace(story(f"s{guid}", guid=guid), **says)
    thread = [
        reply(
            article,
            "Ann",
            id=10 * int(guid) + number,
            guid=f"{guid}#comment-{number}",
            status=wanted["status"],
            body_html=wanted["text"],
        )
        for (of, number), wanted in sorted(model.replies.items())
        if of == guid
    ]
    return replace(record(article, *thread), source=SITE, all_comments=True)


async def play(url: str, history: list[tuple[str, Any, Any]]) -> None:
    model = Model(
        {guid: {"headline": "A", "summary": "A", "status": ArticleStatus.PUBLISHED} for guid in GUIDS},
        {(guid, number): {"status": CommentStatus.APPROVED, "text": "A"} for guid in GUIDS for number in COMMENTS},
    )
    async with opened_store(url, SettableClock()) as store:
        for number, (what, which, value) in enumerate(
            [("import", {"1"}, False), *history, ("import", set(GUIDS), False)]
        ):
            await step(store, model, number, what, which, value)
        await check_filters(store, together=1)


async def step(store: Store, model: Model, number: int, what: str, which: Any, value: Any) -> None:
    ids = {article.guid: article for article in await store.list_articles(limit=9)}
    comments = {comment.guid: comment for comment in await store.list_comments(limit=99)}
    match what:
        case "says":
            model.source[which][value[0]] = value[1]
        case "says of a comment":
            model.replies.setdefault(which, {"status": CommentStatus.PENDING, "text": "B"})[value[0]] = value[1]
        case "has no more":
            model.replies.pop(which, None)
        case "edit" if which in ids:
            model.articles[which].ours[value[0]] = value[1]
            await edit(store, ids[which], **dict([value]))
        case "moderate" if which in model.comments:
            model.comments[which].ours["status"] = value
            comment = comments[f"{which[0]}#comment-{which[1]}"]
            await store.set_comment_status(comment.id, value, by="desk", list_after=timedelta())
        case "import":
            guids = sorted(which)
            records = [exported(model, guid) for guid in guids]
            expected = model.take(guids, theirs=value)
            run = ImportRun(key=str(number), kind="export", name="x", theirs=value)
            intake = await store.take_in(records, run=run)
            assert sum(len(kept.conflicts) for kept in intake.kept) >= (expected > 0)
            assert (sum(len(kept.conflicts) for kept in intake.kept) == 0) == (expected == 0)
            await check(store, model)


async def check(store: Store, model: Model) -> None:
    ids = {}
    for article in await store.list_articles(limit=9):
        ids[article.id] = article.guid
        ours = model.articles[article.guid].ours
        assert {name: getattr(article, name) for name in ours} == ours
    found = {}
    for comment in await store.list_comments(limit=99):
        number = int(comment.guid.rpartition("-")[2])
        found[ids[comment.article_id], number] = {"status": comment.status, "text": comment.body_html}
    assert found == {key: thing.ours for key, thing in model.comments.items()}
    for article_id, guid in ids.items():
        approved = sum(one["status"] is CommentStatus.APPROVED for (of, _), one in found.items() if of == guid)
        kept = await store.get_article(article_id)
        assert kept.comment_count == approved
        # What a draft has is listed when it is published.
        assert kept.listed_comment_count == approved or not kept.public


def test_any_history_of_imports(stores: Stores) -> None:
    stores.play_any(play, examples=12, history=histories)


@pytest.mark.nightly
def test_very_many_histories_of_imports(stores: Stores) -> None:
    stores.play_any(play, examples=5000, history=histories)


_said = st.tuples(st.sampled_from([SITE, FIRST, SECOND]), _guid, _values)
interleavings = st.lists(_said, max_size=20)


async def interleave(url: str, said: list[tuple[ImportSource, str, str]]) -> None:
    """Two feeds and an export of one site. Each feed has its own articles until the export names their guid: the first is its own
    from then on, and no feed changes it.
    """
    known: dict[tuple[ImportSource, str], int] = {}
    headlines: list[str] = []
    last: dict[tuple[ImportSource, str], str] = {}
    async with opened_store(url, SettableClock()) as store:
        for source, guid, headline in said:
            of_site = known.get((SITE, guid))
            mine = known.get((source, guid))
            feeds = [known[feed, guid] for feed in (FIRST, SECOND) if (feed, guid) in known]
            place = mine if mine is not None else min(feeds, default=None) if source is SITE else of_site
            if place is None:
                place = len(headlines)
                headlines.append(headline)
            elif source is SITE or place != of_site:
                headlines[place] = headline if last.get((source, guid)) != headline else headlines[place]
            if source is SITE or place != of_site:
                last[source, guid] = headline
            known[source, guid] = place
            article = story(f"s{len(said)}", guid=guid, headline=headline)
            await store.take_in([replace(record(article), source=source)])
        articles = sorted(await store.list_articles(limit=50), key=lambda article: article.id)
        assert [article.headline for article in articles] == headlines
        assert len({article.guid for article in articles}) == len(articles)


def test_any_interleaving_of_a_sites_feeds_and_its_export(stores: Stores) -> None:
    stores.play_any(interleave, examples=20, said=interleavings)
