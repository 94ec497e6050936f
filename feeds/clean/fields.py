"""Fields from outside: the types they are checked and cleaned by, and one way to name all that is wrong with them.

Lengths are in characters, of the text as it was sent.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, TypeVar
from urllib.parse import quote, urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from feeds.clean.source_types import source_type
from feeds.clean.text import one_line, xml_safe
from feeds.described import Described
from feeds.origins import with_ascii_host
from feeds.wording import marked, saying
from storage.errors import Invalid

MAX_INTEGER = 2**63 - 1
"""The largest id, version or sequence a store can keep."""

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_URL_SAFE = "%/:?#[]@!$&'()*+,;=~"
_NOT_IN_URL = re.compile(r'[\s<>"\\^`{|}]')
_MEDIA_TYPE = r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*"
_SENTENCES = {
    "missing": marked("This field is required"),
    "extra_forbidden": "There is no such field",
    "model_type": "Input should be an object",
    "string_too_short": marked("This field is required"),
    "string_too_long": marked("Use at most %(max_length)s characters"),
    "int_type": marked("Give a whole number"),
    "int_parsing": marked("Give a whole number"),
}
"""Ours, where pydantic's is no sentence for people: readers meet them in the reply form."""

M = TypeVar("M", bound=BaseModel)


class Fields(Described):
    """Base of what is sent to us: no coercion, no unknown fields, docstrings as descriptions, no values in errors."""

    model_config = ConfigDict(strict=True, extra="forbid", hide_input_in_errors=True)


def read(model: type[M], data: Mapping[str, object], known: object = None) -> M:
    """The fields, checked and cleaned. `known` is what validators find as their context.

    Raises Invalid with every wrong field at once, up to Invalid.NAMED, by its dotted path: 'authors.0.name'.
    """
    try:
        return model.model_validate(data, context=known)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
    named = faults[: Invalid.NAMED]
    # Outside of the except block: the values must not travel along as the cause.
    raise Invalid({_path(fault): _sentence(fault) for fault in named}, more=len(faults) - len(named))


_LONGEST_PATH = 200
"""Characters: the names of fields that there are not are whatever was sent."""


def _path(fault: ErrorDetails) -> str:
    path = ".".join(map(str, fault["loc"]))
    return path if len(path) <= _LONGEST_PATH else f"{path[: _LONGEST_PATH - 1]}…"


def _sentence(fault: ErrorDetails) -> str:
    sentence = _SENTENCES.get(fault["type"])
    return saying(sentence, **fault.get("ctx", {})) if sentence else fault["msg"].removeprefix("Value error, ")


def legible(text: str) -> bool:
    """Whether there is anything to see: not only spaces, controls and characters without a width."""
    return any(unicodedata.category(char)[0] not in "ZC" for char in text)


def words(text: str) -> str:
    """One line. Raises ValueError if nothing of it can be seen."""
    line = one_line(text)
    if not legible(line):
        raise ValueError(saying("Write something that can be read"))
    return line


def _lines(text: str) -> str:
    return xml_safe(text).strip()


def _blank(text: str | None) -> str:
    return text or ""


def web_url(url: str) -> str:
    """An absolute http or https URL, percent-encoded, its host in ASCII. Raises ValueError for anything else."""
    url = xml_safe(url).strip()
    try:
        parts = urlsplit(url)
        plain = with_ascii_host(url)
    except ValueError:
        plain = ""
    # A name before the host only serves to make a link read as another.
    if not plain or parts.scheme not in ("http", "https") or parts.username is not None or _NOT_IN_URL.search(url):
        raise ValueError(saying("Give an absolute URL, as in https://news.example/page"))
    return quote(plain, safe=_URL_SAFE)


def file_url(url: str) -> str:
    """As web_url, or a path on this site, percent-encoded. Raises ValueError for anything else."""
    path = xml_safe(url).strip()
    if path.startswith("/") and not path.startswith("//") and not _NOT_IN_URL.search(path):
        return quote(path, safe=_URL_SAFE)
    try:
        return web_url(url)
    except ValueError:
        raise ValueError("Give an absolute URL, or a path on this site that starts with '/'") from None


def optional_file_url(url: str | None) -> str:
    """As file_url, or ''."""
    return file_url(url) if url else ""


def optional_url(url: str | None) -> str:
    """As web_url, or ''."""
    return web_url(url) if url else ""


def instant(value: object) -> object:
    """An RFC 3339 date-time with its offset, in UTC. Raises ValueError for a string that is none."""
    if not isinstance(value, str):
        return value
    text = value.upper()
    try:
        if not _RFC3339.fullmatch(text):
            raise ValueError
        at = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("Give a date and time with its offset (RFC 3339), as in 2023-03-22T10:30:00+01:00") from None
    # Paths and feeds write years with four digits; a day is left for the newsroom's own offset.
    if not 1000 < at.year < 9999:
        raise ValueError("Give a year between 1001 and 9998")
    return at


MAX_WORDS, MAX_LINE, MAX_TEXT = 500, 2_000, 20_000

Words = Annotated[str, Field(min_length=1, max_length=MAX_WORDS), AfterValidator(words)]
"""A headline, a name: one line that can be read."""
Line = Annotated[Annotated[str, Field(max_length=MAX_LINE), AfterValidator(one_line)] | None, AfterValidator(_blank)]
"""One line, or nothing."""
Text = Annotated[Annotated[str, Field(max_length=MAX_TEXT), AfterValidator(_lines)] | None, AfterValidator(_blank)]
"""Plain text of several lines, or nothing."""
WebUrl = Annotated[Annotated[str, Field(max_length=2_000)] | None, AfterValidator(optional_url)]
"""An absolute http or https URL, or nothing."""
FileUrl = Annotated[str, Field(min_length=1, max_length=2_000), AfterValidator(file_url)]
"""An absolute http or https URL, or a path on this site."""
OptionalFileUrl = Annotated[Annotated[str, Field(max_length=2_000)] | None, AfterValidator(optional_file_url)]
"""As FileUrl, or nothing."""
MediaType = Annotated[str, Field(max_length=127, pattern=rf"^{_MEDIA_TYPE}$")]
OptionalMediaType = Annotated[str, Field(max_length=127, pattern=rf"^({_MEDIA_TYPE})?$")]
Language = Annotated[
    Annotated[str, Field(max_length=35, pattern=r"^([A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*)?$")] | None,
    AfterValidator(_blank),
]
"""A language tag (RFC 5646), or nothing."""
SourceType = Annotated[
    Annotated[str, Field(max_length=200)] | None, AfterValidator(lambda text: source_type(text or ""))
]
"""A term of IPTC's digital source types, as its URI, or nothing."""
Instant = Annotated[datetime, BeforeValidator(instant)]
Count = Annotated[int, Field(ge=0, le=2**53 - 1)]
"""Bytes, pixels, seconds; 0 = unknown."""
Id = Annotated[int, Field(ge=1, le=MAX_INTEGER)]
