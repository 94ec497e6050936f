"""What feeds are called."""

from feeds.kinds.base import Publication


def feed_title(name: str, publication: Publication) -> str:
    """Of the feed of a section, a tag or an author."""
    return f"{name} – {publication.title}"


def comments_title(title: str) -> str:
    """Of the comments on what has a feed of this title."""
    return f"Comments for {title}"
