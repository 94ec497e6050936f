"""What goes out: requests to addresses that others may have chosen, and so may lead into the newsroom's own network.

Every outgoing request is made by `Outbound`, and no other file opens a connection.
"""

from feeds.outbound.addresses import Networks
from feeds.outbound.client import Outbound, target_of
from feeds.outbound.guard import Forbidden, Guard, Resolve, system_resolve
from feeds.outbound.shown import is_fetchable, shown, without_secrets
from feeds.outbound.unpacking import DamagedBody, Unpacked

__all__ = [
    "DamagedBody",
    "Forbidden",
    "Guard",
    "Networks",
    "Outbound",
    "Resolve",
    "Unpacked",
    "is_fetchable",
    "shown",
    "system_resolve",
    "target_of",
    "without_secrets",
]
