"""Bans: which stand, new ones, and their lifting."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from feeds import paths
from feeds.newsroom.bans import ban
from feeds.site import SiteState
from feeds.web.desk.access import Form, see_other
from feeds.web.desk.comment_view import who
from feeds.web.desk.page import address, page
from feeds.web.desk.session import Session
from feeds.web.pages.display import moment
from feeds.web.queries import number_of
from storage.errors import Invalid, NotFound
from storage.model import Ban, BanKind

_PER_PAGE = 100


async def show_bans(request: Request, session: Session) -> Response:
    """Raises nothing of its own: a cursor that is no number is the beginning."""
    return await _show(request, session)


async def add_ban_here(request: Request, session: Session, form: Form) -> Response:
    """303 to the list; 400 with what is wrong, and what was typed."""
    site: SiteState = request.app.state.site
    fields: dict[str, object] = {name: form.get(name, "") for name in ("kind", "value", "note")}
    fields["trash_held"] = bool(form.get("trash_held"))
    try:
        banned = await ban(site.store, fields, policy=site.comment_policy, by=session.by, clock=site.clock)
    except Invalid as invalid:
        fault = "; ".join(invalid.fields.values())
        return await _show(request, session, typed=form, fault=fault, status=HTTPStatus.BAD_REQUEST)
    return see_other(address(paths.DESK_BANS, banned=1, trashed=banned.trashed))


async def lift_ban_here(request: Request, _session: Session, form: Form) -> Response:
    """303 to the list, also where it was lifted already. Raises HTTPException 400 for a form that names none."""
    site: SiteState = request.app.state.site
    number = number_of(form.get("id"))
    if number is None:
        raise HTTPException(400, "The form does not say which ban to lift.")
    try:
        await site.store.lift_ban(number)
    except NotFound:
        return see_other(address(paths.DESK_BANS, lifted=0))
    return see_other(address(paths.DESK_BANS, lifted=number))


async def _show(
    request: Request, session: Session, *, typed: Form | None = None, fault: str = "", status: int = HTTPStatus.OK
) -> Response:
    site: SiteState = request.app.state.site
    before = number_of(request.query_params.get("before"))
    bans = await site.store.list_bans(before_id=before, limit=_PER_PAGE + 1)
    further = len(bans) > _PER_PAGE
    bans = bans[:_PER_PAGE]
    return await page(
        request,
        "bans.html",
        session=session,
        title="Bans",
        status=status,
        bans=[_row(one, site) for one in bans],
        kinds=[kind.value for kind in BanKind],
        typed={name: typed.get(name, "") if typed else "" for name in ("kind", "value", "note")},
        fault=fault,
        said=_said(request),
        older=address(paths.DESK_BANS, before=bans[-1].id) if further else "",
    )


def _row(one: Ban, site: SiteState) -> dict[str, object]:
    return {
        "id": one.id,
        "kind": one.kind.value,
        "shown": one.shown,
        "note": one.note,
        "who": who(one.by),
        "at": moment(one.created_at, site.publication.zone),
        "until": moment(one.ends_at, site.publication.zone) if one.ends_at else None,
    }


def _said(request: Request) -> str:
    """What was just done, as the page's address says."""
    asked = request.query_params
    if (lifted := number_of(asked.get("lifted"))) is not None:
        return f"Ban {lifted} is lifted." if lifted else "It was lifted already."
    if (banned := number_of(asked.get("banned"))) is None:
        return ""
    trashed = number_of(asked.get("trashed")) or 0
    gone = f" {trashed} that waited {'is' if trashed == 1 else 'are'} in the trash." if trashed else ""
    return f"Banned: {banned} {'ban stands' if banned == 1 else 'bans stand'}.{gone}"
