"""A session: a cookie that names a token and when it ends, signed with the site's secret.

Nothing of it is kept, so it works on every worker and host. The token is looked up each time: one that is revoked ends its
sessions at once.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest

from starlette.requests import Request
from starlette.responses import Response

from feeds.web.api.access import MODERATE, holds
from feeds.web.signing import is_signed, sign
from feeds.web.state import SiteState
from storage.model import Token

LASTS = timedelta(hours=12)

_COOKIE = "dateline_desk"
_PATH = "/desk/"
_SESSION, _FORM = b"desk session", b"desk form"


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
    if not is_signed(site.site.secret, signature, _SESSION, named):
        return None
    token_hash, _, ends_at = named.partition(".")
    if site.clock() >= datetime.fromtimestamp(int(ends_at), UTC):
        return None
    token = await site.store.find_token(token_hash)
    if token is None or not holds(token, MODERATE):
        return None
    return Session(token, sign(site.site.secret, _FORM, named))


def is_from_its_forms(session: Session, form_token: str) -> bool:
    return compare_digest(session.form_token.encode(), form_token.encode(errors="replace"))


def begin(response: Response, site: SiteState, token: Token) -> None:
    named = f"{token.hash}.{int((site.clock() + LASTS).timestamp())}"
    response.set_cookie(
        _COOKIE,
        f"{named}.{sign(site.site.secret, _SESSION, named)}",
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
