"""What editors decide, and its undoing. Both go back to the page they came from, which tells what was done."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from feeds import paths
from feeds.site import SiteState
from feeds.web.desk.access import Form, own_path, see_other
from feeds.web.desk.comment_view import ACTIONS, DONE
from feeds.web.desk.session import Session
from feeds.web.queries import number_of
from storage.model import CommentStatus, Decision

_MOST_AT_ONCE = 200


async def moderate(request: Request, session: Session, form: Form) -> Response:
    """303 to the page that it came from. `do` is an action alone, for the comments whose `id`s are sent, or an action with the one
    comment: 'spam:17'. Raises HTTPException 400 for any other; comments that there are not are passed over.
    """
    site: SiteState = request.app.state.site
    verb, _, one = form.get("do", "").partition(":")
    if verb not in ACTIONS:
        raise HTTPException(400, "The form asks for nothing that can be done.")
    status, _, _ = ACTIONS[verb]
    wanted = [number_of(digits) for digits in ([one] if one else form.getlist("id")[:_MOST_AT_ONCE])]
    decided = await site.store.moderate(
        [comment_id for comment_id in wanted if comment_id is not None],
        status,
        by=session.by,
        list_after=site.comment_policy.list_after,
    )
    path, fragment = await _onward(site, form, number_of(one))
    return see_other(f"{_with(path, done=_told(decided, status))}{fragment}")


async def _onward(site: SiteState, form: Form, decided: int | None) -> tuple[str, str]:
    """The path and the fragment of where an editor is after a decision: in a thread at the comment, in the list of what waits at
    what is next, on a comment's own page (`onward`) at the next one's.
    """
    back = own_path(form.get("back", ""))
    if decided is None:
        return back, ""
    if back.startswith(paths.DESK_ARTICLES):
        return back, f"#comment-{decided}"
    if not (form.get("onward") or _is_press_order(back)):
        return back, ""
    next_id = await _next_held(site, decided)
    if form.get("onward"):
        return (paths.DESK_COMMENT(id=str(next_id)) if next_id else paths.DESK), ""
    return back, f"#comment-{next_id}" if next_id else ""


def _is_press_order(back: str) -> bool:
    """Whether it is the list of what waits."""
    path, _, query = back.partition("?")
    asked = dict(parse_qsl(query))
    return path == paths.DESK and not asked.get("q") and asked.get("status", "pending") == CommentStatus.PENDING


async def _next_held(site: SiteState, decided: int) -> int | None:
    """What waits next after a comment, else the oldest that waits."""
    for after in (decided, 0):
        found = await site.store.list_comments(status=CommentStatus.PENDING, after_id=after, limit=1)
        if found:
            return found[0].id
    return None


async def undo(request: Request, session: Session, form: Form) -> Response:
    """303 to the page that it came from. Raises HTTPException 400 for a form that names no decisions; of decisions that cannot be
    undone any more none is.
    """
    site: SiteState = request.app.state.site
    first, last = (number_of(digits) for digits in (form.get("first", ""), form.get("last", "")))
    if first is None or last is None:
        raise HTTPException(400, "The form does not say what to undo.")
    undone = await site.store.undo_decisions(first, last, by=session.by, list_after=site.comment_policy.list_after)
    return see_other(_with(own_path(form.get("back", "")), undone=str(len(undone))))


@dataclass(frozen=True, slots=True)
class Notice:
    """What was done, with the first and last of the decisions that can be undone; 0 where none can."""

    text: str
    first: int = 0
    last: int = 0


def notice(request: Request) -> Notice | None:
    """What was just done, as the page's address says."""
    if (undone := number_of(request.query_params.get("undone"))) is not None:
        return Notice(f"Undone: {_comments(undone)} as before." if undone else "There was nothing left to undo.")
    verb, _, span = request.query_params.get("done", "").partition("-")
    if verb not in DONE:
        return None
    numbers = [number_of(digits) for digits in span.split("-")]
    if len(numbers) != 3 or not numbers[0]:
        return Notice("No comment was changed.")
    count, first, last = numbers
    return Notice(f"{_comments(count or 0).capitalize()} {DONE[CommentStatus(verb)]}.", first or 0, last or 0)


def _told(decided: Sequence[Decision], status: CommentStatus) -> str:
    """'spam-2-17-18': what became of how many comments, by which decisions."""
    ids = [decision.id for decision in decided]
    return "-".join([status.value, *([str(len(ids)), str(min(ids)), str(max(ids))] if ids else ["0"])])


def _with(path: str, **parameter: str) -> str:
    [(name, value)] = parameter.items()
    return f"{path}{'&' if '?' in path else '?'}{name}={value}"


def _comments(count: int) -> str:
    return "one comment" if count == 1 else f"{count} comments"
