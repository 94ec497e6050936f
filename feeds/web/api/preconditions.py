"""Entity tags of articles and comments, and the versions that If-Match names."""

import re

from starlette.requests import Request

from feeds.http.headers import field_value
from storage.model import Article, Comment

_ENTITY_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
_VERSION = re.compile(r"([1-9][0-9]{0,17})(?:[-;]gzip)?")
"""A tag of ours, and what some proxies append to the tag of an answer that they compress."""


def etag(kept: Article | Comment) -> str:
    """Strong: what is at one version has one representation."""
    return f'"{kept.version}"'


def if_match(request: Request) -> frozenset[int] | None:
    """The versions at which the request may be done; None for any (RFC 9110, section 13.1.1: strong comparison).

    A tag that is not one of ours matches no version.
    """
    value = field_value(request.headers, "if-match")
    if value is None or value.strip() == "*":
        return None
    tags = (_VERSION.fullmatch(tag) for weak, tag in _ENTITY_TAG.findall(value) if not weak)
    return frozenset(int(tag[1]) for tag in tags if tag)
