"""Values as WordPress writes them: slugs, paths, custom fields."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote, urlsplit

from feeds.clean.text import one_line, slugify
from feeds.importers.wxr.xmltree import Node

_SHOWN_FILES = frozenset({"", "inherit", "publish"})
"""States of attachments: WordPress's own, and what other software writes."""
_LONGEST_PATH = 1_000
_LONGEST_FIELD = 60
"""Characters of its name."""
_NOT_IN_NICENAME = re.compile(r"[^\w\s.-]+")
_NICENAME_GAP = re.compile(r"[\s.-]+")


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


def host_of(url: str) -> str:
    """Host and port of an address; '' if it has none."""
    try:
        return urlsplit(url.strip()).netloc
    except ValueError:
        return ""


def meta(item: Node, key: str) -> list[str]:
    """The values of an item's custom field, without the blanks that a program puts around them which lays out XML."""
    return fields_of(item).get(key, [])


def fields_of(item: Node) -> Mapping[str, list[str]]:
    """The same of all its fields, by their names. Some forty are asked for of each article."""
    if item.listed is None:
        item.listed = {}
        for node in item.children:
            if node.name == "wp:postmeta":
                item.listed.setdefault(node.get("wp:meta_key").strip(), []).append(node.get("wp:meta_value").strip())
    return item.listed


def is_shown_file(item: Node) -> bool:
    """Whether articles show an attachment. WordPress shows none that is private or in the trash, in galleries or by itself."""
    return item.get("wp:status").strip() in _SHOWN_FILES


def is_protected(item: Node) -> bool:
    """Whether it has a password. Blanks with a line feed are none, but what programs write between tags that lay out XML: no field
    of a form holds one.
    """
    password = item.get("wp:post_password")
    return bool(password) and not (password.isspace() and "\n" in password)


def own_fields(item: Node) -> list[str]:
    """The names of an item's custom fields that editors see; those of WordPress and of plugins begin with '_', and are not seen but
    for a few that hold what readers saw.
    """
    fields = (node for node in item.children if node.name == "wp:postmeta")
    keys = ((node.get("wp:meta_key").strip(), node.get("wp:meta_value")) for node in fields)
    return [
        key[:_LONGEST_FIELD] for key, value in keys if key and (key[0] != "_" or (value.strip() and _is_shown(key)))
    ]


def _is_shown(key: str) -> bool:
    """Of a post's format, the film or the sound above it (Post Formats and many themes); Newspack's bylines."""
    return key.startswith("_format_") or key == "_newspack_byline"


def query_of(url: str) -> dict[str, str]:
    """The parameters of an address, decoded; the last of each name."""
    try:
        return dict(parse_qsl(urlsplit(url.strip()[:_LONGEST_PATH]).query, max_num_fields=100))
    except ValueError:
        return {}
