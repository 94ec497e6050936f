"""What a hub asks and tells a subscriber (WebSub, sections 5.2 and 5.3), as addresses: nothing is sent yet."""

from collections.abc import Mapping
from urllib.parse import urlencode


def verification(callback: str, *, mode: str, topic: str, challenge: str, lease_seconds: int | None) -> str:
    """Where a subscriber is asked whether it wants what was requested. `mode`: 'subscribe' or 'unsubscribe'.

    `topic` as it was requested: a subscriber refuses what it did not ask for. `lease_seconds`: None where nothing is leased.
    """
    asked = {"hub.mode": mode, "hub.topic": topic, "hub.challenge": challenge}
    return with_parameters(
        callback, asked if lease_seconds is None else asked | {"hub.lease_seconds": str(lease_seconds)}
    )


def denial(callback: str, *, topic: str, reason: str) -> str:
    """Where a subscriber is told that it does not get what it asked for, or gets no more of it."""
    return with_parameters(callback, {"hub.mode": "denied", "hub.topic": topic, "hub.reason": reason})


def with_parameters(callback: str, parameters: Mapping[str, str]) -> str:
    """The address with parameters after its own, which stay as they are: they may be how the subscriber tells callbacks apart."""
    bare = callback.partition("#")[0]
    joint = "" if bare.endswith(("?", "&")) else "&" if "?" in bare else "?"
    return bare + joint + urlencode(parameters)
