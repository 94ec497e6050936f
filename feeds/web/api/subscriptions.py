"""Who subscribes to feeds, and their end. They subscribe at the hub; an operator changes them by the command line."""

from starlette.responses import Response

from feeds.web.api.operations import Call, answer
from feeds.web.api.paging import NumberCursor, Page, cut
from feeds.web.api.resources import Subscription, SubscriptionPage


class SubscriptionsQuery(Page):
    cursor: NumberCursor = None
    feed: str | None = None
    """Those of one feed: its path, as in `/section/world/feed.rss`."""
    failing: bool = False
    """Those whose last delivery failed."""


async def list_subscriptions(call: Call) -> Response:
    """A page of all subscriptions, the oldest first. Raises nothing of its own."""
    query = call.asked(SubscriptionsQuery)
    rows = await call.site.store.list_subscriptions(
        path=query.feed, failing=query.failing, after=query.cursor or 0, limit=query.limit + 1
    )
    found, next = cut(rows, query.limit, lambda one: one.id)
    return answer(SubscriptionPage(items=[Subscription.of(one, call.site.urls) for one in found], next=next))


async def get_subscription(call: Call) -> Response:
    """Raises NotFound."""
    return answer(Subscription.of(await call.site.store.get_subscription(call.id), call.site.urls))


async def remove_subscription(call: Call) -> Response:
    """204. Raises NotFound."""
    await call.site.store.remove_subscription(call.id)
    return Response(None, 204, {"Cache-Control": "no-store"})
