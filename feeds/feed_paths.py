"""How the addresses of feeds are made, ours and WordPress's, told by their shape alone."""

from urllib.parse import parse_qsl

from feeds import paths
from feeds.wordpress.tails import names_feed


def asks_for_feed(path: str, query: bytes) -> bool:
    """Whether a decoded path and its query are made as those of a feed are, ours or WordPress's, whatever the format, and whatever
    site it was that the path was of.
    """
    if paths.split_feed_path(path) or names_feed(path):
        return True
    return bool(dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True)).get("feed"))
