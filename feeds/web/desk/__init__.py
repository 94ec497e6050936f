"""The desk: where editors moderate. Nothing of it is ever kept by a cache, and nobody sees it without a session. The feeds of what
waits are read without one: their addresses are secrets.
"""

from collections.abc import Sequence
from functools import cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from feeds import paths
from feeds.web.desk.access import signed_in, with_form
from feeds.web.desk.articles import show_articles
from feeds.web.desk.bans import add_ban_here, lift_ban_here, show_bans
from feeds.web.desk.comment import ban_author, edit_here, show_comment
from feeds.web.desk.decisions import show_decisions
from feeds.web.desk.edit_article import edit_article_here, show_article
from feeds.web.desk.held_webhooks import add_webhook_here, remove_webhook_here
from feeds.web.desk.moderating import moderate, undo
from feeds.web.desk.notices import end_feed, held_feed, open_feed, show_notices
from feeds.web.desk.partners import show_account, show_partner, show_partners
from feeds.web.desk.queue import show_queue
from feeds.web.desk.sign_in import show_sign_in, sign_in, sign_out
from feeds.web.desk.subscriptions import end_subscription, show_subscriptions
from feeds.web.desk.takedown import show_takedown, take_down_here
from feeds.web.desk.thread import answer, show_thread
from feeds.web.exception_handlers import redirect
from feeds.web.legacy_urls import Moved


@cache
def desk_routes() -> Sequence[BaseRoute]:
    return [
        Route(paths.DESK.removesuffix("/"), to_desk),
        Route(paths.DESK, signed_in(show_queue)),
        Route(paths.DESK_MODERATE, with_form(moderate), methods=["POST"]),
        Route(paths.DESK_UNDO, with_form(undo), methods=["POST"]),
        Route(paths.DESK_COMMENT.pattern, signed_in(show_comment), methods=["GET"]),
        Route(paths.DESK_COMMENT.pattern, with_form(edit_here), methods=["POST"]),
        Route(paths.DESK_BAN_AUTHOR.pattern, with_form(ban_author), methods=["POST"]),
        Route(paths.DESK_BANS, signed_in(show_bans), methods=["GET"]),
        Route(paths.DESK_BANS, with_form(add_ban_here), methods=["POST"]),
        Route(paths.DESK_LIFT_BAN, with_form(lift_ban_here), methods=["POST"]),
        Route(paths.DESK_NOTICES, signed_in(show_notices)),
        Route(paths.DESK_OPEN_FEED, with_form(open_feed), methods=["POST"]),
        Route(paths.DESK_END_FEED, with_form(end_feed), methods=["POST"]),
        Route(paths.DESK_ADD_WEBHOOK, with_form(add_webhook_here), methods=["POST"]),
        Route(paths.DESK_REMOVE_WEBHOOK, with_form(remove_webhook_here), methods=["POST"]),
        Route(paths.DESK_FEED.pattern, held_feed),
        Route(paths.DESK_DECISIONS, signed_in(show_decisions)),
        Route(paths.DESK_ARTICLES, signed_in(show_articles)),
        Route(paths.DESK_THREAD.pattern, signed_in(show_thread), methods=["GET"]),
        Route(paths.DESK_THREAD.pattern, with_form(answer), methods=["POST"]),
        Route(paths.DESK_EDIT_ARTICLE.pattern, signed_in(show_article), methods=["GET"]),
        Route(paths.DESK_EDIT_ARTICLE.pattern, with_form(edit_article_here), methods=["POST"]),
        Route(paths.DESK_TAKEDOWN.pattern, signed_in(show_takedown), methods=["GET"]),
        Route(paths.DESK_TAKEDOWN.pattern, with_form(take_down_here), methods=["POST"]),
        Route(paths.DESK_SUBSCRIPTIONS, signed_in(show_subscriptions)),
        Route(paths.DESK_END_SUBSCRIPTION, with_form(end_subscription), methods=["POST"]),
        Route(paths.DESK_PARTNERS, signed_in(show_partners)),
        Route(paths.DESK_PARTNER.pattern, signed_in(show_partner)),
        Route(paths.DESK_PARTNER_ACCOUNT.pattern, signed_in(show_account)),
        Route(paths.DESK_SIGN_IN, show_sign_in, methods=["GET"]),
        Route(paths.DESK_SIGN_IN, sign_in, methods=["POST"]),
        Route(paths.DESK_SIGN_OUT, with_form(sign_out), methods=["POST"]),
    ]


async def to_desk(_request: Request) -> Response:
    """301 to its first page. Raises nothing."""
    return redirect(Moved(paths.DESK, for_good=True))
