"""A trial of the hub: the server subscribes to a feed that is made for it, by a command of its operator."""

from dataclasses import dataclass, field
from datetime import datetime

from storage.model.changes import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class HubCheck:
    """How far one has come."""

    token: str = field(repr=False)
    """What its callback's address holds, and nobody can guess."""
    secret: str = field(repr=False)
    """With which its deliveries are to be signed."""
    created_at: datetime
    expires_at: datetime
    number: int
    """Of the entries of its feed."""
    tries: int | None
    """How often somebody began to ask its callback; None where nothing waits to be asked: nothing yet, or nothing any more."""
    asked: bool
    """Whether the callback was asked."""
    is_subscribed: bool
    last_error: str
    """Of the last delivery that failed, as who delivers says it; '' where none did."""
    arrived_at: datetime | None
    """When a delivery came last."""
    fault: str
    """What was wrong with that one, in a sentence; '' where nothing was."""
    snapshot: Snapshot = field(repr=False)
    """Of its feed's scope, and of the site's."""
