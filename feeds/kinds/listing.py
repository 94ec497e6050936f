"""What lists of all feeds say of each: the directory, for people, and OPML, for readers."""

from dataclasses import dataclass
from enum import Enum


class Group(Enum):
    """What such lists put together, in their order, by what people read above it."""

    NEWSROOM = "The whole newsroom"
    SECTIONS = "By section"
    DATES = "By date"
    TAGS = "Tags in the news"
    AUTHORS = "Authors in the news"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A feed, as such lists name it."""

    group: Group
    of: str = ""
    """What it is a feed of, within its group: a section's path, the slug of a tag or an author. They stand together."""
    page: str
    """The path of its page, unencoded."""
    title: str
    """The feed's own."""
    name: str = ""
    """For readers, within a folder that says what it is of; '' is the title."""
    description: str = ""
    """For readers; '' where the newsroom wrote none."""
    label: str
    """For people, where no folder says what it is of."""
    about: str = ""
    """One sentence for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a list of articles is called."""

    name: str
    description: str = ""
    """'' says what the newsroom says of itself."""
    url: str = ""
    """Of a person's own page elsewhere."""
