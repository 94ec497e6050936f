"""Trials of the hub: what is kept of one while it lasts, and that nothing is when it is over, whatever became of it."""

from datetime import timedelta

import pytest

from storage.errors import NotFound
from storage.model import DeliveryFailed, HubCheck, Subject, Subscription
from storage.protocol import Store
from storage.scopes import hub_check_scope
from tests.storage.copies import rows_of
from tests.storage.hub import LEASE, Newsstand, ask, asks, claim_request, subscribe
from tests.storage.newsroom import SettableClock

pytestmark = pytest.mark.anyio

TOKEN, PATH, LASTS = "abc", "/hub/check/abc/feed.rss", timedelta(minutes=2)
LEFT = ("hub_checks", "push_topics", "push_topic_scopes", "subscriptions", "subscription_requests", "cursors")
"""Tables in which nothing is to be left."""


async def begin(store: Store) -> None:
    await store.begin_hub_check(TOKEN, path=PATH, secret="hidden", lasts=LASTS)


async def read(store: Store) -> HubCheck:
    check = await store.get_hub_check(TOKEN)
    assert check is not None
    return check


async def take(store: Store) -> Subscription:
    """Subscribe to the feed of the trial, and mean it."""
    await ask(store, asks("self", PATH))
    claimed = await claim_request(store)
    assert (await read(store)).tries == 1
    made = await store.confirm_subscription(claimed, path=PATH, scopes=[hub_check_scope(TOKEN)])
    assert made is not None
    return made


async def test_a_trial_from_its_beginning_to_its_end(store: Store, url: str, clock: SettableClock) -> None:
    start = await store.last_seq()
    before = rows_of(url, "SELECT name FROM scopes ORDER BY name")
    await begin(store)
    check = await read(store)
    assert (check.number, check.tries, check.asked, check.is_subscribed, check.arrived_at) == (
        0,
        None,
        False,
        False,
        None,
    )
    assert "hidden" not in repr(check)
    assert TOKEN not in repr(check)
    assert await store.last_seq() == start, "no Change tells of it"
    await ask(store, asks("self", PATH))
    assert (await read(store)).tries == 0
    await take(store)
    await store.note_hub_check(TOKEN)
    check = await read(store)
    assert (check.tries, check.asked, check.is_subscribed, check.last_error) == (None, True, True, "")

    stand = Newsstand(store)
    await stand.work()
    assert await store.change_hub_check(TOKEN) == clock()
    [change] = await store.changes_since(start, limit=9)
    assert (change.subject, change.subject_id) == (Subject.HUB_CHECK, "")
    check = await read(store)
    assert (check.number, check.snapshot.scopes[hub_check_scope(TOKEN)].version) == (1, change.seq)
    stand.documents[PATH] = "one entry"
    await store.expand_changes(limit=9)
    await stand.look(await store.claim_topics(limit=9, lease=LEASE))
    await store.spread_topics(limit=9)
    [delivery] = await store.claim_deliveries(limit=9, lease=LEASE)
    await store.report_deliveries([DeliveryFailed(delivery=delivery, error="the callback answers 500", due_at=clock())])
    assert (await read(store)).last_error == "the callback answers 500"
    clock.advance(seconds=1)
    await store.note_hub_check(TOKEN, arrived_at=clock(), fault="its signature is wrong")
    check = await read(store)
    assert (check.arrived_at, check.fault) == (clock(), "its signature is wrong")

    await store.end_hub_check(TOKEN)
    await store.end_hub_check(TOKEN)
    assert await store.get_hub_check(TOKEN) is None
    with pytest.raises(NotFound):
        await store.change_hub_check(TOKEN)
    await store.note_hub_check(TOKEN, arrived_at=clock())
    assert [rows_of(url, f"SELECT * FROM {table}") for table in LEFT] == [[]] * len(LEFT)
    assert rows_of(url, "SELECT name FROM scopes ORDER BY name") == before


@pytest.mark.parametrize("by_another", [False, True])
async def test_a_trial_whose_command_was_killed_ends(
    store: Store, url: str, clock: SettableClock, *, by_another: bool
) -> None:
    """By the next one, or by whoever ends what has expired."""
    other = await subscribe(store, "ann")
    await begin(store)
    await take(store)
    await ask(store, asks("again", PATH))
    await store.change_hub_check(TOKEN)
    clock.advance(seconds=119)
    assert await store.get_hub_check(TOKEN) is not None
    await store.expire_subscriptions(limit=9)
    assert (await read(store)).is_subscribed
    clock.advance(seconds=1)
    assert await store.get_hub_check(TOKEN) is None
    if by_another:
        await store.begin_hub_check("next", path="/hub/check/next/feed.rss", secret="", lasts=LASTS)
        await store.end_hub_check("next")
    else:
        await store.expire_subscriptions(limit=9)
    assert rows_of(url, "SELECT * FROM hub_checks") == []
    assert rows_of(url, "SELECT * FROM subscription_requests") == []
    assert rows_of(url, f"SELECT name FROM scopes WHERE name = '{hub_check_scope(TOKEN)}'") == []
    assert [one.id for one in await store.list_subscriptions(limit=9)] == [other.id]
