"""The terms of partners as options of commands."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from feeds.settings import Settings


def _many(metavar: str, help: str) -> Any:
    return typer.Option(metavar=metavar, help=f"{help} Repeatable.")


Sections = Annotated[list[str] | None, _many("PATH", "A section, with all that lies below it.")]
Without = Annotated[list[str] | None, _many("PATH", "A section that is left out, with all that lies below it.")]
Tags = Annotated[list[str] | None, _many("TAG", "A tag: one of them is enough.")]
Sources = Annotated[list[str] | None, _many("SOURCE", "An agency; '' is what the newsroom wrote itself.")]
Languages = Annotated[list[str] | None, _many("LANGUAGE", "A language: en is also en-GB.")]
Text = Annotated[str | None, typer.Option(metavar="full|summary", help="The text of articles, or a summary of it.")]
Images = Annotated[bool | None, typer.Option("--images/--no-images", help="With pictures, which is so unless said.")]
Comments = Annotated[bool | None, typer.Option("--comments/--no-comments", help="With comments.")]
Embargoed = Annotated[
    bool | None, typer.Option("--embargoed/--no-embargoed", help="With articles before their embargo ends.")
]
EmbargoLine = Annotated[
    bool | None,
    typer.Option("--embargo-line/--no-embargo-line", help="Begin the text of these with a line that says so."),
]
Delay = Annotated[int | None, typer.Option(metavar="SECONDS", help="So long after readers.", min=0)]
Days = Annotated[int | None, typer.Option(metavar="N", help="How far back; 0: to the beginning.", min=0)]
Items = Annotated[int | None, typer.Option(metavar="N", help="Entries in a feed; 0: as the newsroom's own.", min=0)]
Rate = Annotated[int | None, typer.Option(metavar="N", help="Requests a minute; 0: as many as it likes.", min=0)]
Silence = Annotated[
    int | None,
    typer.Option(metavar="HOURS", help="Without a request for so long, the log says so; 0: never.", min=0),
]
Expires = Annotated[
    str | None,
    typer.Option(
        metavar="DATE", help="Until the end of a day, as in 2030-12-31, or a date and time with its offset; or never."
    ),
]
Preset = Annotated[str | None, typer.Option(metavar="PRESET", help="The form that a partner demands, as in msn.")]
Contact = Annotated[str | None, typer.Option(metavar="TEXT", help="Whom to write to.")]
KeyInPath = Annotated[
    bool | None,
    typer.Option("--key-in-path/--no-key-in-path", help="Whether a key may stand in a URL, which is so unless said."),
]
RenewalUrl = Annotated[
    str | None, typer.Option(metavar="URL", help="Where members are sent whose keys open nothing any more.")
]
Networks = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help="Networks from which a member's key is used in a day: from more, it has leaked; 0: any.",
        min=0,
    ),
]
EndLeaked = Annotated[
    bool | None, typer.Option("--end-leaked/--no-end-leaked", help="End such a key, which is only flagged unless said.")
]

_OPTIONS = {
    "sections": "--section",
    "without_sections": "--without-section",
    "tags": "--tag",
    "sources": "--source",
    "languages": "--language",
    "expires_at": "--expires",
    "name": "NAME",
    "source": "SOURCE",
}
"""How what is kept as a field is said here, where that is not by its own name."""
_FIELDS = {
    "section": "sections", "without_section": "without_sections", "tag": "tags", "source": "sources", "language": "languages",
    **{name: name for name in (
        "text", "images", "comments", "embargoed", "embargo_line", "delay", "days", "items", "rate", "silence", "preset", "contact",
        "key_in_path", "renewal_url", "networks", "end_leaked",
    )},
}  # fmt: skip


def said_of(given: Mapping[str, object], settings: "Settings") -> dict[str, object]:
    """What was said, as the API takes it."""
    said = {field: given[option] for option, field in _FIELDS.items() if given[option] not in (None, [])}
    if (expires := given["expires"]) is not None:
        said["expires_at"] = end_of(str(expires), settings)
    return said


def end_of(text: str, settings: "Settings") -> str | None:
    """A day ends in the newsroom's time zone."""
    from datetime import date, datetime, time, timedelta

    if text.strip().lower() in ("", "never"):
        return None
    try:
        day = date.fromisoformat(text.strip())
        return datetime.combine(day + timedelta(days=1), time(), settings.zone).isoformat()
    except (ValueError, OverflowError):
        return text.strip()


def option_of(field: str, said: Mapping[str, object]) -> str:
    """'--section wrold' of 'sections.1', where that was said."""
    name, _, place = field.partition(".")
    option = _OPTIONS.get(name, f"--{name.replace('_', '-')}")
    values = said.get(name)
    return f"{option} {values[int(place)]}" if place.isdigit() and isinstance(values, list) else option
