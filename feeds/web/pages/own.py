"""A reader's own reply, just written: shown to them while it is held, and theirs to take back for a while.

Who has the address that the server sent them to is taken for its author; there are no accounts.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from feeds.newsroom.commenting import WITHDRAW_WINDOW, may_take_back
from feeds.site import SiteState
from feeds.web.pages.display import Moment, moment
from feeds.web.queries import number_of
from feeds.web.signing import OWN, is_signed, sign
from storage.errors import NotFound
from storage.model import Comment, CommentStatus

SHOWN = timedelta(hours=1)
"""How long that address shows a held reply: it must not serve to publish unmoderated text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReply:
    comment: Comment
    state: str
    """What proves it theirs: the comment's id and a signature of it."""
    until: Moment | None
    """Until when they may take it back; None when they may not any more."""
    ALL: ClassVar = "all"
    THREAD: ClassVar = "thread"
    """What of the replies they may follow: those to all their comments, or all of this thread."""

    @property
    def id(self) -> int:
        return self.comment.id

    @property
    def held(self) -> bool:
        """What the rules threw away at the door looks held: spammers would only learn from being told."""
        status = self.comment.status
        return status is CommentStatus.PENDING or (status is CommentStatus.TRASH and self.comment.version == 1)


def own_state(secret: bytes, comment: Comment) -> str:
    return f"{comment.id}-{sign(secret, OWN, comment.id)}"


async def find_own(site: SiteState, state: str, article_id: int | None = None) -> OwnReply | None:
    """The reply that a signed state names, if it is this article's, or on any, and still new."""
    digits, _, signature = state.partition("-")
    number = number_of(digits)
    if number is None or not is_signed(site.site.secret, signature, OWN, number):
        return None
    try:
        comment = await site.store.get_comment(number)
    except NotFound:
        return None
    if article_id not in (None, comment.article_id) or site.clock() - comment.created_at >= SHOWN:
        return None
    until = (
        moment(comment.created_at + WITHDRAW_WINDOW, site.publication.zone, site.publication.wording)
        if may_take_back(comment, site.clock())
        else None
    )
    return OwnReply(comment=comment, state=state, until=until)
