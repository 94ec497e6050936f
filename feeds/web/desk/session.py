"""A session: a cookie that names a token and when it ends, signed with the site's secret.

Nothing of it is kept, so it works on every worker and host. The token is looked up each time: one that is revoked ends its
sessions at once.
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from feeds.web.api.access import MODERATE, holds
from feeds.web.state import SiteState
from storage.model import Token

LASTS = timedelta(hours=12)

_COOKIE = "dateline_desk"
_PATH = "/desk/"


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
    """None without a session that holds: signed here, not over, of a token that may moderate still."""
    site: SiteState = request.app.state.site
    cookie = request.cookies.get(_COOKIE, "")
    named, _, signature = cookie.rpartition(".")
    if not _same(_signature(site, b"desk session", named), signature):
        return None
    token_hash, _, ends_at = named.partition(".")
    if site.clock() >= datetime.fromtimestamp(int(ends_at), UTC):
        return None
    token = await site.store.find_token(token_hash)
    if token is None or not holds(token, MODERATE):
        return None
    return Session(token, _signature(site, b"desk form", named))


def is_from_its_forms(session: Session, form_token: str) -> bool:
    return _same(session.form_token, form_token)


def begin(response: Response, site: SiteState, token: Token) -> None:
    named = f"{token.hash}.{int((site.clock() + LASTS).timestamp())}"
    response.set_cookie(
        _COOKIE,
        f"{named}.{_signature(site, b'desk session', named)}",
        max_age=int(LASTS.total_seconds()),
        path=_PATH,
        secure=_is_secure(site),
        httponly=True,
        samesite="strict",
    )


def end(response: Response, site: SiteState) -> None:
    response.delete_cookie(_COOKIE, path=_PATH, secure=_is_secure(site), httponly=True, samesite="strict")


def _is_secure(site: SiteState) -> bool:
    return site.urls.base.startswith("https:")


def _signature(site: SiteState, purpose: bytes, named: str) -> str:
    """HMAC-SHA-256 in hex. `purpose` keeps one from serving for another thing."""
    return hmac.digest(site.site.secret, b"%s:%s" % (purpose, named.encode(errors="replace")), "sha256").hex()


def _same(wanted: str, given: str) -> bool:
    return hmac.compare_digest(wanted.encode(), given.encode(errors="replace"))
