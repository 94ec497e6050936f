"""An operation of the API: one row of the table that both the routes and the OpenAPI document are made from."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from feeds.aside import aside
from feeds.clean.fields import MAX_INTEGER, Fields, read
from feeds.site import SiteState
from feeds.web.api.access import authorize
from feeds.web.api.body import read_object
from feeds.web.api.once import HEADER, Key, answer_once, key_of
from storage.errors import NotFound
from storage.model import Once, Token

T = TypeVar("T")
Q = TypeVar("Q", bound=BaseModel)

REVALIDATED = "private, no-cache"
"""For a private cache, which must ask each time."""

_LONGEST_NAME = 100
"""Characters of a parameter's name that an error repeats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request whose token, query and body are read."""

    request: Request
    site: SiteState
    token: Token | None
    query: BaseModel | None
    body: Mapping[str, object] = field(repr=False)
    """The JSON object; {} for an operation without a body."""
    key: Key | None = None
    """Where it is to be done once."""

    def asked(self, model: type[Q]) -> Q:
        """The query, as the operation declares it."""
        assert isinstance(self.query, model), "the operation declares another query"
        return self.query

    def once(self, answer: Callable[[T], Response]) -> Once[T] | None:
        """What the write is told that is to be done once; `answer`: what is answered when it has been kept."""
        return self.key.once(answer) if self.key else None

    @property
    def id(self) -> int:
        """The number in the path. Raises NotFound for what can be no id."""
        text = self.request.path_params["id"]
        if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= MAX_INTEGER):
            raise NotFound("There is nothing with this id")
        return int(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """`scopes`: a token needs one of them; () = open to all. `query` and `body`: what is sent. `answer`: what comes back."""

    name: str
    method: str
    path: str
    """Below /api; `{id}` is a number, `{path}` a section's or a page's path, `{name}` a token's, a partner's or an agency's,
    `{guid}` an article's guid, `{slug}` an author's."""
    summary: str
    handler: Callable[[Call], Awaitable[Response]]
    scopes: tuple[str, ...] = ()
    query: type[BaseModel] | None = None
    body: type[Fields] | None = None
    example: Mapping[str, object] | None = None
    """A body that works."""
    takes_file: bool = False
    """A file instead of an object, which the handler itself reads: as the body, or in a form."""
    status: int = 200
    new_status: int = 0
    """Of the same answer, where something was made that was not there; 0 of what makes nothing, or nothing else."""
    answer: type[BaseModel] | None = None
    media_type: str = "application/json"
    """Of what comes back; an answer that is no JSON is text."""
    fields: tuple[str, ...] = ()
    """Header fields of the answer that mean something."""
    precondition: str = ""
    """'If-Match' or 'If-None-Match', where the operation heeds it."""
    takes_key: bool = False
    """It is done once for an Idempotency-Key, which its handler passes on with what it writes."""
    tells_secret: bool = False
    """It answers what is told once, and kept nowhere: so it takes no key."""
    refusals: tuple[int, ...] = ()
    """Statuses of its own, besides those that follow from the above."""

    async def __call__(self, request: Request) -> Response:
        site: SiteState = request.app.state.site
        token = await authorize(request, site.store, site.last_use, frozenset(self.scopes)) if self.scopes else None
        refuse_unknown(request, tuple(self.query.model_fields) if self.query else ())
        if self.tells_secret and HEADER in request.headers:
            raise HTTPException(
                400, f"This answers a secret, which is told once and kept nowhere: send it without {HEADER}."
            )
        call = Call(
            site=site,
            request=request,
            token=token,
            query=await aside(read, self.query, request.query_params) if self.query else None,
            body=await read_object(request) if self.body else {},
            key=await key_of(request, token) if self.takes_key and token else None,
        )
        if call.key is None:
            return await self.handler(call)
        return await answer_once(site.store, call.key, partial(self.handler, call))


def refuse_unknown(request: Request, names: Sequence[str]) -> None:
    """Raises HTTPException (400) for a query parameter of another name, or one that stands twice: a misspelt filter must not answer
    with everything.
    """
    unknown = next((name for name in request.query_params if name not in names), None)
    if unknown is not None:
        known = f"there are {', '.join(names)}" if names else "this takes none"
        raise HTTPException(400, f"There is no query parameter {unknown[:_LONGEST_NAME]!r} here: {known}.")
    sent = [name for name, _ in request.query_params.multi_items()]
    twice = next((name for name in sent if sent.count(name) > 1), None)
    if twice is not None:
        raise HTTPException(400, f"The query parameter {twice!r} stands here twice: send it once.")


class Methods:
    """The ASGI endpoint of one path: its operations by their methods."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        self._operations = {operation.method: operation for operation in operations}
        if "GET" in self._operations:
            self._operations["HEAD"] = self._operations["GET"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        operation = self._operations.get(scope["method"])
        if operation is None:
            allowed = ", ".join(sorted(self._operations))
            raise HTTPException(405, f"This takes {allowed}.", {"Allow": allowed})
        response = await operation(Request(scope, receive))
        await response(scope, receive, send)


def answer(
    content: BaseModel, status: int = 200, headers: Mapping[str, str] | None = None, cache: str = "no-store"
) -> Response:
    """JSON; what was not set is left out."""
    return Response(
        content.model_dump_json(exclude_unset=True),
        status,
        {"Cache-Control": cache, **(headers or {})},
        media_type="application/json",
    )
