"""What lists of all feeds say of each: the directory, for people, and OPML, for readers."""

from dataclasses import dataclass
from enum import Enum

from feeds.wording import marked


class Group(Enum):
    """What such lists put together, in their order, by the message that people read above it."""

    NEWSROOM = marked("The whole newsroom")
    SECTIONS = marked("By section")
    DATES = marked("By date")
    TAGS = marked("Tags in the news")
    AUTHORS = marked("Authors in the news")


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
