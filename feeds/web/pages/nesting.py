"""Replies under what they answer, a thread's number of levels deep."""

from collections.abc import Iterable
from typing import Protocol, Self, TypeVar


class Nested(Protocol):
    id: int
    replies: list[Self]


N = TypeVar("N", bound=Nested)


def nest(replies: Iterable[tuple[N, int | None]], max_depth: int) -> list[N]:
    """Those at the top, with the others in them; each comes with the id of what it answers. One that is deeper stands beside that.

    A reply whose parent is not among those before it stands at the top: so no chain of parents, however wrong, can lose a reply
    or turn in a circle.
    """
    top: list[N] = []
    known: dict[int, tuple[N, int, list[N]]] = {}
    for reply, parent_id in replies:
        siblings, depth = top, 1
        if parent_id in known:
            parent, above, beside = known[parent_id]
            siblings, depth = (parent.replies, above + 1) if above < max_depth else (beside, above)
        siblings.append(reply)
        known[reply.id] = (reply, depth, siblings)
    return top
