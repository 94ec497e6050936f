"""Values as WordPress writes them: slugs, paths, terms."""

import re
from urllib.parse import unquote, urlsplit

from feeds.clean.text import one_line, slugify
from feeds.importers.wxr.xmltree import Node

_LONGEST_PATH = 1_000
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
