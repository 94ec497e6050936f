"""Episodes, as plugins for podcasts keep them with a post: PowerPress in a fourth line of its enclosures, Seriously Simple
Podcasting in fields of their own.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from feeds.importers.episodes import episode_facts
from feeds.importers.wxr.php import PhpValue, read_php_array
from feeds.importers.wxr.values import meta
from feeds.importers.wxr.xmltree import Node

_ENCLOSURE, _FILE, _LENGTH = "enclosure", "audio_file", "filesize_raw"
_SIMPLE = {
    "duration": "duration",
    "episode": "itunes_episode_number",
    "season": "itunes_season_number",
    "type": "itunes_episode_type",
    "explicit": "explicit",
}
_POWERPRESS = {
    "duration": "duration",
    "episode": "episode_no",
    "season": "season",
    "type": "episode_type",
    "explicit": "explicit",
    "transcript": "pci_transcript_url",
    "chapters": "pci_chapters_url",
}
EPISODE_FIELDS = frozenset({_ENCLOSURE, _FILE, _LENGTH, *_SIMPLE.values()})
"""Custom fields in which they stand."""


class Told(NamedTuple):
    """A file, as a field tells of it."""

    url: str
    length: str
    type: str
    facts: dict[str, Any]
    """Fields of an Enclosure."""


def enclosures_of(item: Node) -> Iterator[Told]:
    """Of a post: those that WordPress or a plugin noted, else the one file of Seriously Simple Podcasting."""
    values = meta(item, _ENCLOSURE)
    for value in values:
        url, length, type, more, *_ = *value.split("\n", 3), "", "", ""
        yield Told(url, length, type, _facts(read_php_array(more.strip())))
    if not values:
        for url in meta(item, _FILE):
            yield Told(url, next(iter(meta(item, _LENGTH)), ""), "", {})


def episode_of(item: Node) -> dict[str, Any]:
    """What a post says of its episode, whatever its file."""
    return episode_facts(**{name: next(iter(meta(item, field)), "") for name, field in _SIMPLE.items()})


def _facts(told: dict[int | str, PhpValue]) -> dict[str, Any]:
    return episode_facts(**{name: _text(told.get(key)) for name, key in _POWERPRESS.items()})


def _text(value: PhpValue) -> str:
    """PHP makes numbers of some that were typed in."""
    return str(int(value)) if isinstance(value, int) else value if isinstance(value, str) else ""
