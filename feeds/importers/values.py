"""Values that files of several kinds hold: numbers, dates, addresses."""

import re
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from feeds.clean.fields import web_url
from feeds.media_types import media_type

TERMS_OF_USE = ("digital_source_type", "credit_line", "republish_until")
"""Fields of articles of which no export of another system says anything."""

_LARGEST = 2**53
_LONGEST_URL = 2_000
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,60}", re.I)
_LANGUAGE = re.compile(r"(?:[a-z]{2,3}|[ix](?=-))(?:-[a-z0-9]{1,8})*", re.I)
"""No language has a longer code (RFC 5646, 2.2.1): 'English' is none."""


def number(text: str) -> int:
    """An id or a length; 0 for what is none."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 17 and int(text) <= _LARGEST else 0


def instant(gmt: str, local: str, zone: ZoneInfo) -> datetime | None:
    """The moment in UTC: from the date in GMT, else from the one on the site's clocks; None of what is no date, as zeros."""
    for text, its_zone in ((gmt, UTC), (local, zone)):
        try:
            moment = datetime.fromisoformat(text.strip())
            moment = moment.replace(tzinfo=moment.tzinfo or its_zone).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
        if 1000 <= moment.year < 9999:
            return moment
    return None


def language_tag(text: str) -> str:
    """A language tag (RFC 5646); '' for what is none."""
    tag = text.strip().replace("_", "-")
    return tag if len(tag) <= 35 and _LANGUAGE.fullmatch(tag) else ""


def foreign(tag: str, ours: str) -> str:
    """A language tag where it is another language than the newsroom's, else '': 'en-US' within 'en' is no other."""
    return "" if tag.lower().partition("-")[0] == ours.lower().partition("-")[0] else tag


def web_url_or_empty(url: str) -> str:
    """An http or https address, percent-encoded; '' for what is none."""
    try:
        return web_url(url.strip().replace(" ", "%20"))
    except ValueError:
        return ""


def resolved(url: str, base: str) -> str:
    """As web_url_or_empty, of an address that may be relative to `base` (RFC 3986, section 5)."""
    try:
        return web_url_or_empty(urljoin(base, url.strip())) if 0 < len(url) <= _LONGEST_URL else ""
    except ValueError:
        return ""


_OF_ANY_FILE = frozenset(
    f"{kind}/{name}"
    for kind in ("application", "binary")
    for name in ("octet-stream", "download", "x-download", "force-download")
)


def type_of(written: str, url: str) -> str:
    """The media type of a file, without parameters: as it is written, else by its name; '' for one unknown. Types of any file, with
    which servers have it kept rather than shown, say nothing.
    """
    kind = written.partition(";")[0].strip()
    said = kind if _MEDIA_TYPE.fullmatch(kind) else ""
    named = "" if said and said.lower() not in _OF_ANY_FILE else media_type(urlsplit(url).path)
    return named or said
