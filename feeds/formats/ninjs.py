"""IPTC ninjs 3.1, News in JSON: what partners' systems take in.

The standard knows single items alone. A feed of them is an item too, of the type `composite`, whose `associations` are its
entries: so the whole document is valid against the standard's schema, which has no room for anything else.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from feeds.document import Attachment, Category, DeletedItem, FeedDocument, FeedItem, Photo
from feeds.formats.base import with_extension
from feeds.formats.ids import entry_id, feed_id, is_iri
from feeds.formats.safe import safe_document, safe_item, summary_of, text_html
from feeds.licence import NAMESPACE
from feeds.urls import encode_path

Members = dict[str, Any]
"""A JSON object; members that are '', 0, None or empty are dropped by `_known`."""

STANDARD = {
    "name": "ninjs",
    "version": "3.1",
    "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#",
}
_TYPES = {"image": "picture", "audio": "audio", "video": "video", "text": "text"}
"""Of files, by the first part of their media type; any other is a `component`."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ASCII = "".join(map(chr, range(33, 127)))
"""What stays as it is where a URI is made of an IRI (RFC 3987, section 3.1)."""


class Ninjs:
    name = "ninjs"
    extension = ".ninjs"
    media_type = "application/json; charset=utf-8"
    """None is registered for it."""
    label = "ninjs"
    tells_withdrawals = True
    """By `pubStatus`."""

    def item(self, item: FeedItem) -> bytes:
        """An association, which has to have a name."""
        item = safe_item(item)
        return _dump({"name": item.title, **_members(item)})

    def feed(self, document: FeedDocument, items: Sequence[bytes]) -> bytes:
        document = safe_document(document)
        head = _dump(_head(document))
        gone = (_dump(_canceled(deleted)) for deleted in document.deleted)
        # One entry a line; an object's last byte is its brace.
        entries = b",".join(b"\n" + entry for entry in (*items, *gone))
        return b'%s,"associations":[%s\n]}\n' % (head[:-1], entries)

    def document(self, item: FeedItem, document: FeedDocument) -> bytes:
        """One entry as a document of its own, in the language and under the rights of the feed that it is an entry of."""
        item, document = safe_item(item), safe_document(document)
        of_feed = _known({"language": document.language, "copyrightNotice": document.rights, **_rights(document)})
        return _dump({"standard": STANDARD, **of_feed, **_members(item)}) + b"\n"


def _head(document: FeedDocument) -> Members:
    return {
        # The pages of a list are one feed, as in Atom; each is an item with associations of its own here.
        "uri": feed_id(document.feed_url),
        "standard": STANDARD,
        "type": "composite",
        "profile": "feed",
        "pubStatus": "usable",
        "version": _version(document.updated),
        "versionCreated": document.updated.isoformat(),
        "title": document.title,
        **_known(
            {
                "descriptions": _said("summary", document.description),
                "language": document.language,
                "copyrightNotice": document.rights,
                **_rights(document),
            }
        ),
        "renditions": list(_addresses(document)),
    }


def _addresses(document: FeedDocument) -> Iterator[Members]:
    own = (("self", document.feed_url), *document.paging.links)
    for name, url in own:
        yield _known({"name": name, "href": _uri(with_extension(url, Ninjs.extension)), "contentType": _JSON})
    yield _known({"name": "web", "href": _uri(document.page_url), "contentType": "text/html"})


_JSON = "application/json"


def _members(item: FeedItem) -> Members:
    """All of an entry but what it is called as an association."""
    versioned = item.versioned or item.modified or item.updated
    text = text_html(item)
    return {
        "uri": _identifier(item.guid),
        "type": "text",
        "representationType": "partial" if item.is_excerpt or not item.content_html.strip() else "full",
        "profile": "text-photo" if item.photo is not None else "text-only",
        "version": _version(versioned),
        "versionCreated": versioned.isoformat(),
        "contentCreated": item.published.isoformat(),
        "pubStatus": "withheld" if item.embargoed_until is not None else "usable",
        **_known({"embargoedUntil": _date(item.embargoed_until), "expires": _date(item.republish_until)}),
        "headlines": [{"role": "main", "contentType": "text/plain", "value": item.title}],
        **_known(
            {
                "descriptions": [
                    *_said("summary", summary_of(item)),
                    *(_said("correction", item.correction.text) if item.correction is not None else ()),
                ],
                "bodies": [{"role": "main", "contentType": "text/html", "value": text}] if text else [],
                "language": item.language,
                "by": ", ".join(author.name for author in item.authors),
                "located": item.dateline,
                "copyrightNotice": item.rights,
                "usageTerms": _usage_terms(item),
                "digitalSourceType": _source_type(item.digital_source_type),
                "infoSources": list(_sources(item)),
                "subjects": [_subject(category) for category in item.categories],
                "altIds": [{"role": "guid", "value": item.guid}] if item.guid else [],
                "renditions": [
                    _known({"name": name, "href": _uri(url), "contentType": "text/html"})
                    for name, url in (("web", item.url), ("canonical", item.canonical_url))
                    if url
                ],
                "associations": list(_associations(item)),
            }
        ),
    }


def _canceled(deleted: DeletedItem) -> Members:
    return {
        "name": deleted.guid,
        "uri": _identifier(deleted.guid),
        "version": _version(deleted.when),
        "versionCreated": deleted.when.isoformat(),
        "pubStatus": "canceled",
        "altIds": [{"role": "guid", "value": deleted.guid}],
    }


def _usage_terms(item: FeedItem) -> str:
    """In sentences: the standard has no other place for a credit."""
    sentences = []
    if item.credit_line:
        sentences.append(f"Credit: {item.credit_line}")
    if item.republish_until is not None:
        sentences.append(f"Not to be republished after {item.republish_until.isoformat()}")
    return "; ".join(sentences)


def _rights(document: FeedDocument) -> Members:
    url = _uri(document.licence_url)
    return {"rightsInfo": {"langId": NAMESPACE, "linkedRights": url} if url else None}


def _source_type(uri: str) -> Members | None:
    return {"uri": _uri(uri), "literal": uri.rpartition("/")[2]} if _uri(uri) else None


def _sources(item: FeedItem) -> Iterator[Members]:
    if item.agency is not None and item.agency.name:
        yield _known({"name": item.agency.name, "role": "source", "uri": _uri(item.agency.url)})
    for author in item.authors:
        yield _known({"name": author.name, "role": "creator", "uri": _uri(author.url)})


def _subject(category: Category) -> Members:
    page = _uri(category.scheme + encode_path(category.term) + "/") if category.scheme else ""
    return _known({"name": category.label, "uri": page, "literal": category.term})


def _associations(item: FeedItem) -> Iterator[Members]:
    if item.photo is not None and (uri := _uri(item.photo.url)):
        yield _picture(item.photo, uri)
    for attachment in item.attachments:
        if uri := _uri(attachment.url):
            yield _file(attachment, uri)
    if item.in_reply_to is not None:
        answered = item.in_reply_to
        yield {"name": answered.url, "rel": "in-reply-to", "uri": _identifier(answered.ref)}


def _picture(photo: Photo, uri: str) -> Members:
    rendition = {
        "name": "main",
        "href": uri,
        **_known(
            {
                "contentType": photo.type,
                "width": photo.width,
                "height": photo.height,
                "sizeInBytes": photo.length,
            }
        ),
    }
    return {
        "name": "photo",
        "rel": "main picture",
        "uri": uri,
        "type": "picture",
        **_known(
            {
                "descriptions": [*_said("caption", photo.caption), *_said("alt", photo.alt)],
                "by": photo.credit,
                "renditions": [rendition],
            }
        ),
    }


def _file(attachment: Attachment, uri: str) -> Members:
    rendition = {"name": "main", "href": uri, "contentType": attachment.type}
    return {
        "name": uri.partition("?")[0].rpartition("/")[2] or uri,
        "rel": "attachment",
        "uri": uri,
        "type": _TYPES.get(attachment.type.partition("/")[0].lower(), "component"),
        "renditions": [rendition | _known({"sizeInBytes": attachment.length, "duration": attachment.duration})],
    }


def _said(role: str, text: str) -> list[Members]:
    return [{"role": role, "contentType": "text/plain", "value": text}] if text else []


def _identifier(guid: str) -> str:
    return _uri(entry_id(guid))


def _uri(iri: str) -> str:
    """In ASCII; '' of what is no absolute IRI."""
    return quote(iri, safe=_ASCII) if is_iri(iri) else ""


def _version(at: datetime) -> str:
    """A number that grows with each version: microseconds since 1970. The count of edits would not do: of some, no reader sees
    anything.
    """
    return str((at - _EPOCH) // timedelta(microseconds=1))


def _date(at: datetime | None) -> str:
    return at.isoformat() if at is not None else ""


def _known(members: Members) -> Members:
    return {name: value for name, value in members.items() if value}


def _dump(members: Members) -> bytes:
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()
