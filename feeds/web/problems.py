"""Errors as programs read them: problem documents (RFC 9457)."""

import json
from http import HTTPStatus

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from feeds.web.errors import fault_of

MEDIA_TYPE = "application/problem+json"


def problem(error: Exception) -> Response:
    """The answer to an error. `errors` names each wrong field, or the first of very many, by its dotted path."""
    fault = fault_of(error)
    document: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(fault.status).phrase,
        "status": fault.status,
    }
    if fault.detail == document["title"] and "Allow" in fault.headers:
        document["detail"] = f"This takes {fault.headers['Allow']}."
    elif fault.detail:
        document["detail"] = fault.detail
    if fault.fields:
        document["errors"] = [{"field": name, "detail": why} for name, why in fault.fields.items()]
    if fault.holder is not None:
        document["id"] = fault.holder
    return Response(
        json.dumps(document, ensure_ascii=False).encode(),
        fault.status,
        {"Cache-Control": "no-store", **fault.headers},
        media_type=MEDIA_TYPE,
    )


class Problems:
    """The layer that answers with a problem document whatever is raised within it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            # Half an answer cannot be taken back: the server breaks the connection, so that the client notices.
            if started:
                raise
            await problem(error)(scope, receive, send)
