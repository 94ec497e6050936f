"""JSON Feed 1.1. What it has no member for stands in `_dateline` objects."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from feeds.document import FeedDocument, FeedItem, InReplyTo, Person, Photo, Replies
from feeds.formats.base import with_extension
from feeds.formats.safe import lacks_author, safe_document, safe_item, summary_of, text_html

Members = dict[str, Any]
"""A JSON object; members that are '', 0, None or empty are dropped by `_known`."""

_ABOUT = (
    "When the feed last changed, its rights and the entries that left it; of an entry, its comments, the agency it"
    " comes from, its dateline, its rights, its photo, and what it replies to."
)


class JsonFeed:
    name = "json"
    extension = ".json"
    media_type = "application/feed+json; charset=utf-8"
    """JSON knows no charset; the parameter is for clients that would otherwise guess one (RFC 8259, section 11)."""
    label = "JSON Feed"
    tells_withdrawals = False
    """No reader knows of `deleted` in `_dateline`."""

    def item(self, item: FeedItem) -> bytes:
        item = safe_item(item)
        summary = summary_of(item)
        members = {
            "id": item.guid,
            "url": item.url,
            "title": item.title,
            # One of the two has to be there.
            **({"content_html": text} if (text := text_html(item)) else {"content_text": summary}),
            **_known(
                {
                    "summary": summary,
                    "image": item.photo.url if item.photo else "",
                    "date_published": item.published.isoformat(),
                    "date_modified": (item.modified or item.updated).isoformat(),
                    "authors": [_person(author) for author in item.authors],
                    "tags": list(dict.fromkeys(category.label for category in item.categories)),
                    "language": item.language,
                    "attachments": [
                        {"url": attachment.url, "mime_type": attachment.type}
                        | _known({"size_in_bytes": attachment.length, "duration_in_seconds": attachment.duration})
                        for attachment in item.attachments
                    ],
                    "_dateline": self._item_extension(item),
                }
            ),
        }
        return _dump(members)

    def feed(self, document: FeedDocument, items: Sequence[bytes]) -> bytes:
        names_author = lacks_author(document)
        document = safe_document(document)
        members = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": document.title,
            **_known(
                {
                    "home_page_url": document.page_url,
                    "feed_url": with_extension(document.feed_url, self.extension),
                    "next_url": with_extension(document.paging.next, self.extension) if document.paging.next else "",
                    "description": document.description,
                    "user_comment": document.note,
                    "icon": document.icon_url,
                    "authors": [{"name": document.title, "url": document.page_url}] if names_author else [],
                    "language": document.language,
                    "hubs": [{"type": "WebSub", "url": hub} for hub in document.hubs],
                    "_dateline": _feed_extension(document),
                }
            ),
        }
        # One entry a line; an object's last byte is its brace.
        return b'%s,"items":[%s\n]}\n' % (_dump(members)[:-1], b",".join(b"\n" + item for item in items))

    def _item_extension(self, item: FeedItem) -> Members:
        return _known(
            {
                "comments": self._replies(item.replies) if item.replies else None,
                "source": _known({"name": item.agency.name, "url": item.agency.url}) if item.agency else None,
                "dateline": item.dateline,
                "rights": item.rights,
                "image": _photo(item.photo) if item.photo else None,
                "in_reply_to": self._in_reply_to(item.in_reply_to) if item.in_reply_to else None,
                # Not as `external_url`, which readers open in the place of our own.
                "canonical_url": item.canonical_url,
                "digital_source_type": item.digital_source_type,
                "credit_line": item.credit_line,
                "embargoed_until": _date(item.embargoed_until),
                "republish_until": _date(item.republish_until),
            }
        )

    def _replies(self, replies: Replies) -> Members:
        return {
            "count": replies.count,
            "url": f"{replies.page_url}#comments",
            "feed_url": with_extension(replies.feed_url, self.extension),
        } | _known({"updated": replies.updated.isoformat() if replies.updated else ""})

    def _in_reply_to(self, answered: InReplyTo) -> Members:
        return {
            "id": answered.ref,
            "url": answered.url,
            "feed_url": with_extension(answered.feed_url, self.extension),
        }


def _feed_extension(document: FeedDocument) -> Members:
    return _known(
        {
            "about": _ABOUT,
            "updated": document.updated.isoformat(),
            "rights": document.rights,
            "license": document.licence_url,
            "deleted": [{"id": deleted.guid, "when": deleted.when.isoformat()} for deleted in document.deleted],
        }
    )


def _person(person: Person) -> Members:
    return _known({"name": person.name, "url": person.url})


def _photo(photo: Photo) -> Members:
    return _known(
        {
            "mime_type": photo.type,
            "size_in_bytes": photo.length,
            "width": photo.width,
            "height": photo.height,
            "alt": photo.alt,
            "caption": photo.caption,
            "credit": photo.credit,
        }
    )


def _date(at: datetime | None) -> str:
    return at.isoformat() if at is not None else ""


def _known(members: Members) -> Members:
    return {name: value for name, value in members.items() if value}


def _dump(members: Members) -> bytes:
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()
