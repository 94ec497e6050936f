"""Entries as episodes, and lists of articles as podcasts."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from feeds.document import Attachment, Episode, FeedItem, Photo, Podcast
from feeds.kinds.base import Publication
from storage.model import Enclosure

_FILM = "video/"
_PLAYED = ("audio/", _FILM)
_TRANSCRIPTS = {"json": "application/json", "srt": "application/x-subrip", "txt": "text/plain", "vtt": "text/vtt"}
"""Media types of transcripts, by the extensions of their files; what has another is a page."""
_COVERS = ("image/jpeg", "image/png")
_LEAST, _MOST = 1400, 3000
"""Pixels of a side of a cover."""


def is_played(type: str) -> bool:
    """Whether a file of a media type is sound or film."""
    return type.lower().startswith(_PLAYED)


def episode_of(
    attachments: Sequence[tuple[Enclosure, Attachment]], photo: Photo | None, publication: Publication
) -> tuple[tuple[Attachment, ...], Episode | None]:
    """An article's files, and the episode that it is: then the sound or film that is listed first is the first of them."""
    files = tuple([file for _, file in attachments])
    if publication.podcasts is None:
        return files, None
    found = next(((kept, file) for kept, file in attachments if is_played(file.type)), None)
    if found is None:
        return files, None
    kept, played = found
    urls = publication.urls
    transcript = urls.absolute(kept.transcript)
    episode = Episode(
        number=kept.episode,
        season=kept.season,
        type=kept.episode_type,
        explicit=kept.explicit,
        transcript_url=transcript,
        transcript_type=_transcript_type(transcript) if transcript else "",
        chapters_url=urls.absolute(kept.chapters),
        image_url=photo.url if photo is not None and _is_cover(photo) else "",
    )
    return (played, *(file for file in files if file is not played)), episode


def podcast_of(publication: Publication, page: str, items: Sequence[FeedItem]) -> Podcast | None:
    """The podcast that the feed of a page is, unencoded. One that the newsroom named is one always, any other while it shows an
    episode.
    """
    podcasts = publication.podcasts
    if podcasts is None or not podcasts.may_be(page):
        return None
    episodes = [item for item in items if item.episode is not None]
    if not episodes and not podcasts.is_named(page):
        return None
    # Whoever it is read by, it is one.
    public = replace(publication.urls, prefix="")
    return Podcast(
        guid=podcasts.guid(page, public.feed(page, ".rss")),
        author=publication.title,
        owner=podcasts.owner,
        image_url=podcasts.image_url,
        categories=podcasts.categories,
        explicit=podcasts.explicit,
        serial=podcasts.serial,
        locked=podcasts.locked,
        is_film=bool(episodes) and all(item.attachments[0].type.lower().startswith(_FILM) for item in episodes),
    )


def _is_cover(photo: Photo) -> bool:
    """Whether directories take a picture for an episode's: square, of a size between two."""
    return photo.type in _COVERS and photo.width == photo.height and _LEAST <= photo.width <= _MOST


def _transcript_type(url: str) -> str:
    return _TRANSCRIPTS.get(urlsplit(url).path.rpartition(".")[2].lower(), "text/html")
