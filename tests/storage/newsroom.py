"""What the store's tests write with: a clock that the test sets, and articles and comments made in a line."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from storage.model import (
    Article,
    ArticleRecord,
    ArticleStatus,
    Ban,
    BanKind,
    Change,
    Comment,
    CommentedArticle,
    CommentHistory,
    CommentStatus,
    ImportRun,
    ImportSource,
    KeptAnswer,
    Member,
    MemberUse,
    NameOf,
    Once,
    Page,
    PageStatus,
    Partner,
    SaidName,
    Section,
    Terms,
)
from storage.protocol import Store
from storage.scopes import HOME, SITE

T = TypeVar("T")

FOUNDED = datetime(2023, 3, 1, 8, 0, tzinfo=UTC)
"""When the store is made."""
LIST_AFTER = timedelta(minutes=10)
SECTIONS = {"world": "World", "world/africa": "Africa", "business": "Business"}


class SettableClock:
    def __init__(self, now: datetime = FOUNDED) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **step: float) -> datetime:
        self.now += timedelta(**step)
        return self.now


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what no event tells of, such as another process's commit. Raises TimeoutError after ten seconds."""
    async with asyncio.timeout(60):
        while True:
            if condition():
                return
            # Whoever is waited for may need the processor.
            await asyncio.sleep(0.002)


def sections() -> list[Section]:
    return [Section(path=path, title=title, created_at=FOUNDED) for path, title in SECTIONS.items()]


def story(slug: str, at: datetime | None = FOUNDED, **given: Any) -> Article:
    """An article that is public from `at` on, as whoever publishes it hands it to the store."""
    article = Article(
        guid=f"urn:test:{slug}",
        slug=slug,
        day=at.date() if at else None,
        headline=slug.capitalize(),
        status=ArticleStatus.PUBLISHED,
        published_at=at,
    )
    return replace(article, **given)


def page(name: str, **given: Any) -> Page:
    """A public page at '/name/'."""
    made = Page(path=f"/{name}/", title=name.capitalize(), body_html=f"<p>{name}</p>", status=PageStatus.PUBLISHED)
    return replace(made, **given)


def draft(slug: str, **fields: Any) -> Article:
    return story(slug, None, status=ArticleStatus.DRAFT, **fields)


def commented(article: Article) -> CommentedArticle:
    """What the entries of its comments say of the article."""
    return CommentedArticle(**{field.name: getattr(article, field.name) for field in fields(CommentedArticle)})


def reply(article: Article, name: str, at: datetime = FOUNDED, **fields: Any) -> Comment:
    """An approved comment on the article."""
    comment = Comment(
        guid=f"urn:test:{article.slug}:{name}",
        article_id=article.id,
        author_name=name,
        author_email=f"{name.lower()}@secret.example",
        body_html=f"<p>{name} agrees.</p>",
        status=CommentStatus.APPROVED,
        created_at=at,
    )
    return replace(comment, **fields)


def record(article: Article, *comments: Comment, old_paths: tuple[str, ...] = ()) -> ArticleRecord:
    return ArticleRecord(article=article, comments=comments, old_paths=old_paths)


async def edit(store: Store, article: Article, **fields: Any) -> Article:
    """The article as it stands now, with some fields changed."""
    present = await store.get_article(article.id)
    return await store.update_article(replace(present, **fields), if_version=present.version)


async def use_bans(store: Store, article: Article, now: datetime) -> None:
    """All that is done with bans."""
    ban = Ban(kind=BanKind.ADDRESS, key="address:feed", by="cli", created_at=now, ends_at=now + timedelta(days=1))
    for _ in range(2):
        kept, _ = await store.add_ban(ban)
    assert kept in await store.list_bans(before_id=kept.id + 1, limit=3)
    caught: list[Ban] = []

    def admit(_article: Article, history: CommentHistory) -> Comment:
        caught.extend(history.bans)
        return sent

    sent = reply(article, "Banned", now, ip_hash="feed", author_email="banned@secret.example")
    await store.add_comment(sent, list_after=LIST_AFTER, admit=admit, ban_keys=("address:feed", "name:banned"))
    assert caught == [kept]
    await store.held_under(["address:feed"])
    await store.forget_comments("banned@secret.example", alias="N", erase=True, list_after=LIST_AFTER, limit=9)
    kept, is_new = await store.add_ban(ban)
    assert is_new
    await store.lift_ban(kept.id)


async def use_held_notices(store: Store) -> None:
    """All that is done with notices of what waits, of which there is something."""
    kept = await store.add_held_webhook(url="https://chat.example/", secret="sealed")
    await add_reply(store, reply(await store.get_article(1), "Waits", status=CommentStatus.PENDING))
    for done in (
        lambda one: store.return_held(one, due_at=FOUNDED),
        lambda one: store.fail_held(one, "x", due_at=FOUNDED),
        store.acknowledge_held,
    ):
        assert await store.next_push_at() is not None
        [delivery] = await store.claim_held_webhooks(limit=2, lease=timedelta(seconds=5))
        await done(delivery)
    assert await store.list_held_webhooks()
    await store.end_held_webhook(delivery, "x")
    await store.remove_held_webhook(kept.id)
    assert await store.find_held_feed("x") is None
    assert not await store.has_held_feed("x")


async def take_in_and_back(store: Store) -> None:
    """An export of a site, and the next one, in which its articles and comments are others; both are taken back."""
    site = ImportSource(names=("https://site.example",), site="https://site.example", whole=True)
    feed = ImportSource(
        names=("https://site.example/feed",), site="https://site.example", address="https://site.example/feed"
    )
    for key, text in (("one", "A"), ("two", "B"), ("three", "B")):
        article = story("brought", guid="urn:brought", headline=text)
        thread = [reply(article, name, guid=f"urn:brought#{name}", body_html=text) for name in ("Ann", "Bob")]
        brought = ArticleRecord(
            article=article, comments=tuple(thread[: 2 if text == "A" else 1]), source=site, all_comments=True
        )
        run = ImportRun(key=key, kind="export", name=key)
        await store.import_sections([Section(path="brought", title="B", created_at=FOUNDED)], run=run)
        await store.take_in([brought, replace(brought, source=feed, comments=(), all_comments=False)], run=run)
        await store.remember(site, {"attachment 1": text, "post 1": "" if key == "two" else key}, run=run)
        await store.recall(site, after="", limit=10)
        await store.follow_names(
            site, [SaidName(of=NameOf.AUTHOR, key="ann", said=f"Ann {key}", makeshift="Ann")], run=run
        )
        await store.end_import(run, {})
    for past in await store.list_imports(limit=2):
        undone = await store.undo_import(past.id, list_after=LIST_AFTER)
        while undone.onward is not None:
            undone = await store.undo_import(past.id, list_after=LIST_AFTER, onward=undone.onward)


async def withdraw(store: Store, article: Article) -> Article:
    return await edit(store, article, status=ArticleStatus.WITHDRAWN)


async def prune(store: Store, changes: timedelta | None, decisions: timedelta | None = None) -> None:
    """The whole walk."""
    onward = await store.prune(changes=changes, decisions=decisions)
    while onward is not None:
        onward = await store.prune(changes=changes, decisions=decisions, onward=onward)


async def add_reply(store: Store, comment: Comment) -> Comment:
    return await store.add_comment(comment, list_after=LIST_AFTER)


class NotAdmitted(Exception):
    pass


async def history_of(store: Store, comment: Comment) -> CommentHistory:
    """What the reply rules are told of a comment, which is not kept."""
    told: list[CommentHistory] = []

    def admit(_: Article, history: CommentHistory) -> Comment:
        told.append(history)
        raise NotAdmitted

    with suppress(NotAdmitted):
        await store.add_comment(comment, list_after=LIST_AFTER, admit=admit)
    [history] = told
    return history


async def moderate(store: Store, comment: Comment, status: CommentStatus) -> Comment:
    return await store.set_comment_status(comment.id, status, by="desk:ann", list_after=LIST_AFTER)


async def all_slugs(store: Store) -> list[str]:
    """Of all articles, public or not, sorted."""
    return sorted(article.slug for article in await store.list_articles(limit=1000))


async def slugs(store: Store, scope: str, limit: int | None = None) -> list[str]:
    """What a list shows, in its order."""
    return [article.slug for article in (await store.read_articles(scope, limit=limit)).articles]


async def graves(store: Store, scope: str, limit: int | None = None) -> list[str]:
    """The guids of a list's tombstones, in its order, without what they all begin with."""
    found = (await store.read_articles(scope, limit=limit)).tombstones
    return [tombstone.guid.removeprefix("urn:test:") for tombstone in found]


async def names(store: Store, scope: str, limit: int = 50) -> list[str]:
    """Who wrote the comments that a list shows, in its order."""
    return [entry.comment.author_name for entry in (await store.read_comments(scope, limit=limit)).comments]


async def comment_graves(store: Store, scope: str, limit: int = 50) -> list[str]:
    found = (await store.read_comments(scope, limit=limit)).tombstones
    return [tombstone.guid.rpartition(":")[2] for tombstone in found]


async def changes_of(store: Store, *writes: Awaitable[Any]) -> tuple[Change, ...]:
    """The Changes that the writes append."""
    since = await store.last_seq()
    for write in writes:
        await write
    return await store.changes_since(since, limit=1000)


async def raised_by(store: Store, write: Awaitable[Any]) -> frozenset[str]:
    """The scopes that a write raises, with its one Change."""
    [change] = await changes_of(store, write)
    return change.scopes


async def versions(store: Store, scopes: Iterable[str]) -> dict[str, int]:
    names = list(scopes)
    states = (await store.read_articles("home", limit=0, also=names)).snapshot.scopes
    return {name: states[name].version for name in names}


async def exported(store: Store, unreadable: Callable[[str], None] | None = None) -> list[ArticleRecord]:
    """The articles."""
    return [found async for found in store.export(unreadable=unreadable) if isinstance(found, ArticleRecord)]


async def use_views(store: Store, clock: Callable[[], datetime]) -> None:
    """All that is asked about sets of terms, and what moves them."""
    at = clock()
    new = await store.add_article(story("viewed", at - timedelta(hours=2), sections=("world",)))
    secret = await store.add_article(story("secret", at, embargoed_until=at + timedelta(days=1), sections=("world",)))
    sets = [
        (await store.add_partner(Partner(name=f"p{number}", terms=terms))).set_id
        for number, terms in enumerate((Terms(), Terms(sections=("world",), embargoed=True), Terms(delay=7200, days=9)))
    ]
    await store.expand_views()
    await edit(store, new, sections=("business",))
    for _ in range(2):
        await store.expand_views()
        await withdraw(store, secret)
    await edit(store, secret, status=ArticleStatus.PUBLISHED, embargoed_until=None)
    await store.expand_views()
    await store.next_view_due()
    week_ago = at - timedelta(days=7)
    for set_id in sets:
        view = store.within(set_id)
        for scope in (HOME, "section:world", f"day:{at.date()}"):
            await view.read_articles(scope, limit=2, also=(SITE,), late_since=week_ago)
        await view.read_day(at.date(), limit=2, today=at.date())
        await view.read_period(f"month:{at:%Y-%m}", limit=2)
        await view.read_current(limit=2, day=at.date(), late_since=week_ago)
        await view.search_articles("viewed", limit=2, late_since=week_ago)
        await view.read_names(among=9, limit=9)
        await view.read_comments("comments", limit=2)
        await view.view_comments(new.path, limit=2)
        await view.view_article(new.path, size=2)
        await store.entitled_changes(set_id, 0, limit=5)
        await store.entitled_list(set_id, after_id=1, limit=5)
        await store.entitled_articles(set_id, [new.id, secret.id])
        await store.entitlement_of(set_id, new.id)
    await store.view_difference(sets[0], sets[1], after_id=0, limit=2)
    await store.withhold_source("Reuters")
    await store.expand_views()
    await store.remove_partner("p0")
    await store.prune_sets(keep_log=-60, keep_unused=-60)
    await store.expand_views()


async def use_members(store: Store, clock: Callable[[], datetime]) -> None:
    """All that is asked about members of a partner that has many, and all that is written about them."""
    at = clock()
    await store.add_partner(Partner(name="members", networks=1))
    await store.add_partner(Partner(name="strict", networks=1, end_leaked=True))
    for of, name in ((of, name) for of in ("members", "strict") for name in ("m-1", "m-2", "m-3")):
        await store.keep_member(of, Member(name=name, hash=f"{of} {name}", created_at=at))
    await store.keep_member("members", Member(name="m-1", hash="x", created_at=at, expires_at=at))
    for hash_ in ("members m-1", "members m-3", "strict m-1"):
        uses = [MemberUse(hash=hash_, day=int(at.timestamp()) // 86_400, network=network) for network in (1, 2, 3)]
        await store.note_member_uses(uses, at)
        assert await store.find_partner(hash_)
    for flagged in (False, True):
        assert await store.list_members("members", after="m-0", limit=1, flagged=flagged)
    await store.clear_member("members", "m-1")
    await store.replace_member_key("members", "m-1", "new")
    await store.get_member("members", "m-1")
    assert await store.end_members("members", ["m-1", "m-2"]) == 2
    assert await store.find_partner("nothing") is None
    await prune(store, None)
    await store.remove_partner("members")


async def use_keys(store: Store, article: Article, token: str) -> None:
    """A write that is done once, its answer, and what becomes of that."""
    answer = KeptAnswer(digest="d", status=201, fields={}, body="{}")
    comment = replace(reply(article, "Kim"), author_email="kim@readers.example")
    await store.add_comment(comment, list_after=LIST_AFTER, once=Once(token=token, key="k", answer=lambda _: answer))
    assert await store.find_answer(token, "k") == answer
    await prune(store, None)
    await store.forget_comments("kim@readers.example", alias="A", erase=True, list_after=LIST_AFTER, limit=2)
