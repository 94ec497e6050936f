"""Podcasts, as an operator writes them: which feeds are some, and what directories are told of each.

Apple's categories are those of https://podcasters.apple.com/support/1691-apple-podcasts-categories; a podcast's identifier is that
of the podcast namespace (https://podcastindex.org/namespace/1.0).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote
from uuid import UUID, uuid5

from feeds import paths

EVERY = "all"
EXAMPLE = "/section/podcast/, /tag/the-week/"
Category = tuple[str, str]
"""A category and one within it, or ''."""
Pages = tuple[tuple[str, str], ...]
"""Pages, unencoded, each with the identifier that its podcast brought along, or ''."""

_NAMESPACE = UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
_LISTS = (paths.SECTION, paths.TAG, paths.AUTHOR)
_SCHEME = re.compile("^[a-z]+://")
_GUID = re.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_WITHIN = ">"
_CATEGORIES: Mapping[str, frozenset[str]] = {
    name: frozenset(filter(None, map(str.strip, within.split(","))))
    for name, _, within in (
        line.partition(": ")
        for line in (
            "Arts: Books, Design, Fashion & Beauty, Food, Performing Arts, Visual Arts",
            "Business: Careers, Entrepreneurship, Investing, Management, Marketing, Non-Profit",
            "Comedy: Comedy Interviews, Improv, Stand-Up",
            "Education: Courses, How To, Language Learning, Self-Improvement",
            "Fiction: Comedy Fiction, Drama, Science Fiction",
            "Government",
            "History",
            "Health & Fitness: Alternative Health, Fitness, Medicine, Mental Health, Nutrition, Sexuality",
            "Kids & Family: Education for Kids, Parenting, Pets & Animals, Stories for Kids",
            "Leisure: Animation & Manga, Automotive, Aviation, Crafts, Games, Hobbies, Home & Garden, Video Games",
            "Music: Music Commentary, Music History, Music Interviews",
            "News: Business News, Daily News, Entertainment News, News Commentary, Politics, Sports News, Tech News",
            "Religion & Spirituality: Buddhism, Christianity, Hinduism, Islam, Judaism, Religion, Spirituality",
            "Science: Astronomy, Chemistry, Earth Sciences, Life Sciences, Mathematics, Natural Sciences, Nature, Physics, "
            "Social Sciences",
            "Society & Culture: Documentary, Personal Journals, Philosophy, Places & Travel, Relationships",
            "Sports: Baseball, Basketball, Cricket, Fantasy Sports, Football, Golf, Hockey, Rugby, Running, Soccer, Swimming, "
            "Tennis, Volleyball, Wilderness, Wrestling",
            "Technology",
            "True Crime",
            "TV & Film: After Shows, Film History, Film Interviews, Film Reviews, TV Reviews",
        )
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Podcasts:
    """Which pages' feeds are podcasts, and what is said of all of them."""

    pages: Pages = ()
    """In the operator's order."""
    every: bool = False
    """Those of all sections, tags and authors that show an episode are."""
    image_url: str = ""
    """Absolute."""
    categories: tuple[Category, ...] = ()
    explicit: bool = False
    owner: str = ""
    """Email address by which a directory asks whose it is."""
    serial: bool = False
    """Episodes are to be heard in the order of their numbers."""
    locked: bool = True
    """No other host may take it over."""

    @property
    def first(self) -> str:
        """The page of the newsroom's own podcast; '' where none is named."""
        return self.pages[0][0] if self.pages else ""

    def is_named(self, page: str) -> bool:
        """Whether the newsroom named the page, unencoded."""
        return page in dict(self.pages)

    def may_be(self, page: str) -> bool:
        """Whether the feed of what is at a path, unencoded, is a podcast if it shows an episode."""
        return self.is_named(page) or (self.every and _is_list(page))

    def guid(self, page: str, feed_url: str) -> str:
        """`podcast:guid` of a podcast that has been at a URL from the beginning: a UUIDv5 of it without scheme and last slashes."""
        return dict(self.pages).get(page) or str(uuid5(_NAMESPACE, _SCHEME.sub("", feed_url).rstrip("/")))


def pages_of(text: str) -> tuple[Pages, bool]:
    """`Podcasts.pages` and `every` of what is written as EXAMPLE, EVERY, or both.

    Raises ValueError, which says what may be written.
    """
    pages: dict[str, str] = {}
    every = False
    for part in filter(None, map(str.strip, text.split(","))):
        page, _, guid = part.partition(" ")
        page, guid = unquote(page), guid.strip()
        if page == EVERY and not guid:
            every = True
        elif (page == paths.HOME() or _is_list(page)) and (not guid or _GUID.fullmatch(guid)):
            pages[page] = guid.lower()
        else:
            raise ValueError(
                f"give '{EVERY}', or pages of sections, tags and authors, as in {EXAMPLE}; behind a page, the podcast:guid of a "
                "podcast that had one elsewhere"
            )
    return tuple(pages.items()), every


def categories_of(text: str) -> tuple[Category, ...]:
    """'News > Daily News, History'. Raises ValueError, which names what Apple does not know."""
    found = []
    for part in filter(None, map(str.strip, text.split(","))):
        category, _, within = (piece.strip() for piece in part.partition(_WITHIN))
        if category not in _CATEGORIES:
            raise ValueError(f"Apple has no category '{category}': it has {', '.join(_CATEGORIES)}")
        if within and within not in _CATEGORIES[category]:
            known = ", ".join(sorted(_CATEGORIES[category])) or "no others"
            raise ValueError(f"Apple has no '{within}' within {category}, but {known}")
        found.append((category, within))
    return tuple(found)


def _is_list(page: str) -> bool:
    return any(shape.matches(page) for shape in _LISTS) and not paths.SECTION_COMMENTS.matches(page)
