"""What feeds are called."""

from feeds.kinds.base import Publication
from feeds.wording import Wording


def feed_title(name: str, publication: Publication) -> str:
    """Of the feed of a section, a tag or an author."""
    return f"{name} – {publication.title}"


def comments_title(title: str, wording: Wording) -> str:
    """Of the comments on what has a feed of this title."""
    return wording.gettext("Comments for %(title)s", title=title)


def comments_on(headline: str, wording: Wording) -> str:
    """Of the comments on one article."""
    return wording.gettext("Comments on: %(headline)s", headline=headline)


def replies_title(publication: Publication) -> str:
    """Of the feed of replies to one's own comments."""
    return feed_title(publication.wording.gettext("Replies to your comments"), publication)
