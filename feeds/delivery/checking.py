"""A trial of the hub: the running server subscribes to itself, as any subscriber would, and is told of a Change."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_urlsafe
from time import perf_counter
from urllib.parse import urlencode

import httpx2

from feeds import paths
from feeds.delivery.own import check_callback
from feeds.outbound import Callbacks, OutboundError
from feeds.settings import Settings
from feeds.topics import Topic, topic_at
from feeds.urls import Urls
from storage.model import HubCheck
from storage.protocol import Store

_LOOK = 0.005
"""Seconds between two looks at how far it has come."""
_REST = timedelta(minutes=1)
"""For which a trial lasts longer than its parts may."""
_STUCK = timedelta(minutes=1)
"""What is due for longer nobody delivers."""
_NOBODY = "`dateline serve` does unless DATELINE_DELIVER is off, and `dateline worker` does"
_REFUSED = {
    400: "it knows nothing of what this command wrote: it has another database, or another DATELINE_BASE_URL",
    403: "it is another site's hub, or something before the server does not let this through",
    404: "there is no hub: DATELINE_HUB is off, or something before the server does not let POST /hub through",
    405: "something before the server does not let POST /hub through",
    429: "it was asked too often: try again in a minute",
    503: "too much waits there for its verification: try again in a minute",
}


class CheckFailed(Exception):
    """The message names the leg that failed, and what to do."""


@dataclass(frozen=True, slots=True)
class Findings:
    """Times in seconds."""

    asked: float
    """Until the hub had taken the request."""
    verified: float
    """From there until the callback was asked, and subscribed."""
    delivered: float
    """From the commit of a Change to its arrival, by the clock of the store."""


def topic_of(token: str) -> Topic:
    """What is subscribed to."""
    topic = topic_at(paths.feed_path(paths.HUB_CHECK_PAGE(token=token), ".rss"))
    assert topic is not None, "it is a feed's path"
    return topic


async def check_delivery(store: Store, settings: Settings, patience: float) -> Findings:
    """Subscribe at the public address of the hub, have the worker that runs verify it, and deliver; nothing of it stays.

    `patience`: seconds for each of the three. Raises CheckFailed, Unavailable.
    """
    urls, token, secret = Urls(settings.base_url), token_urlsafe(16), token_urlsafe()
    topic = topic_of(token)
    lasts = timedelta(seconds=3 * patience) + _REST
    await store.begin_hub_check(token, path=topic.path, secret=secret, lasts=lasts)
    try:
        began = perf_counter()
        await _ask(settings, urls, token, urls.base + topic.target, secret)
        asked = perf_counter()
        await _until(store, token, lambda check: check.is_subscribed, patience, _unverified(urls))
        verified = perf_counter()
        committed_at = await store.change_hub_check(token)
        check = await _until(store, token, lambda check: check.arrived_at is not None, patience, _undelivered)
        if check.fault or check.arrived_at is None:
            raise CheckFailed(f"wrong signature: a delivery arrived, and {check.fault}")
        return Findings(asked - began, verified - asked, (check.arrived_at - committed_at).total_seconds())
    finally:
        await store.end_hub_check(token)


async def stuck(store: Store) -> str:
    """That others wait for deliveries that nobody makes; '' where they do not."""
    counts = await store.push_counts()
    if counts.due_since is None or store.now() - counts.due_since < _STUCK:
        return ""
    return f"{counts.due} deliveries are due, the first since {counts.due_since:%Y-%m-%d %H:%M} (UTC): nobody delivers. {_NOBODY}"


async def _ask(settings: Settings, urls: Urls, token: str, topic: str, secret: str) -> None:
    """As a subscriber does (WebSub, section 5.1)."""
    hub = urls.of(paths.HUB)
    form = {
        "hub.mode": "subscribe",
        "hub.topic": topic,
        "hub.callback": check_callback(urls, token),
        "hub.secret": secret,
    }
    fields = {"Content-Type": "application/x-www-form-urlencoded"}
    async with Callbacks.of(settings, trusted=httpx2.URL(hub)) as client:
        try:
            answer = await client.post(hub, urlencode(form).encode(), fields)
        except OutboundError as error:
            raise CheckFailed(f"not reachable: {hub}: {error}") from None
    if answer.status != 202:
        said = _REFUSED.get(answer.status, "202 is what a hub answers")
        raise CheckFailed(f"not accepted: {hub} answers {answer.status}: {said}")


async def _until(
    store: Store,
    token: str,
    is_so: Callable[[HubCheck], bool],
    patience: float,
    explain: Callable[[HubCheck], str],
) -> HubCheck:
    """Raises CheckFailed where it is not so in time."""
    ends = perf_counter() + patience
    while True:
        check = await store.get_hub_check(token)
        if check is None:
            raise CheckFailed("interrupted: somebody else let go of this trial: try again")
        if is_so(check):
            return check
        if perf_counter() >= ends:
            raise CheckFailed(explain(check))
        await asyncio.sleep(_LOOK)


def _unverified(urls: Urls) -> Callable[[HubCheck], str]:
    def explain(check: HubCheck) -> str:
        if check.asked:
            why = "what the server answered did not come back to it: something before it changes its answers"
        elif check.tries == 0:
            why = f"nobody takes up what the hub was asked. {_NOBODY}"
        else:
            why = f"whoever delivers does not reach {urls.base}, which has to lead to the server from there, too"
        return f"no verification: {why}"

    return explain


def _undelivered(check: HubCheck) -> str:
    return f"no delivery: {check.last_error or f'nothing was sent. {_NOBODY}'}"
