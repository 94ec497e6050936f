"""Partners: create, list, read, edit, remove; their keys; and the agencies whose articles are passed on to none."""

from starlette.responses import Response

from feeds.http.conditional import not_modified
from feeds.http.headers import field_value
from feeds.newsroom.partners.terms import create_key, create_partner, delete_partner, edit_partner, source_label
from feeds.newsroom.partners.webhooks import create_webhook
from feeds.outbound import Networks
from feeds.web.api.operations import REVALIDATED, Call, answer
from feeds.web.api.paging import Page, TextCursor, cut
from feeds.web.api.partner_resources import (
    MadePartnerKey,
    MadeWebhook,
    Partner,
    PartnerKey,
    PartnerKeys,
    PartnerPage,
    Webhook,
    Webhooks,
    WithheldSource,
    WithheldSources,
)
from feeds.web.api.preconditions import etag, if_match
from storage import model
from storage.authors import name_key

_DONE = {"Cache-Control": "no-store"}


class PartnersQuery(Page):
    cursor: TextCursor = None


async def add_partner(call: Call) -> Response:
    """201 with the partner. Raises Invalid naming every wrong field, Conflict if the name is taken, Repeated."""
    site = call.site

    def created(partner: model.Partner) -> Response:
        shown = Partner.of(partner, site.urls)
        return answer(shown, 201, {"Location": shown.urls.api, "ETag": etag(partner)})

    partner = await create_partner(
        site.store, call.body, clock=site.clock, language=site.settings.language, once=call.once(created)
    )
    return created(partner)


async def list_partners(call: Call) -> Response:
    """A page of all partners, by name. Raises nothing of its own."""
    query = call.asked(PartnersQuery)
    after = "" if query.cursor is None else name_key(query.cursor)
    rows = [row for row in await call.site.store.list_partners() if name_key(row.name) > after]
    partners, further = cut(rows, query.limit, lambda partner: partner.name)
    return answer(PartnerPage(items=[Partner.of(one, call.site.urls) for one in partners], next=further))


async def read_partner(call: Call) -> Response:
    """The partner, or 304. Raises NotFound."""
    partner = await call.site.store.get_partner(_name(call))
    known, now = field_value(call.request.headers, "if-none-match"), call.site.clock()
    if not_modified(known, None, etag=etag(partner), modified_at=partner.created_at or now, now=now):
        return Response(None, 304, {"ETag": etag(partner), "Cache-Control": REVALIDATED})
    return answer(Partner.of(partner, call.site.urls), headers={"ETag": etag(partner)}, cache=REVALIDATED)


async def patch_partner(call: Call) -> Response:
    """The partner as it is after the edit. Raises NotFound, Stale where If-Match names another version, Invalid naming every wrong
    field, Conflict if the name is taken or too many edits meet.
    """
    partner: model.Partner = await edit_partner(
        call.site.store,
        _name(call),
        call.body,
        clock=call.site.clock,
        language=call.site.settings.language,
        if_version=if_match(call.request),
    )
    return answer(Partner.of(partner, call.site.urls), headers={"ETag": etag(partner)})


async def remove_partner(call: Call) -> Response:
    """204. Raises NotFound, Stale, Conflict if too many edits meet."""
    await delete_partner(call.site.store, _name(call), if_version=if_match(call.request))
    return Response(None, 204, _DONE)


async def list_keys(call: Call) -> Response:
    """All keys of a partner, by name. Raises NotFound."""
    keys = await call.site.store.list_partner_keys(_name(call))
    return answer(PartnerKeys(items=list(map(PartnerKey.of, keys)), next=None))


async def add_key(call: Call) -> Response:
    """201 with the key itself, this once. Raises NotFound, Invalid naming every wrong field, Conflict if the name is taken."""
    key, secret = await create_key(call.site.store, _name(call), call.body, clock=call.site.clock)
    return answer(MadePartnerKey(**PartnerKey.of(key).model_dump(), key=secret), 201)


async def revoke_key(call: Call) -> Response:
    """204. Raises NotFound."""
    await call.site.store.revoke_partner_key(_name(call), call.request.path_params["key"])
    return Response(None, 204, _DONE)


async def list_webhooks(call: Call) -> Response:
    """All webhooks of a partner, by id. Raises NotFound."""
    found = await call.site.store.list_webhooks(_name(call))
    return answer(Webhooks(items=list(map(Webhook.of, found)), next=None))


async def add_webhook(call: Call) -> Response:
    """201 with its secret, this once. Raises NotFound, Invalid naming every wrong field, Conflict if there is one of that URL, or
    no key of the partner opens anything.
    """
    site = call.site
    networks = Networks.of(site.settings.outbound_allow)
    made, secret = await create_webhook(site.store, _name(call), call.body, sealing=site.sealing, networks=networks)
    # Whoever delivers may begin with it.
    site.hub_asked.set()
    return answer(MadeWebhook(**Webhook.of(made).model_dump(), secret=secret), 201)


async def remove_webhook(call: Call) -> Response:
    """204. Raises NotFound."""
    await call.site.store.remove_webhook(_name(call), call.id)
    return Response(None, 204, _DONE)


async def list_withheld(call: Call) -> Response:
    """All of them, by name. Raises nothing of its own."""
    sources = await call.site.store.withheld_sources()
    return answer(WithheldSources(items=[WithheldSource(name=name) for name in sources.values()], next=None))


async def withhold(call: Call) -> Response:
    """204, also where it is withheld already. Raises Invalid for what is no name."""
    await call.site.store.withhold_source(source_label(_name(call)))
    return Response(None, 204, _DONE)


async def pass_on(call: Call) -> Response:
    """204. Raises NotFound if it is not withheld."""
    await call.site.store.pass_on_source(_name(call))
    return Response(None, 204, _DONE)


def _name(call: Call) -> str:
    name: str = call.request.path_params["name"]
    return name
