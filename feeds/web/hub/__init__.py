"""The hub (WebSub, W3C Recommendation of 2018): what is asked of it, and its page. What it sends is `feeds.delivery`'s."""

from starlette.routing import BaseRoute, Route

from feeds import paths
from feeds.settings import Settings
from feeds.web.hub.asking import hub_options, post_hub
from feeds.web.hub.checking import answer_check, receive_check
from feeds.web.hub.page import build_hub
from feeds.web.public import page_route


def hub_routes(settings: Settings) -> list[BaseRoute]:
    """None where the newsroom has no hub of its own."""
    if not settings.hub:
        return []
    return [
        Route(paths.HUB, post_hub, methods=["POST"]),
        Route(paths.HUB, hub_options, methods=["OPTIONS"]),
        page_route(paths.HUB, build_hub),
        Route(paths.HUB_CHECK.pattern, receive_check, methods=["POST"]),
        Route(paths.HUB_CHECK.pattern, answer_check),
    ]
