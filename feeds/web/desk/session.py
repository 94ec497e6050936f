"""A session: a random id in a cookie, whose hash the store keeps beside the token that it was begun with.

Who reads the store cannot make the cookie of it. It is looked up each time, with its token: what ends either, on whichever
worker or host, ends the session at once.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest

from starlette.requests import Request
from starlette.responses import Response

from feeds import paths
from feeds.site import SiteState
from feeds.web.api.access import MODERATE, holds
from feeds.web.signing import sign
from storage.model import Token

LASTS = timedelta(hours=12)

_COOKIE = "dateline_desk"
_PATH = paths.DESK
_FORM = b"desk form"


@dataclass(frozen=True, slots=True)
class Session:
    token: Token
    form_token: str
    """What every form has to bring back."""

    @property
    def by(self) -> str:
        """What a Decision says of it."""
        return f"desk:{self.token.name}"


async def session_of(request: Request) -> Session | None:
    """None without a session that holds: begun here, not over, of a token that may moderate still."""
    site: SiteState = request.app.state.site
    cookie = request.cookies.get(_COOKIE, "")
    kept = await site.store.find_session(_hash(cookie)) if cookie else None
    if kept is None or not holds(kept.token, MODERATE):
        return None
    site.last_use.note(kept.token)
    # Made of the cookie alone, which nobody else has.
    return Session(kept.token, sign(cookie.encode(errors="replace"), _FORM))


def is_from_its_forms(session: Session, form_token: str) -> bool:
    return compare_digest(session.form_token.encode(), form_token.encode(errors="replace"))


async def begin(response: Response, site: SiteState, token: Token) -> None:
    """Raises NotFound if the token was revoked meanwhile."""
    cookie = secrets.token_urlsafe(32)
    await site.store.begin_session(_hash(cookie), token=token.name, ends_at=site.clock() + LASTS)
    response.set_cookie(
        _COOKIE,
        cookie,
        max_age=int(LASTS.total_seconds()),
        path=_PATH,
        secure=site.urls.is_secure,
        httponly=True,
        samesite="strict",
    )


async def end(request: Request, response: Response) -> None:
    """On every worker, and in the browser."""
    site: SiteState = request.app.state.site
    await site.store.end_session(_hash(request.cookies.get(_COOKIE, "")))
    response.delete_cookie(_COOKIE, path=_PATH, secure=site.urls.is_secure, httponly=True, samesite="strict")


def _hash(cookie: str) -> str:
    return hashlib.sha256(cookie.encode(errors="replace")).hexdigest()
