"""What became of a commit whose answer was lost."""

from threading import Event
from time import monotonic

import psycopg

from storage.errors import OutcomeUnknown
from storage.omissions import Omissions
from storage.postgres.connecting import Servers
from storage.postgres.faults import is_for_good, said_of
from storage.postgres.transaction import Begun, Overtaken, was_committed
from storage.postgres.units import UnitConnection

_PAUSE = 0.1
"""Seconds between two attempts to ask."""


def was_kept(begin: Begun, servers: Servers, patience: float, closing: Event) -> bool:
    """Ask the primary, for as long as `patience` says, whether a transaction was committed.

    Raises OutcomeUnknown where nobody can tell: then it is neither written again nor said to have failed.
    """
    give_up_at = monotonic() + patience
    while True:
        try:
            with servers.connect_directly(give_up_at - monotonic()) as connection:
                connection.give_up_at = give_up_at + 1
                return was_committed(UnitConnection(connection, Omissions()), begin)
        except Overtaken:
            why = "The server that was asked to has crashed, or another has taken its place."
            break
        except psycopg.Error as error:
            if is_for_good(error) or monotonic() >= give_up_at or closing.wait(_PAUSE):
                why = said_of(error)
                break
    raise OutcomeUnknown(f"Whether this was kept is not known: look before you do it again. {why}")
