"""What goes out: requests to addresses that others may have chosen, and so may lead into the newsroom's own network.

Every outgoing request is made by `Outbound`, which fetches, or by `Callbacks`, which tells subscribers; no other file opens a
connection.
"""

from feeds.outbound.addresses import Networks
from feeds.outbound.callbacks import Bounds, Callbacks
from feeds.outbound.client import Outbound, target_of
from feeds.outbound.errors import BadAnswer, Busy, Forbidden, OutboundError, Resting, TooSlow, Unreachable
from feeds.outbound.guard import Guard
from feeds.outbound.resolving import Resolve, Resolver, system_resolve
from feeds.outbound.shown import is_fetchable, shown, without_secrets
from feeds.outbound.unpacking import DamagedBody, Unpacked
from feeds.outbound.wire import Answer

__all__ = [
    "Answer",
    "BadAnswer",
    "Bounds",
    "Busy",
    "Callbacks",
    "DamagedBody",
    "Forbidden",
    "Guard",
    "Networks",
    "Outbound",
    "OutboundError",
    "Resolve",
    "Resolver",
    "Resting",
    "TooSlow",
    "Unpacked",
    "Unreachable",
    "is_fetchable",
    "shown",
    "system_resolve",
    "target_of",
    "without_secrets",
]
