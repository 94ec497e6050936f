"""`dateline subscriptions`."""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from feeds.cli.outcome import CommandFailed, say
from feeds.cli.store import opened_store, read_settings, require_base_url

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import datetime

    from feeds.delivery.checking import Findings
    from feeds.settings import Settings
    from storage.model import Algorithm, PushContent, Subscription
    from storage.protocol import Store

_AT_ONCE = 1_000
_LONGEST_DAYS = 36_500

Id = Annotated[int, typer.Argument(metavar="ID", help="As `dateline subscriptions list` shows it.", min=1)]
Content = Annotated[
    str | None,
    typer.Option(metavar="CONTENT", help="What is sent: full, or changes: what changed since the last time."),
]
Algorithm_ = Annotated[
    str | None,
    typer.Option(metavar="ALGORITHM", help="Of signatures: sha256, sha384, sha512; sha1 for who knows no other."),
]


def list_(
    feed: Annotated[str | None, typer.Option(metavar="FEED", help="Those of one feed: its address or path.")] = None,
    failing: Annotated[bool, typer.Option("--failing", help="Those whose last delivery failed.")] = False,
) -> None:
    """List who subscribes to feeds.

    A line for each: its number, the feed, the callback without what may be a secret, until when it lasts, when something was
    delivered last, how often that failed since, and by which error. Times are in UTC.
    """
    if not asyncio.run(_list(read_settings(), feed, failing)):
        say("There are no such subscriptions." if feed or failing else "Nobody subscribes: readers do so at /hub.")


def show(id: Id) -> None:
    """Show one subscription.

    All that is known of it but for its secret.
    """
    for name, value in _fields(asyncio.run(_get(read_settings(), id))):
        print(f"{name:<16}{value}".rstrip())


def add(
    callback: Annotated[str, typer.Argument(metavar="CALLBACK", help="The URL to which the feed is to be posted.")],
    feed: Annotated[str, typer.Argument(metavar="FEED", help="The feed's address or path, as in /feed.rss.")],
    days: Annotated[int, typer.Option(metavar="N", help="For so many days.", min=1, max=_LONGEST_DAYS)] = 3650,
    signed: Annotated[
        bool, typer.Option("--signed", help="Sign what is sent, with a new secret: stdout is the secret alone.")
    ] = False,
    content: Content = None,
    algorithm: Algorithm_ = None,
) -> None:
    """Subscribe somebody who cannot do so.

    The callback is asked nothing: say so to whoever it belongs to. One that is there already begins anew.
    """
    settings = read_settings()
    secret = _new_secret() if signed else ""
    kept = asyncio.run(_add(settings, callback, feed, timedelta(days=days), secret, content, algorithm))
    if secret:
        print(secret)
        say("Keep it now: it cannot be shown again.")
    say(f"Subscription {kept.id}: {kept.path} goes to {_shown(kept.callback)} until {_told(kept.expires_at)}.")


def set_(id: Id, content: Content = None, algorithm: Algorithm_ = None) -> None:
    """Change what is sent to one, or how it is signed."""
    if content is None and algorithm is None:
        raise typer.BadParameter("say what is to change: --content or --algorithm")
    kept = asyncio.run(_set(read_settings(), id, content, algorithm))
    say(f"Subscription {kept.id} is sent {kept.content}, signed with {kept.algorithm} where it has a secret.")


def remove(id: Id) -> None:
    """End one, without a word to its callback."""
    asyncio.run(_remove(read_settings(), id))
    say(f"Subscription {id} has ended.")


def check(
    wait: Annotated[
        float, typer.Option(metavar="SECONDS", help="For the verification, and for the delivery.", min=1, max=300)
    ] = 20,
) -> None:
    """Have the running server subscribe to itself, and measure how long a delivery takes.

    It is asked at its public address, as a subscriber would; whoever delivers asks it back, and sends it what changed in a feed of
    its own, that nobody else sees. Nothing of it stays. Exits with 1 where any of this fails, or where deliveries are due that
    nobody makes.
    """
    findings, stuck = asyncio.run(_check(require_base_url(read_settings()), wait))
    print(f"{'asked':<16}{1e3 * findings.asked:.1f} ms, until the hub had taken it")
    print(f"{'verified':<16}{1e3 * findings.verified:.1f} ms, until the callback was asked and subscribed")
    print(f"{'delivered':<16}{1e3 * findings.delivered:.1f} ms from commit to arrival, signed")
    if stuck:
        say(f"dateline: {stuck}")
        raise typer.Exit(1)


async def _check(settings: "Settings", wait: float) -> "tuple[Findings, str]":
    from feeds.delivery.checking import CheckFailed, check_delivery, stuck

    async with opened_store(settings, migrate=False) as store:
        try:
            return await check_delivery(store, settings, wait), await stuck(store)
        except CheckFailed as failed:
            raise CommandFailed(str(failed)) from None


def _new_secret() -> str:
    from secrets import token_urlsafe

    return token_urlsafe(32)


async def _list(settings: "Settings", feed: str | None, failing: bool) -> int:
    """How many were printed."""
    rows = [("ID", "FEED", "CALLBACK", "LASTS UNTIL", "DELIVERED", "FAILED", "LAST ERROR")]
    async with opened_store(settings, migrate=False) as store:
        path = await _path_of(settings, store, feed) if feed is not None else None
        async for one in _all(store, path, failing):
            failed = str(one.attempts) if one.last_error else ""
            rows.append(
                (str(one.id), _feed(one), _shown(one.callback), _told(one.expires_at), _told(one.last_delivered_at),
                 failed, one.last_error)
            )  # fmt: skip
    _print_table(rows)
    return len(rows) - 1


async def _all(store: "Store", path: str | None, failing: bool) -> "AsyncIterator[Subscription]":
    after = 0
    while found := await store.list_subscriptions(path=path, failing=failing, after=after, limit=_AT_ONCE):
        for one in found:
            yield one
        after = found[-1].id


def _print_table(rows: "Sequence[tuple[str, ...]]") -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows if len(rows) > 1 else ():
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _fields(one: "Subscription") -> "Sequence[tuple[str, str]]":
    return (
        ("feed", _feed(one)),
        ("callback", one.callback),
        ("asked for", one.asked),
        ("content", one.content),
        ("signed", one.algorithm if one.secret else "no"),
        ("made", _told(one.created_at)),
        ("renewed", _told(one.verified_at)),
        ("lasts until", _told(one.expires_at)),
        ("delivered", _told(one.last_delivered_at)),
        ("next", _told(one.due_at) if one.due_at else "with the next update"),
        ("attempts", str(one.attempts)),
        ("last error", f"{one.last_error} ({_told(one.last_error_at)})" if one.last_error else ""),
    )


def _feed(one: "Subscription") -> str:
    """Its path, without what it says of a partner's key."""
    from feeds.topics import split_holder

    return split_holder(one.path)[1]


def _told(at: "datetime | None") -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else "never"


def _shown(callback: str) -> str:
    from feeds.outbound import shown

    return shown(callback)


async def _get(settings: "Settings", id: int) -> "Subscription":
    from storage.errors import NotFound

    async with opened_store(settings, migrate=False) as store:
        try:
            return await store.get_subscription(id)
        except NotFound:
            raise _none(id) from None


async def _set(settings: "Settings", id: int, content: str | None, algorithm: str | None) -> "Subscription":
    from storage.errors import NotFound

    chosen = _content(content), _algorithm(algorithm)
    async with opened_store(settings, migrate=False) as store:
        try:
            return await store.set_subscription(id, content=chosen[0], algorithm=chosen[1])
        except NotFound:
            raise _none(id) from None


async def _remove(settings: "Settings", id: int) -> None:
    from storage.errors import NotFound

    async with opened_store(settings, migrate=False) as store:
        try:
            await store.remove_subscription(id)
        except NotFound:
            raise _none(id) from None


def _none(id: int) -> CommandFailed:
    return CommandFailed(f"there is no subscription {id}: `dateline subscriptions list` names all")


async def _add(
    settings: "Settings", callback: str, feed: str, lease: timedelta, secret: str, content: str | None, algorithm: str | None
) -> "Subscription":  # fmt: skip
    from feeds.delivery.carrier import host_of
    from feeds.newsroom.sealing import Sealing, subscription_of
    from feeds.outbound import is_fetchable
    from feeds.topics import kept_topic
    from storage.model import RequestMode, SubscriptionRequest

    if not is_fetchable(callback):
        raise typer.BadParameter("give an http or https URL", param_hint="CALLBACK")
    chosen = _content(content), _algorithm(algorithm)
    async with opened_store(settings, migrate=False) as store:
        path = await _path_of(settings, store, feed)
        topic = kept_topic(path)
        assert topic is not None, "it was found"
        asked = settings.base_url.rstrip("/") + topic.target
        sealing = Sealing((await store.get_site()).secret)
        request = SubscriptionRequest(
            callback=callback,
            callback_host=host_of(callback),
            asked=asked,
            path=path,
            mode=RequestMode.SUBSCRIBE,
            lease=lease,
            secret=sealing.seal(secret, subscription_of(callback, asked)),
            content=chosen[0],
            algorithm=chosen[1],
        )
        return await store.add_subscription(request, scopes=topic.scopes)


async def _path_of(settings: "Settings", store: "Store", feed: str) -> str:
    """The topic of a feed's address. Raises BadParameter where there is no such feed."""
    from urllib.parse import unquote, urlsplit

    from feeds.kinds.base import BadDate, FeedGone, FeedMoved, NoSuchFeed, Publication
    from feeds.topics import topic_at

    base = settings.base_url.rstrip("/")
    parts = urlsplit(feed.removeprefix(base) if feed.startswith(f"{base}/") else feed)
    topic = topic_at(unquote(parts.path), parts.query) if not parts.netloc else None
    if topic is not None:
        publication = Publication.of(settings, (await store.get_site()).created_at)
        try:
            await topic.kind.build(store, publication, topic.params, store.now())
            return topic.path
        except FeedMoved as moved:
            return await _path_of(settings, store, f"{moved.path}feed{topic.format.extension}")
        except (BadDate, FeedGone, NoSuchFeed):
            pass
    raise typer.BadParameter(
        f"there is no feed at {feed}: give its address or path, as in /feed.rss", param_hint="FEED"
    )


def _content(name: str | None) -> "PushContent | None":
    from storage.model import PushContent

    try:
        return PushContent(name) if name is not None else None
    except ValueError:
        raise typer.BadParameter("choose full or changes", param_hint="--content") from None


def _algorithm(name: str | None) -> "Algorithm | None":
    from storage.model import Algorithm

    try:
        return Algorithm(name) if name is not None else None
    except ValueError:
        raise typer.BadParameter(f"choose one of {', '.join(Algorithm)}", param_hint="--algorithm") from None


subscriptions = typer.Typer(help="Who subscribes to feeds (WebSub).", add_completion=False, rich_markup_mode=None)
subscriptions.command("list")(list_)
subscriptions.command()(show)
subscriptions.command()(add)
subscriptions.command("set")(set_)
subscriptions.command()(remove)
subscriptions.command()(check)
