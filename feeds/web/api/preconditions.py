"""Entity tags of articles, comments, pages and partners, and the versions that If-Match names."""

import re

from starlette.requests import Request

from feeds.http.conditional import entity_tags
from feeds.http.headers import field_value
from storage.model import Article, Comment, Page, Partner

_VERSION = re.compile('"([1-9][0-9]{0,17})"')
"""A tag of ours."""


def etag(kept: Article | Comment | Page | Partner) -> str:
    """Strong: what is at one version has one representation."""
    return f'"{kept.version}"'


def if_match(request: Request) -> frozenset[int] | None:
    """The versions at which the request may be done; None for any (RFC 9110, section 13.1.1: strong comparison).

    A tag that is not one of ours matches no version.
    """
    value = field_value(request.headers, "if-match")
    if value is None or value.strip() == "*":
        return None
    tags = (_VERSION.fullmatch(tag.as_given) for tag in entity_tags(value) if not tag.weak)
    return frozenset(int(tag[1]) for tag in tags if tag)
