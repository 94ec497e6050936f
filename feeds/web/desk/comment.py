"""One comment: what is decided of it, its words, and bans on who wrote it."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from feeds import paths
from feeds.newsroom.ban_targets import of_what
from feeds.newsroom.bans import ban
from feeds.newsroom.editing import edit_comment
from feeds.newsroom.revising import Stale
from feeds.site import SiteState
from feeds.web.desk.access import Form, see_other
from feeds.web.desk.comment_view import comment_view
from feeds.web.desk.drafts import Draft, typed_in
from feeds.web.desk.moderating import notice
from feeds.web.desk.page import address, page
from feeds.web.desk.session import Session
from feeds.web.queries import number_of
from storage.errors import Conflict, Invalid
from storage.model import BanKind, Comment

_FIELDS = {"name": "author_name", "email": "author_email", "url": "author_url", "body": "body"}
"""The form's names of the fields of an edit."""


async def show_comment(request: Request, session: Session) -> Response:
    """Raises NotFound, Unreadable."""
    return await _show(request, session)


async def edit_here(request: Request, session: Session, form: Form) -> Response:
    """Keep the words: 303 to the page. Else the form again, with what was typed: 400 with what is wrong, 409 where somebody else
    edited meanwhile, beside what they wrote. Raises NotFound, Unreadable.
    """
    site: SiteState = request.app.state.site
    comment_id = int(request.path_params["id"])
    kept = await site.store.get_comment(comment_id)
    shown = _fields(kept)
    typed, version = typed_in(form, shown), number_of(form.get("version")) or 0
    # What is as it was is not sent: what an import brought may be no address by the form's rules.
    sent = {_FIELDS[name]: value for name, value in typed.items() if value != shown[name]}
    try:
        await edit_comment(site.store, comment_id, sent, if_version=frozenset({version}))
    except Invalid as invalid:
        faults = {name: invalid.fields[field] for name, field in _FIELDS.items() if field in invalid.fields}
        draft = Draft(fields=typed, version=version, faults=faults)
        return await _show(request, session, draft=draft, status=HTTPStatus.BAD_REQUEST)
    except (Stale, Conflict):
        now = await site.store.get_comment(comment_id)
        draft = Draft(fields=typed, version=now.version, theirs=_fields(now))
        return await _show(request, session, draft=draft, status=HTTPStatus.CONFLICT)
    return see_other(address(request.url.path, said="edited"))


async def ban_author(request: Request, session: Session, form: Form) -> Response:
    """Ban what was chosen of the comment's author: 303 to the list of bans; 400 with what is wrong. Raises NotFound, Unreadable."""
    site: SiteState = request.app.state.site
    comment = await site.store.get_comment(int(request.path_params["id"]))
    chosen = [kind for kind in of_what(comment) if kind.value in form.getlist("kind")]
    fault, trashed = "" if chosen else "Choose what to ban.", 0
    try:
        for kind in chosen:
            banned = await ban(
                site.store,
                {
                    "kind": kind.value,
                    "comment": comment.id,
                    "note": form.get("note", ""),
                    "trash_held": bool(form.get("trash_held")),
                },
                policy=site.comment_policy,
                by=session.by,
                clock=site.clock,
            )
            trashed += banned.trashed
    except Invalid as invalid:
        fault = "; ".join(invalid.fields.values())
    if fault:
        return await _show(request, session, ban_fault=fault, status=HTTPStatus.BAD_REQUEST)
    return see_other(address(paths.DESK_BANS, banned=len(chosen), trashed=trashed))


def _fields(comment: Comment) -> dict[str, str]:
    return {
        "name": comment.author_name,
        "email": comment.author_email,
        "url": comment.author_url,
        "body": comment.body_html,
    }


async def _show(
    request: Request,
    session: Session,
    *,
    draft: Draft | None = None,
    ban_fault: str = "",
    status: int = HTTPStatus.OK,
) -> Response:
    site: SiteState = request.app.state.site
    found = await site.store.get_moderated(int(request.path_params["id"]))
    comment = found.comment
    return await page(
        request,
        "comment.html",
        session=session,
        title=f"Comment {comment.id}",
        status=status,
        found=comment_view(found, site.publication),
        draft=draft or Draft(fields=_fields(comment), version=comment.version),
        bans=[(kind.value, _banned(kind, comment)) for kind in of_what(comment)],
        ban_fault=ban_fault,
        erased=comment.erased,
        edited=request.query_params.get("said") == "edited",
        notice=notice(request),
        back=request.url.path,
    )


def _banned(kind: BanKind, comment: Comment) -> str:
    """What a ban of a kind is of, in words."""
    return {
        BanKind.EMAIL: comment.author_email,
        BanKind.NAME: comment.author_name,
        BanKind.ADDRESS: "its address, for 30 days",
        BanKind.NETWORK: "the network of its address, for 30 days: 256 addresses, or what a provider gives one place",
    }[kind]
