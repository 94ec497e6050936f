"""What the newsroom's own webhooks are told of what waits for a moderator."""

from dataclasses import dataclass

from storage.model.moderation import ModeratedComment
from storage.model.webhooks import Webhook


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldDelivery:
    """A message in the hands of a worker, to be sent until its claim runs out."""

    webhook: Webhook
    """`attempts` counts this one."""
    message: str
    """By which it is known to be the same when it comes again."""
    comments: tuple[ModeratedComment, ...]
    """That wait and were not told of, oldest first: the first of them."""
    waiting: int
    """All that wait, counted up to 1,000."""
    up_to: int
    """The newest comment that it tells of."""
    claim: str
