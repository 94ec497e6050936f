"""The desk: where editors moderate. Nothing of it is ever kept by a cache, and nobody sees it without a session."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from feeds.web.desk.access import signed_in, with_form
from feeds.web.desk.articles import show_articles
from feeds.web.desk.decisions import show_decisions
from feeds.web.desk.moderating import moderate, undo
from feeds.web.desk.queue import show_queue
from feeds.web.desk.sign_in import show_sign_in, sign_in, sign_out
from feeds.web.desk.thread import show_thread
from feeds.web.exception_handlers import redirect
from feeds.web.legacy_urls import Moved


def desk_routes() -> list[BaseRoute]:
    return [
        Route("/desk", to_desk),
        Route("/desk/", signed_in(show_queue)),
        Route("/desk/moderate", with_form(moderate), methods=["POST"]),
        Route("/desk/undo", with_form(undo), methods=["POST"]),
        Route("/desk/decisions/", signed_in(show_decisions)),
        Route("/desk/articles/", signed_in(show_articles)),
        Route("/desk/articles/{id:id}/", signed_in(show_thread)),
        Route("/desk/sign-in", show_sign_in, methods=["GET"]),
        Route("/desk/sign-in", sign_in, methods=["POST"]),
        Route("/desk/sign-out", with_form(sign_out), methods=["POST"]),
    ]


async def to_desk(_request: Request) -> Response:
    return redirect(Moved("/desk/", for_good=True))
