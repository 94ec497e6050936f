"""An operation of the API: one row of the table that both the routes and the OpenAPI document are made from."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
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
from storage.errors import NotFound
from storage.model import Token

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

    def asked(self, model: type[Q]) -> Q:
        """The query, as the operation declares it."""
        assert isinstance(self.query, model), "the operation declares another query"
        return self.query

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
    refusals: tuple[int, ...] = ()
    """Statuses of its own, besides those that follow from the above."""

    async def __call__(self, request: Request) -> Response:
        site: SiteState = request.app.state.site
        token = await authorize(request, site.store, site.last_use, frozenset(self.scopes)) if self.scopes else None
        _refuse_unknown(request, tuple(self.query.model_fields) if self.query else ())
        return await self.handler(
            Call(
                site=site,
                request=request,
                token=token,
                query=await aside(read, self.query, request.query_params) if self.query else None,
                body=await read_object(request) if self.body else {},
            )
        )


def _refuse_unknown(request: Request, names: Sequence[str]) -> None:
    """Raises HTTPException (400) for a query parameter of another name: a misspelt filter must not answer with everything."""
    unknown = next((name for name in request.query_params if name not in names), None)
    if unknown is not None:
        known = f"there are {', '.join(names)}" if names else "this takes none"
        raise HTTPException(400, f"There is no query parameter {unknown[:_LONGEST_NAME]!r} here: {known}.")


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
