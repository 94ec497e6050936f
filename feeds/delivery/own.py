"""The one callback of the server's own that the hub takes, while a trial lasts, and the requests that are sent there.

`DATELINE_BASE_URL` may lead anywhere, into the newsroom's own network or to this machine, where no subscriber's callback is let.
Of the addresses below it those alone are let that are the callback of a trial, exactly as the server itself spells them: what is
sent there reaches the server's own route, which knows the token, or answers that it does not.
"""

import re
from dataclasses import dataclass

from feeds import paths
from feeds.outbound import Answer, Callbacks
from feeds.urls import Urls

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


def is_token(text: str) -> bool:
    """Whether it may be one of a trial."""
    return _TOKEN.fullmatch(text) is not None


def check_callback(urls: Urls, token: str) -> str:
    """The address of a trial's callback."""
    return urls.of(paths.HUB_CHECK(token=token))


def token_of(urls: Urls, callback: str) -> str | None:
    """What the trial is known by whose callback it is; None of any other address."""
    token = callback[-22:]
    return token if is_token(token) and callback == check_callback(urls, token) else None


@dataclass(frozen=True, slots=True)
class Ways:
    """Requests to callbacks, each by the client that may go there. Both raise as those of `Callbacks` do."""

    urls: Urls
    subscribers: Callbacks
    own: Callbacks
    """Its guard lets it go to the server's own address."""

    async def get(self, url: str, headers: dict[str, str]) -> Answer:
        return await self._way(url).get(url, headers)

    async def post(self, url: str, body: bytes, headers: dict[str, str], *, patience: float) -> Answer:
        return await self._way(url).post(url, body, headers, patience=patience)

    def _way(self, url: str) -> Callbacks:
        # What was asked of a callback stands behind its address.
        return self.own if token_of(self.urls, url.partition("?")[0]) else self.subscribers
