"""What the form of an edit holds: what was typed is never lost, to a fault or to somebody else's edit."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from feeds.web.desk.access import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    fields: Mapping[str, str]
    version: int
    """Of what is edited, when it was shown."""
    faults: Mapping[str, str] = field(default_factory=dict)
    """By the field, what is wrong with it."""
    theirs: Mapping[str, str] | None = None
    """The fields as somebody else left them meanwhile; None where nobody did."""


def typed_in(form: Form, shown: Mapping[str, str]) -> dict[str, str]:
    """The fields as they were typed; one that was not sent is as it was shown. Forms come with CRLF (HTML, section 4.10.21.4)."""
    return {name: form.get(name, value).replace("\r\n", "\n") for name, value in shown.items()}
