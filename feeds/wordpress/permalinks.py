"""A permalink structure: of what parts a WordPress site makes the addresses of its articles, as its settings have it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

INDEX = "/index.php"
"""What stands before every path where the server knows no other way to WordPress; and may, at any other."""

_TAGS = {
    "year": "[0-9]{4}",
    "monthnum": "[0-9]{1,2}",
    "day": "[0-9]{1,2}",
    "hour": "[0-9]{1,2}",
    "minute": "[0-9]{1,2}",
    "second": "[0-9]{1,2}",
    "post_id": "[0-9]+",
    "postname": "[^/]+",
    "category": ".+?",
    "author": "[^/]+",
}
TAGS = tuple(_TAGS)
"""What may stand between two '%'."""
_TAG = re.compile("%([^%]*)%")
_TIME = frozenset(TAGS[:6])
_NAMING = frozenset({"post_id", "postname"})
_LISTED = frozenset({"category", "author"})
DATE_ORDERS = (("year", "monthnum", "day"), ("day", "monthnum", "year"), ("monthnum", "day", "year"))
_BEFORE_DATES = 3
"""Among so many first tags an article's number may be mistaken for a part of a date: then dates stand below '/date/'."""
_LONGEST = 200


def without_index(path: str) -> str:
    """A path, or a structure, from its slash after '/index.php' on."""
    if path == INDEX:
        return "/"
    return path.removeprefix(INDEX) if path.startswith(INDEX + "/") else path


@dataclass(frozen=True)
class Permalinks:
    """Made by `parse`, or of a structure that came from there."""

    structure: str
    """'/archives/%post_id%', '/index.php/%year%/%postname%/'."""

    @classmethod
    def parse(cls, text: str) -> "Permalinks":
        """As a person writes it. Raises ValueError, with a sentence, for what no site can have."""
        structure = "/" + text.strip().lstrip("/")
        tags = _TAG.findall(structure)
        if unknown := [tag for tag in tags if tag not in _TAGS]:
            raise ValueError(f"%{unknown[0]}% is none of {', '.join(f'%{tag}%' for tag in _TAGS)}")
        if "%" in _TAG.sub("", structure) or len(structure) > _LONGEST or len(tags) != len(set(tags)):
            raise ValueError("each tag stands in it once, between two %, as in /%year%/%monthnum%/%postname%/")
        if not names_articles(structure):
            raise ValueError("no two articles may have one address: it needs %postname% or %post_id%")
        return cls(structure)

    @property
    def uses_index(self) -> bool:
        return self.structure.startswith(INDEX + "/")

    @property
    def tags(self) -> tuple[str, ...]:
        return tuple(_TAG.findall(self.structure))

    @property
    def is_by_name(self) -> bool:
        """Whether WordPress finds an article by the name in its address alone, whatever category or author stands before that."""
        return "postname" in self.tags and not _LISTED.isdisjoint(self.tags)

    @property
    def front(self) -> str:
        """What stands before the first tag, and before the names of most lists: '/archives/'."""
        return without_index(self.structure).partition("%")[0]

    @property
    def date_front(self) -> str:
        """What stands before a date."""
        return self.front + "date/" * ("post_id" in self.tags[:_BEFORE_DATES])

    @property
    def date_order(self) -> tuple[str, ...]:
        """The parts of a date in the order in which they stand in the addresses of days."""
        orders = (order for order in DATE_ORDERS if "/".join(f"%{tag}%" for tag in order) in self.structure)
        return next(orders, DATE_ORDERS[0])

    @cached_property
    def _whole(self) -> re.Pattern[str]:
        return _pattern(without_index(self.structure).strip("/"))

    @cached_property
    def _lists(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        return tuple(self._walk())

    def fill(self, facts: Mapping[str, str]) -> str | None:
        """The path of an article, with its last slash, below the site's; None where a fact is missing that it is made of."""
        if not all(map(facts.get, self.tags)):
            return None
        return _TAG.sub(lambda tag: facts[tag[1]], self.structure).rstrip("/") + "/"

    def match(self, path: str) -> Mapping[str, str] | None:
        """What a path below the site's says of an article, by tags; None for one of another shape. It has no '/index.php'."""
        found = self._whole.fullmatch(path.strip("/"))
        return found.groupdict() if found else None

    def match_list(self, path: str) -> tuple[str, str] | None:
        """Of what a path is the list whose articles' addresses begin so: ('category', 'world') at '/world/', where they have the
        structure '/%category%/%postname%/'.
        """
        for tag, pattern in self._lists:
            if found := pattern.fullmatch(path.strip("/")):
                return tag, found[tag]
        return None

    def _walk(self) -> Iterator[tuple[str, re.Pattern[str]]]:
        folders = without_index(self.structure).strip("/").split("/")
        for end in range(1, len(folders)):
            beginning = "/".join(folders[:end])
            tags = _TAG.findall(beginning)
            if len(tags) == 1 and tags[0] in _LISTED:
                yield tags[0], _pattern(beginning)


def names_articles(structure: str) -> bool:
    """Whether of two articles each has an address of its own, by what it is made of."""
    tags = frozenset(_TAG.findall(structure))
    return bool(tags & _NAMING) or tags >= _TIME


def _pattern(structure: str) -> re.Pattern[str]:
    parts = _TAG.split(structure)
    texts, tags = map(re.escape, parts[::2]), [f"(?P<{tag}>{_TAGS[tag]})" for tag in parts[1::2]]
    return re.compile("".join(map("".join, zip(texts, [*tags, ""], strict=True))), re.DOTALL)
