"""Requests that are done once, however often they are sent (draft-ietf-httpapi-idempotency-key-header-07)."""

import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from storage.errors import Invalid, Repeated
from storage.model import KeptAnswer, Once, Token
from storage.protocol import Answers

T = TypeVar("T")

HEADER = "Idempotency-Key"
_STRING = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])+)"')
"""Of RFC 8941, section 3.3.3."""
_BARE = re.compile(r"[A-Za-z0-9!#$%&'*+./:=^_`|~-]+")
"""As many clients send it, without the quotes."""
_LONGEST = 255


@dataclass(frozen=True, slots=True)
class Key:
    """Of a request: whose it is, and what it asks."""

    token: str
    key: str
    digest: str

    def once(self, answer: Callable[[T], Response]) -> Once[T]:
        def kept(done: T) -> KeptAnswer:
            response = answer(done)
            fields = {name: value for name, value in response.headers.items() if name != "content-length"}
            return KeptAnswer(
                digest=self.digest, status=response.status_code, fields=fields, body=bytes(response.body).decode()
            )

        return Once(token=self.token, key=self.key, answer=kept)


async def key_of(request: Request, token: Token) -> Key | None:
    """None where the request names none. Raises HTTPException (400) for what is no key."""
    values = request.headers.getlist(HEADER)
    if not values:
        return None
    value = values[0].strip()
    string = _STRING.fullmatch(value)
    text = re.sub(r"\\(.)", r"\1", string[1]) if string else value
    if len(values) > 1 or len(text) > _LONGEST or not (string or _BARE.fullmatch(value)):
        raise HTTPException(
            HTTPStatus.BAD_REQUEST,
            f"Send one {HEADER}, of at most {_LONGEST} characters, as a UUID in quotes: another for each thing to be done.",
        )
    asked = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    digest = hashlib.sha256(asked + await request.body()).hexdigest()
    return Key(token.name, hashlib.sha256(text.encode()).hexdigest(), digest)


_under_way: set[tuple[Answers, str, str]] = set()
"""What this process is at, by the store, the token and the key. Of two processes that are at one thing, one waits for the other in
the store, and finds what was answered.
"""


async def answer_once(store: Answers, key: Key, do: Callable[[], Awaitable[Response]]) -> Response:
    """What was answered already; else what is answered now, and kept with what is done, if it succeeds.

    Raises HTTPException: 409 where it is under way, 410 where what was kept is forgotten; Invalid where the key is of another
    request.
    """
    place = (store, key.token, key.key)
    if place in _under_way:
        raise _busy()
    _under_way.add(place)
    try:
        known = await store.find_answer(key.token, key.key)
        if known is None:
            try:
                return await do()
            except Repeated:
                known = await store.find_answer(key.token, key.key)
                if known is None:
                    raise _busy() from None
    finally:
        _under_way.discard(place)
    return _again(known, key)


def _busy() -> HTTPException:
    sentence = "A request with this key is under way: ask again for its answer."
    return HTTPException(HTTPStatus.CONFLICT, sentence, {"Retry-After": "1"})


def _again(known: KeptAnswer, key: Key) -> Response:
    if not known.status:
        raise HTTPException(HTTPStatus.GONE, "What was kept by this key is forgotten, and is not kept again.")
    if known.digest != key.digest:
        raise Invalid({HEADER: "It was sent with another request: make a new one for each"})
    return Response(known.body, known.status, dict(known.fields))
