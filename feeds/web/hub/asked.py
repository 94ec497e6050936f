"""What a subscriber asks (WebSub, section 5.1), read from the form that it sent."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from feeds.settings import Settings
from storage.model import PushContent, RequestMode

LONGEST = 1_300
"""Bytes of a callback and of a topic in UTF-8, which the store looks them up by."""
_LONGEST_SECRET = 199
"""Bytes (section 5.1)."""
_MOST_DIGITS = 12
PUBLISH = "publish"
"""The mode in which publishers tell a hub of what is new. Ours knows."""

Fields = Sequence[tuple[str, str]]


class Unclear(Exception):
    """What was sent cannot be done; the message is a sentence that says what to send."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    mode: RequestMode
    callback: str
    topic: str
    """As it was given: so the subscriber is asked about it."""
    lease: timedelta
    secret: str = field(repr=False)
    content: PushContent | None
    """None: nothing is said of it."""


def mode_of(fields: Fields) -> str:
    """'subscribe', 'unsubscribe' or 'publish'. Raises Unclear."""
    mode = _only(fields, "hub.mode").strip().lower()
    if mode not in (RequestMode.SUBSCRIBE, RequestMode.UNSUBSCRIBE, PUBLISH):
        raise Unclear(
            "Send a form (application/x-www-form-urlencoded) with hub.mode=subscribe or hub.mode=unsubscribe, "
            "hub.callback and hub.topic."
        )
    return mode


def published(fields: Fields) -> list[str]:
    """The topics in which something is said to be new, by the names that publishers use. Raises Unclear."""
    topics = [value for name, value in fields if name in ("hub.topic", "hub.url") and value]
    if not topics:
        raise Unclear("Name the topic that has news: hub.topic=URL.")
    return topics


def read_asked(fields: Fields, settings: Settings) -> Asked:
    """A subscription, or its end. Other parameters are ignored, as they have to be. Raises Unclear."""
    return Asked(
        mode=RequestMode(mode_of(fields)),
        callback=_url(fields, "hub.callback"),
        topic=_url(fields, "hub.topic"),
        lease=_lease(_only(fields, "hub.lease_seconds").strip(), settings),
        secret=_secret(_only(fields, "hub.secret")),
        content=_content(_only(fields, "hub.content").strip().lower()),
    )


def _only(fields: Fields, name: str) -> str:
    """A parameter's value; '' where it is not given."""
    values = {value for given, value in fields if given == name}
    if len(values) > 1:
        raise Unclear(f"Give {name} once: of two it is not clear which is meant.")
    return values.pop() if values else ""


def _url(fields: Fields, name: str) -> str:
    url = _only(fields, name)
    if not url:
        raise Unclear(f"{name} is missing: give an absolute http or https URL.")
    if len(url.encode()) > LONGEST:
        raise Unclear(f"{name} is too long: use at most {LONGEST:,} bytes.")
    if not url.isprintable() or " " in url or "\ufffd" in url:
        raise Unclear(f"{name} is no URL: percent-encode what cannot stand in one, in UTF-8.")
    return url


def _lease(given: str, settings: Settings) -> timedelta:
    """Within what the newsroom allows; as long as is usual here where nothing is asked for."""
    if not given:
        return timedelta(seconds=settings.hub_lease)
    if not (given.isascii() and given.isdigit()):
        raise Unclear("hub.lease_seconds is a number of seconds in decimal digits, as in 864000.")
    asked = int(given) if len(given) <= _MOST_DIGITS else settings.hub_lease_most
    return timedelta(seconds=min(max(asked, settings.hub_lease_least), settings.hub_lease_most))


def _secret(given: str) -> str:
    if len(given.encode()) > _LONGEST_SECRET:
        raise Unclear(f"hub.secret is too long: use at most {_LONGEST_SECRET} bytes.")
    if "\ufffd" in given or "\0" in given:
        # Deliveries would be signed with another than the subscriber has.
        raise Unclear("hub.secret is no text in UTF-8: use letters and digits.")
    return given


def _content(given: str) -> PushContent | None:
    try:
        return PushContent(given) if given else None
    except ValueError:
        raise Unclear(
            "hub.content is full (the whole feed, as without it) or changes (only the entries that are new or changed)."
        ) from None
