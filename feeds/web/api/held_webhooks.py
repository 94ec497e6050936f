"""The newsroom's own webhooks, told of what waits for a moderator: made, listed, removed."""

from starlette.responses import Response

from feeds.newsroom.held_webhooks import create_held_webhook
from feeds.newsroom.partners.webhooks import NewWebhook
from feeds.outbound import Networks
from feeds.web.api.access import ADMIN
from feeds.web.api.operations import Call, Operation, answer
from feeds.web.api.partner_resources import MadeWebhook, Webhook, Webhooks


async def list_held_webhooks(call: Call) -> Response:
    """All of them, by id. Raises nothing of its own."""
    found = await call.site.store.list_held_webhooks()
    return answer(Webhooks(items=list(map(Webhook.of, found)), next=None))


async def add_held_webhook(call: Call) -> Response:
    """201 with its secret, this once. Raises Invalid naming every wrong field, Conflict if there is one of that URL."""
    site = call.site
    networks = Networks.of(site.settings.outbound_allow)
    made, secret = await create_held_webhook(site.store, call.body, sealing=site.sealing, networks=networks)
    # Whoever delivers may begin with it.
    site.hub_asked.set()
    return answer(MadeWebhook(**Webhook.of(made).model_dump(), secret=secret), 201)


async def remove_held_webhook(call: Call) -> Response:
    """204. Raises NotFound."""
    await call.site.store.remove_held_webhook(call.id)
    return Response(None, 204, {"Cache-Control": "no-store"})


HELD_WEBHOOK_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="listHeldWebhooks",
        method="GET",
        path="/held-webhooks",
        summary="Where the newsroom is told of comments that wait for a moderator",
        handler=list_held_webhooks,
        scopes=(ADMIN,),
        answer=Webhooks,
    ),
    Operation(
        name="addHeldWebhook",
        method="POST",
        path="/held-webhooks",
        summary="Be told of comments that wait, from now on: signed (Standard Webhooks), with a secret that is told this once",
        handler=add_held_webhook,
        scopes=(ADMIN,),
        body=NewWebhook,
        example={"url": "https://chat.news.example/held-comments"},
        status=201,
        answer=MadeWebhook,
        refusals=(409,),
    ),
    Operation(
        name="removeHeldWebhook",
        method="DELETE",
        path="/held-webhooks/{id}",
        summary="Tell no more there",
        handler=remove_held_webhook,
        scopes=(ADMIN,),
        status=204,
        refusals=(404,),
    ),
)
