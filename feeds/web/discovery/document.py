"""What a document for machines is: a representation like a feed, made from one call of the store, or a few."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from html import escape

from feeds.clean.text import xml_safe
from feeds.http.representation import Fields
from feeds.kinds.base import Params
from feeds.site import SiteState
from feeds.validity import LASTING, Validity
from storage.model import Snapshot

XML = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document before it is kept: the same inputs give the same bytes. Its fields mean what a Page's do."""

    body: bytes
    media_type: str
    snapshot: Snapshot
    validity: Validity = LASTING
    max_age: int | None = None
    """Seconds; None is what the newsroom decided for feeds."""
    fields: Fields = ()


DocumentBuilder = Callable[[SiteState, Params, datetime], Awaitable[Document]]
"""Builds the document of a path's parameters as it is at an instant. Raises NotFound (404); of oEmbed as `build_oembed` does."""


def escaped(text: str) -> str:
    """For XML, as text or in an attribute."""
    return escape(xml_safe(text))
