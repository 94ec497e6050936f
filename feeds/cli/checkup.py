"""`dateline check`: what is wrong with the settings and the store, in one line each."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from urllib.parse import urlsplit

from feeds.cli.store import media_notes
from feeds.database import open_site_store
from feeds.formats import FORMATS
from feeds.kinds.base import Publication
from feeds.kinds.items import article_items, comment_items
from feeds.settings import Settings, SettingsError, port_fault
from storage.connect import exposed_file
from storage.errors import Unavailable
from storage.omissions import Name, sift
from storage.protocol import Articles, Partners, Store
from storage.scopes import COMMENTS, HOME, SITE

_RECENT = 100
"""Articles whose day is looked at."""
_RENDERED = 1000
"""Public articles, and as many comments, that are rendered; every row is read."""


@dataclass(frozen=True, slots=True)
class Findings:
    """`faults` have to be mended; `notes` may be what the operator wants. One line each."""

    faults: tuple[str, ...]
    notes: tuple[str, ...]


async def check_up(settings: Settings) -> Findings:
    """Look at the settings, the media folder and the store. Changes nothing. Raises SettingsError for a store of no known kind."""
    notes = [*_base_url_notes(settings), *media_notes(settings), *_unused_notes(settings)]
    faults = [*_media_faults(settings.media_dir), *filter(None, [port_fault()])]
    try:
        store = await open_site_store(settings)
    except ValueError as error:
        raise SettingsError(str(error)) from None
    except Unavailable as error:
        faults.append(str(error))
    else:
        try:
            faults += await store.check()
            notes += _exposure_notes(settings.database_url)
            faults += await _unshown(store, settings)
            notes += await _day_notes(store, settings)
            notes += await _silence_notes(store)
        except Unavailable as error:
            faults.append(str(error))
        finally:
            await store.close()
    return Findings(tuple(faults), tuple(notes))


def _base_url_notes(settings: Settings) -> Sequence[str]:
    parts = urlsplit(settings.base_url)
    if parts.hostname in ("127.0.0.1", "::1", "localhost"):
        return [f"DATELINE_BASE_URL is {settings.base_url}: set it to the address by which readers reach the site"]
    if parts.scheme == "http":
        return [f"DATELINE_BASE_URL is {settings.base_url}: links will not use https"]
    return []


def _unused_notes(settings: Settings) -> Sequence[str]:
    """What only a server has a use for."""
    if not settings.database_url.startswith("sqlite:"):
        return []
    unused = [name for name in ("direct_url", "read_url", "pooled") if getattr(settings, f"database_{name}")]
    return [
        f"DATELINE_DATABASE_{name.upper()} is set, which only PostgreSQL has a use for: the newsroom is in an embedded database"
        for name in unused
    ]


def _exposure_notes(database_url: str) -> Sequence[str]:
    """What an earlier version made, or an operator meant to share: it is theirs to change."""
    path = exposed_file(database_url)
    return (
        [f"other users of this machine may read the emails in {path}: `chmod 600 {quote(path)}*` ends that"]
        if path
        else []
    )


def _media_faults(folder: Path) -> Sequence[str]:
    """A folder that is not there yet is made when it is needed: then its nearest ancestor has to be writable."""
    if folder.exists() and not folder.is_dir():
        return [f"DATELINE_MEDIA_DIR is {folder}, which is a file: name a folder"]
    nearest = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
    if not os.access(nearest, os.W_OK | os.X_OK):
        return [
            f"DATELINE_MEDIA_DIR is {folder}, which cannot be written: give this user the right to, or name another"
        ]
    return []


async def _day_notes(store: Articles, settings: Settings) -> Sequence[str]:
    """The day in an article's path was fixed under the time zone of then."""
    moved = sum(
        article.published_at is not None and article.day != article.published_at.astimezone(settings.zone).date()
        for article in await store.list_articles(limit=_RECENT)
    )
    if not moved:
        return []
    return [f"DATELINE_TIMEZONE is {settings.timezone}, but {moved} of the newest articles lie on another day there"]


async def _silence_notes(store: Partners) -> Sequence[str]:
    silent = await store.silent_partners()
    return [
        f"the partner {one.name} has not been here since {silent[one.id]:%Y-%m-%d %H:%M} UTC"
        for one in (await store.list_partners() if silent else ())
        if one.id in silent
    ]


async def _unshown(store: Store, settings: Settings) -> Sequence[str]:
    """The newest public articles and comments that can be read, but not rendered in every format."""
    publication = Publication.of(settings, (await store.get_site()).created_at)
    articles = await store.read_articles(HOME, limit=_RENDERED, also=(SITE,))
    comments = await store.read_comments(COMMENTS, limit=_RENDERED, also=(SITE,))
    site = articles.snapshot.scopes[SITE].version
    of_articles, faults = article_items(
        articles.articles, sections=articles.sections, site_version=site, publication=publication
    )
    of_comments, further = comment_items(
        comments.comments, publication=publication, site_version=site, of_one_article=False
    )
    left_out = [*faults, *further]
    for item in (*of_articles, *of_comments):
        for format in FORMATS.values():
            _, found = sift([item], format.item, lambda item: Name(item.subject, item.id, item.seq))
            left_out += found
    named = dict.fromkeys((one.name, one.why) for one in left_out)
    return [f"The {name} is left out of lists: {why}." for name, why in named]
