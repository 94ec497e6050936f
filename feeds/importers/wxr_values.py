"""Values as WordPress writes them: numbers, dates, slugs, terms."""

import re
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from feeds.fields import web_url
from feeds.importers.xmltree import Node
from feeds.text import one_line, slugify

_LARGEST_ID = 2**53
_LONGEST_PATH = 1_000
_LANGUAGE = re.compile(r"[a-z]{1,8}(-[a-z0-9]{1,8})*", re.I)
_NOT_IN_NICENAME = re.compile(r"[^\w\s.-]+")
_NICENAME_GAP = re.compile(r"[\s.-]+")


def number(text: str) -> int:
    """An id or a length; 0 for what is none."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 17 and int(text) <= _LARGEST_ID else 0


def instant(gmt: str, local: str, zone: ZoneInfo) -> datetime | None:
    """The moment in UTC: from the date in GMT, else from the one on the site's clocks. WordPress writes zeros for none."""
    for text, its_zone in ((gmt, UTC), (local, zone)):
        try:
            moment = datetime.fromisoformat(text.strip())
            moment = moment.replace(tzinfo=moment.tzinfo or its_zone).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
        if 1000 <= moment.year < 9999:
            return moment
    return None


def nicename(login: str) -> str:
    """The slug that WordPress makes of a login: 'zoe.tan' is 'zoe-tan', 'j_doe@x' is 'j_doex'."""
    kept = _NICENAME_GAP.sub("-", _NOT_IN_NICENAME.sub("", login[:50].lower())).strip("-")
    return kept if kept.isascii() else slugify(kept)


def path_of(url: str) -> str:
    """The path of an address, decoded, with its last slash; '' for one that only has a query, or none."""
    try:
        path = unquote(urlsplit(url.strip()).path)
    except ValueError:
        return ""
    path = "/" + one_line(path).strip("/")
    return "" if path == "/" or len(path) > _LONGEST_PATH else path + "/"


def language_tag(text: str) -> str:
    """A language tag (RFC 5646); '' for what is none."""
    tag = text.strip().replace("_", "-")
    return tag if len(tag) <= 35 and _LANGUAGE.fullmatch(tag) else ""


def web_address(url: str) -> str:
    """An http or https address, percent-encoded; '' for what is none."""
    try:
        return web_url(url.strip().replace(" ", "%20"))
    except ValueError:
        return ""


def host_of(url: str) -> str:
    """Host and port of an address; '' if it has none."""
    try:
        return urlsplit(url.strip()).netloc
    except ValueError:
        return ""


def terms(item: Node, taxonomy: str) -> list[tuple[str, str]]:
    """(slug, name) of an item's terms, as WordPress lists them: by name."""
    return [
        (node.attributes.get("nicename", ""), node.text)
        for node in item.children
        if node.name == "category" and node.attributes.get("domain") == taxonomy
    ]


def meta(item: Node, key: str) -> list[str]:
    """The values of an item's custom field."""
    return [
        node.get("wp:meta_value")
        for node in item.children
        if node.name == "wp:postmeta" and node.get("wp:meta_key") == key
    ]
