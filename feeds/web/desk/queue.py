"""Comments by status, and the search among them: newest first, but what waits oldest first, as it is dealt with."""

from starlette.requests import Request
from starlette.responses import Response

from feeds import paths
from feeds.site import SiteState
from feeds.web.desk.comment_view import comment_view
from feeds.web.desk.moderating import notice
from feeds.web.desk.page import address, here, page
from feeds.web.desk.session import Session
from feeds.web.queries import number_of
from storage.model import CommentPage, CommentStatus, SearchIn

_PER_PAGE = 30
_COUNTED = 1000
"""Comments of a status are counted up to here: it costs the same however many there are."""
_LONGEST_SEARCH = 200


async def show_queue(request: Request, session: Session) -> Response:
    """Raises nothing of its own: a parameter that means nothing is passed over."""
    site: SiteState = request.app.state.site
    asked = request.query_params
    words = asked.get("q", "").strip()[:_LONGEST_SEARCH]
    status = _status(asked.get("status", "all" if words else "pending"))
    among = _among(asked.get("in", ""), words)
    before, after = number_of(asked.get("before")), number_of(asked.get("after"))
    if words:
        found = await site.store.search_comments(words, among=among, status=status, before_id=before, limit=_PER_PAGE)
    else:
        found = await _read(site, status, before, after)
    counts = await site.store.count_comments(at_most=_COUNTED + 1)
    name = status.value if status else "all"
    kept = {"status": name, "q": words, "in": among.value if words else ""}
    return await page(
        request,
        "queue.html",
        session=session,
        title=f"Search: {words}" if words else f"Comments: {name}",
        tabs=[
            (
                address(paths.DESK, **kept | {"status": tab}),
                tab.capitalize(),
                _count(counts[CommentStatus(tab)]) if tab != "all" else "",
                tab == name,
            )
            for tab in ("pending", "approved", "spam", "trash", "all")
        ],
        shown=name,
        words=words,
        among=among.value,
        cut=found.cut,
        comments=[comment_view(comment, site.publication) for comment in found.comments],
        newer=address(paths.DESK, **kept, after=found.newer) if found.newer else "",
        older=address(paths.DESK, **kept, before=found.older) if found.older else "",
        waits=not words and status is CommentStatus.PENDING,
        notice=notice(request),
        back=here(request),
    )


async def _read(site: SiteState, status: CommentStatus | None, before: int | None, after: int | None) -> CommentPage:
    """Of what waits, where all of a page is dealt with, what is next is shown, from the oldest on."""
    waits = status is CommentStatus.PENDING
    found = await site.store.read_queue(
        status, before_id=None if after is not None else before, after_id=after, oldest_first=waits, limit=_PER_PAGE
    )
    if waits and not found.comments and (before is not None or after is not None):
        return await site.store.read_queue(status, oldest_first=True, limit=_PER_PAGE)
    return found


def _status(name: str) -> CommentStatus | None:
    """None for all of them; an unknown name is the queue's own."""
    if name == "all":
        return None
    return CommentStatus(name) if name in set(CommentStatus) else CommentStatus.PENDING


def _among(name: str, words: str) -> SearchIn:
    if name in set(SearchIn):
        return SearchIn(name)
    return SearchIn.EMAIL if "@" in words else SearchIn.WORDS


def _count(number: int) -> str:
    return f"{_COUNTED:,}+" if number > _COUNTED else f"{number:,}"
