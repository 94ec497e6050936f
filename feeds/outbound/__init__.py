"""What goes out: requests to addresses that others may have chosen, and so may lead into the newsroom's own network.

Every outgoing request is made by `Outbound`, and no other file opens a connection.
"""

from feeds.outbound.addresses import Networks
from feeds.outbound.client import Outbound
from feeds.outbound.guard import Forbidden, Guard, Resolve, system_resolve
from feeds.outbound.shown import is_fetchable, shown, without_secrets

__all__ = [
    "Forbidden",
    "Guard",
    "Networks",
    "Outbound",
    "Resolve",
    "is_fetchable",
    "shown",
    "system_resolve",
    "without_secrets",
]
