"""What sources say of an episode of a podcast: of an article's first sound or film."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from feeds.importers.values import number, resolved
from storage.model import Enclosure

_PLAYED = ("audio/", "video/")
_TYPES = ("full", "trailer", "bonus")
_EXPLICIT = ("yes", "true", "explicit", "on", "1")
_CLOCK = re.compile(r"(?:(?:(\d{1,4}):)?(\d{1,6}):)?(\d{1,9})(?:\.\d*)?", re.ASCII)
"""Hours, minutes and seconds, or fewer of them (RFC 2326, section 3.6)."""


def seconds(text: str) -> int:
    """'1:02:03', '62:03' or '3723' in seconds; 0 for what is no time."""
    read = _CLOCK.fullmatch(text.strip())
    if read is None:
        return 0
    hours, minutes, rest = (int(part or 0) for part in read.groups())
    return (hours * 60 + minutes) * 60 + rest


def episode_facts(
    *,
    duration: str = "",
    episode: str = "",
    season: str = "",
    type: str = "",
    explicit: str = "",
    transcript: str = "",
    chapters: str = "",
    base: str = "",
) -> dict[str, Any]:
    """Fields of an Enclosure, of what a source writes; addresses may be relative to `base`."""
    type = type.strip().lower()
    return {
        "duration": seconds(duration),
        "episode": number(episode),
        "season": number(season),
        "episode_type": type if type in _TYPES else "",
        "explicit": explicit.strip().lower() in _EXPLICIT,
        "transcript": resolved(transcript, base),
        "chapters": resolved(chapters, base),
    }


def with_episode(files: Iterable[Enclosure], facts: dict[str, Any]) -> list[Enclosure]:
    """The files, the first sound or film among them with what is said of the episode, and is not said of the file itself."""
    found = list(files)
    for place, file in enumerate(found):
        if file.type.lower().startswith(_PLAYED):
            found[place] = replace(file, **{name: getattr(file, name) or value for name, value in facts.items()})
            break
    return found
