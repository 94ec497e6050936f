"""An article's files, as its page shows them."""

from dataclasses import dataclass
from html import escape

from feeds.kinds.base import Publication
from feeds.kinds.items import SHOWN
from storage.model import Article


@dataclass(frozen=True, slots=True)
class File:
    url: str
    type: str
    name: str
    player: str
    """'audio' or 'video'; '' of one that the page does not play, or that the body plays."""


def files_of(article: Article, body: str, site: Publication) -> tuple[File, ...]:
    """`body` as the page shows it."""
    return tuple(
        File(
            url=enclosure.url,
            type=enclosure.type,
            name=enclosure.url.rpartition("/")[2] or enclosure.url,
            player="" if f'="{escape(site.urls.absolute(enclosure.url))}"' in body else _player(enclosure.type),
        )
        for enclosure in article.enclosures[:SHOWN]
    )


def _player(media_type: str) -> str:
    kind = media_type.partition("/")[0].strip().lower()
    return kind if kind in ("audio", "video") else ""
