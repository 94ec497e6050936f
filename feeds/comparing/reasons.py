"""Why a subscriber would notice: a code for programs and a sentence for people, each; docs/moving.md says what to do."""

from enum import StrEnum


class Why(StrEnum):
    """What became of an entry or a feed."""

    # Shown as new.
    ANOTHER_ID = "another-id"
    LONGER = "feed-is-longer"
    ADDED = "added"
    # Missing.
    SHORTER = "feed-is-shorter"
    WITHDRAWN = "withdrawn"
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PENDING = "comment-pending"
    SPAM = "comment-spam"
    TRASH = "comment-trash"
    ON_PAGE = "comment-on-a-page"
    ELSEWHERE = "not-in-this-list"
    NEWER = "newer-than-the-import"
    NOT_IMPORTED = "not-imported"
    # A whole feed.
    GONE = "feed-withdrawn"
    UNKNOWN = "feed-unknown"
    NO_FEED = "no-feed"
    UNREAD_HERE = "not-read-here"
    UNREAD_THERE = "not-read-there"


SENTENCES = {
    Why.ANOTHER_ID: "readers know it by another id",
    Why.LONGER: "older than all that the old feed shows",
    Why.ADDED: "the old feed does not have it",
    Why.SHORTER: "older than all that this feed shows",
    Why.WITHDRAWN: "withdrawn here",
    Why.DRAFT: "a draft here",
    Why.SCHEDULED: "not published yet here",
    Why.PENDING: "waits for a moderator here",
    Why.SPAM: "spam here",
    Why.TRASH: "in the trash here",
    Why.ON_PAGE: "comments on pages are not carried over",
    Why.ELSEWHERE: "here, but not in this list",
    Why.NEWER: "newer than the import",
    Why.NOT_IMPORTED: "not imported",
    Why.GONE: "withdrawn here (410)",
    Why.UNKNOWN: "nothing here has this address (404)",
    Why.NO_FEED: "what is here is no feed",
    Why.UNREAD_HERE: "cannot be read here",
    Why.UNREAD_THERE: "cannot be read there",
}


class Differs(StrEnum):
    """What of an entry that is in both feeds is not the same. Few readers show that."""

    TITLE = "title"
    DATE = "date"
    LINK = "link"
