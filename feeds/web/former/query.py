"""What WordPress's parameters of a query name: how a site without permalinks names all that it has."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from feeds import paths
from feeds.kinds import KINDS

Parameters = Mapping[str, str]

_NUMBER = re.compile("[0-9]{1,18}")
_SLUG = re.compile("[^/,+ ]+")
_PATH = re.compile("[^,+ ]+")
"""Of a category: of several, joined by ',' or '+', there is no list."""
_NUMBERED = {
    "p": ("p", "page_id", "attachment_id"),
    "page_id": ("page_id", "p", "attachment_id"),
    "attachment_id": ("attachment_id", "p"),
}
"""What is named by a number, and the names under which that may be known: WordPress counts articles, pages and pictures as one."""
_NAMED = ("name", "pagename")
_SINGLE = (*_NUMBERED, *_NAMED, "attachment")
_DATED = ("year", "monthnum", "day", "m", "w", "hour", "minute", "second")
_OTHER = ("tag_id", "post_type", "taxonomy", "term")
"""What narrows a list to one that is not kept here."""
_ANY_TYPE = frozenset({"post", "any"})
_DATE = re.compile(r"(?P<year>[0-9]{4})(?P<monthnum>[0-9]{2})?(?P<day>[0-9]{2})?")
_SHAPED = {kind.wordpress_parameter: kind.page for kind in KINDS if kind.wordpress_parameter}
_KEPT = frozenset({"tag", "author_name"})
"""Of which lists there are the store knows: of any other kind's its page finds out."""
_LISTS = ("cat", "category_name", *_SHAPED, "author")


class Named(NamedTuple):
    """What a query names, in one of the fields; in none, where it names nothing that there could be."""

    page: str = ""
    """A list's, here, by its shape."""
    listed: str = ""
    """A list's page, if there is such a list."""
    known_as: tuple[str, ...] = ()
    """Paths by which the store may know it, the likeliest first."""
    words: str | None = None
    """What is searched for."""
    category: str = ""
    """By its path."""


_NOTHING = Named()


def _says(parameters: Parameters, name: str) -> bool:
    """Whether a parameter is there, and is not as good as none: forms send '0' for any category, and 'm=1' asks Blogger for what
    telephones show.
    """
    value = parameters.get(name, "")
    return value not in ("", "0") and (name, value) != ("m", "1")


def named_single(parameters: Parameters, roots: Iterable[str]) -> Named | None:
    """The article, page or picture that is named, of a site at one of these roots; None where none is."""
    name = next((name for name in _SINGLE if _says(parameters, name)), None)
    if name is None:
        return None
    value = parameters[name]
    if name in _NUMBERED:
        keys = tuple(f"{root}/?{key}={value}" for key in _NUMBERED[name] for root in roots)
        return Named(known_as=keys) if _NUMBER.fullmatch(value) else _NOTHING
    return Named(known_as=tuple(_keys(name, value.strip("/"), roots))) if name in _NAMED else _NOTHING


def _keys(name: str, value: str, roots: Iterable[str]) -> Iterator[str]:
    """Of a page that has no article's name WordPress thinks where it has one of these, and the other way round."""
    names = ("name", "pagename") if name == "name" else ("pagename", "name")
    for root in roots:
        if "/" not in value:
            yield from (f"{root}/?{one}={value}" for one in names)
            yield f"{root}/{value}/"
        elif name == "pagename":
            yield f"{root}/?pagename={value}"
            yield f"{root}/{value}/"


def named_list(parameters: Parameters, roots: Iterable[str]) -> Named | None:
    """The list that is named; None where none is. Of one that is narrowed by two things nothing is kept here."""
    dated = any(_says(parameters, name) for name in _DATED)
    given = [name for name in _LISTS if _says(parameters, name)] + ["m"] * dated
    given += _narrowed(parameters)
    words = parameters.get("s")
    if words is not None and not given:
        return Named(words=words)
    if len(given) != 1:
        return _NOTHING if given else None
    [name] = given
    return _NOTHING if words else _list(name, parameters, roots)


def narrows(parameters: Parameters) -> bool:
    """Whether a query asks for less than all that a list has, or for something else."""
    return any(_says(parameters, name) for name in (*_SINGLE, *_LISTS, *_DATED, "s")) or bool(_narrowed(parameters))


def _narrowed(parameters: Parameters) -> list[str]:
    return [name for name in _OTHER if _says(parameters, name) and parameters[name] not in _ANY_TYPE]


def _list(name: str, parameters: Parameters, roots: Iterable[str]) -> Named:
    value = parameters.get(name, "").strip("/")
    if name == "m":
        return _dated(parameters)
    if name in ("cat", "author"):
        keys = tuple(f"{root}/?{name}={value}" for root in roots)
        return Named(known_as=keys) if _NUMBER.fullmatch(value) else _NOTHING
    if name == "category_name":
        return Named(category=value) if _PATH.fullmatch(value) else _NOTHING
    if name in _SHAPED and _SLUG.fullmatch(value):
        page = _SHAPED[name].fill(value)
        return Named(listed=page) if name in _KEPT else Named(page=page)
    return _NOTHING


def _dated(parameters: Parameters) -> Named:
    given = {name for name in _DATED if _says(parameters, name)}
    if given == {"m"}:
        date = _DATE.fullmatch(parameters["m"])
        return date_page(date.groupdict(default="")) if date else _NOTHING
    return date_page(parameters) if given <= {"year", "monthnum", "day"} else _NOTHING


def date_page(parameters: Parameters) -> Named:
    """Of a year, a month of it, a day of that; of a month or a day alone there is no list."""
    parts = [parameters.get(name, "") for name in ("year", "monthnum", "day")]
    digits = [part.zfill(2) for part in parts if part]
    if not digits or any(parts[len(digits) :]) or not all(map(_NUMBER.fullmatch, digits)):
        return _NOTHING
    shape = (paths.YEAR, paths.MONTH, paths.DAY)[len(digits) - 1]
    page = shape.fill(*digits)
    return Named(page=page) if shape.matches(page) and _in_calendar(digits) else _NOTHING


def _in_calendar(digits: list[str]) -> bool:
    return all(1 <= int(part) <= most for part, most in zip(digits[1:], (12, 31), strict=False))
