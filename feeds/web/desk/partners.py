"""Partners at the desk: what each sees, by which terms, and why an article is not in it. Commands and the API manage them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from urllib.parse import unquote, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from feeds import paths
from feeds.aside import aside
from feeds.newsroom.partners.account import DAYS, Account, Entry, read_account, read_accounts
from feeds.newsroom.partners.lint import lint_articles
from feeds.newsroom.partners.presets import PRESETS
from feeds.newsroom.partners.presets.base import Problem
from feeds.newsroom.partners.told import told_freshness, told_terms, told_text
from feeds.site import SiteState
from feeds.web.api.partner_accounts import csv_of
from feeds.web.desk.page import address, page
from feeds.web.desk.session import Session
from feeds.web.pages.display import Moment, moment
from feeds.web.queries import number_of
from storage.entitlement import entitle
from storage.errors import NotFound
from storage.model import Action, Article, Member, Partner, PartnerKey

_PER_PAGE = 50


async def show_partners(request: Request, session: Session) -> Response:
    """All of them by name, in pages. Raises nothing of its own: a cursor that is no number is the beginning."""
    site: SiteState = request.app.state.site
    begin = number_of(request.query_params.get("from")) or 0
    partners = await site.store.list_partners()
    shown = partners[begin : begin + _PER_PAGE]
    accounts = await read_accounts(site.store, shown, now=site.store.now())
    silent = await site.store.silent_partners()
    return await page(
        request,
        "partners.html",
        session=session,
        title="Partners",
        partners=[
            _row(account.partner, await site.store.list_partner_keys(account.partner.name), site)
            | {"account": _account(account, site), "silent": account.partner.id in silent}
            for account in accounts
        ],
        withheld=list((await site.store.withheld_sources()).values()),
        zone=moment(site.clock(), site.publication.zone).zone,
        further=address(paths.DESK_PARTNERS, **{"from": begin + _PER_PAGE})
        if begin + _PER_PAGE < len(partners)
        else "",
    )


async def show_partner(request: Request, session: Session) -> Response:
    """Its terms and keys, which of its members' keys seem to have leaked, and of the newest articles, or of one that is asked for,
    whether it sees them. Raises NotFound.
    """
    site: SiteState = request.app.state.site
    number = int(request.path_params["id"])
    partner = await _partner(site, number)
    account = await read_account(site.store, partner, now=site.store.now())
    asked = request.query_params.get("article", "").strip()
    cursor = number_of(request.query_params.get("cursor"))
    found = await _find(site, asked) if asked else await site.store.list_articles(before_id=cursor, limit=_PER_PAGE + 1)
    withheld = await site.store.withheld_sources()
    articles = found[:_PER_PAGE]
    faults = await _faults(articles, partner, site)
    here = paths.DESK_PARTNER(id=str(number))
    after = request.query_params.get("after", "")
    leaked = await site.store.list_members(partner.name, after=after, limit=_PER_PAGE + 1, flagged=True)
    return await page(
        request,
        "partner.html",
        session=session,
        title=partner.name,
        terms=[(label, said) for label, said in told_terms(partner) if said and label != "name"],
        partner=_row(partner, (), site),
        flagged=[_member(one, site) for one in leaked[:_PER_PAGE]],
        more_flagged=address(here, after=leaked[_PER_PAGE - 1].name) if len(leaked) > _PER_PAGE else "",
        account=_account(account, site),
        silent=number in await site.store.silent_partners(),
        outstanding=[_outstanding(entry, site) for entry in account.outstanding[:_PER_PAGE]],
        csv=paths.DESK_PARTNER_ACCOUNT(id=str(number)),
        keys=[_key(key, site) for key in await site.store.list_partner_keys(partner.name)],
        asked=asked,
        articles=[
            _judged(article, partner, withheld, site) | {"faults": faults.get(article.id, ())} for article in articles
        ],
        zone=moment(site.clock(), site.publication.zone).zone,
        here=here,
        further=address(here, cursor=articles[-1].id) if len(found) > _PER_PAGE else "",
    )


async def show_account(request: Request, session: Session) -> Response:
    """What a partner took, and what it does not have yet, as CSV. Raises NotFound."""
    del session
    site: SiteState = request.app.state.site
    partner = await _partner(site, int(request.path_params["id"]))
    return csv_of(await read_account(site.store, partner, now=site.store.now()))


async def _partner(site: SiteState, number: int) -> Partner:
    """Raises NotFound."""
    partner = next((one for one in await site.store.list_partners() if one.id == number), None)
    if partner is None:
        raise NotFound("There is no such partner.")
    return partner


async def _faults(articles: Sequence[Article], partner: Partner, site: SiteState) -> Mapping[int, Sequence[Problem]]:
    """What the partner would not have so, by articles: before they are published, too."""
    preset = PRESETS.get(partner.terms.preset)
    if preset is None:
        return {}
    sections, publication, now = await site.store.get_sections(), site.publication, site.clock()
    problems = await aside(
        lint_articles, articles, preset, partner.terms, sections=sections, publication=publication, now=now
    )
    return {article.id: [one for one in problems if one.article == article.id] for article in articles}


async def _find(site: SiteState, asked: str) -> Sequence[Article]:
    """The article of a number, an address or a path; none where there is no such."""
    number = number_of(asked)
    if number is None:
        target = await site.store.find_path(_path_in(asked))
        number = target.article_id if target else None
    try:
        return () if number is None else [await site.store.get_article(number)]
    except NotFound:
        return ()


def _path_in(address: str) -> str:
    """'/' of what is no address."""
    try:
        path = unquote(urlsplit(address).path)
    except ValueError:
        return "/"
    return path if path.endswith("/") else f"{path}/"


def _row(one: Partner, keys: Sequence[PartnerKey], site: SiteState) -> dict[str, object]:
    used = max((key.used_at for key in keys if key.used_at), default=None)
    return {
        "name": one.name,
        "url": paths.DESK_PARTNER(id=str(one.id)),
        "over": _is_over(one.expires_at, site),
        "sections": ", ".join(one.terms.sections) or "all sections",
        "text": told_text(one),
        "preset": one.terms.preset,
        "key_count": len(keys),
        "times": _times(site, {"lasts until": one.expires_at, "last used": used}),
    }


def _account(account: Account, site: SiteState) -> dict[str, object]:
    return {
        "days": DAYS,
        "taken": len(account.taken),
        "freshness": told_freshness(account),
        "outstanding": len(account.outstanding),
        "whole": account.whole,
        "times": _times(site, {"last here": account.visited_at, "first pick-up": account.since}),
        "came": account.visited_at is not None,
    }


def _outstanding(entry: Entry, site: SiteState) -> dict[str, object]:
    return {
        "headline": entry.headline or entry.change.guid,
        "thread": paths.DESK_THREAD(id=str(entry.change.article_id)),
        "what": "Withdrawal" if entry.change.action is Action.WITHDRAW else "Correction",
        "times": _times(site, {"since": entry.change.at}),
    }


def _key(key: PartnerKey, site: SiteState) -> dict[str, object]:
    return {
        "name": key.name,
        "over": _is_over(key.expires_at, site),
        "times": _times(site, {"made": key.created_at, "lasts until": key.expires_at, "last used": key.used_at}),
    }


def _member(one: Member, site: SiteState) -> dict[str, object]:
    times = {"flagged": one.flagged_at, "key made": one.created_at, "lasts until": one.expires_at}
    return {"name": one.name, "networks": one.networks, "times": _times(site, times)}


def _judged(article: Article, partner: Partner, withheld: Collection[str], site: SiteState) -> dict[str, object]:
    judged = entitle(partner.terms, article, withheld, site.store.now())
    seen = judged.unseen is None
    changes = "until" if seen else "from"
    return {
        "headline": article.headline,
        "id": article.id,
        "thread": paths.DESK_THREAD(id=str(article.id)),
        "section": article.sections[0] if article.sections else "",
        "seen": seen,
        "embargoed": judged.embargoed,
        "why": judged.unseen.value if judged.unseen is not None else "",
        "times": _times(site, {"published": article.published_at, changes: judged.next_at}),
    }


def _is_over(ends: datetime | None, site: SiteState) -> bool:
    return ends is not None and ends <= site.store.now()


def _times(site: SiteState, times: dict[str, datetime | None]) -> list[tuple[str, Moment]]:
    return [(label, moment(at, site.publication.zone)) for label, at in times.items() if at is not None]
