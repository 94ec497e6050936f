"""An entry's photo: the right one of several pictures, and of several sizes of one."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from feeds.importers.bylines import beside_email
from feeds.importers.feeds.things import Thing, get_text, get_thing, get_things
from feeds.importers.markup import text
from feeds.importers.values import number, resolved, type_of
from storage.model import Enclosure, Image

_AVATAR_HOST = re.compile(r"(?:^|\.)(?:gravatar\.com|libravatar\.org)$|^avatars?[\d-]*\.")
_MAYBE_AVATAR = re.compile(r"/(?:gr)?avatars?(?:/|\.\w+$)", re.I)
"""Of a path; or of a story on the film."""
_AVATAR_TITLES = frozenset({"author", "avatar"})
"""What WordPress.com calls the picture of who wrote it."""


def photo(entry: Thing, files: Sequence[Enclosure], base: str) -> Image | None:
    """Media RSS's picture, else iTunes', else the first that is enclosed, else the largest thumbnail; never a person's avatar."""
    contents = [medium for medium in get_things(entry, "media_content") if is_picture(medium)]
    found = [_image(picture, entry, base) for picture in (*_by_size(contents), get_thing(entry, "image"))]
    found.append(first_enclosed(files))
    # What is said of all media is said of a film, where there is a thumbnail alone.
    found += [_image(picture, {}, base) for picture in _by_size(get_things(entry, "media_thumbnail"))]
    images = [image for image in found if image is not None]
    likely = (image for image in images if not _MAYBE_AVATAR.search(urlsplit(image.url).path))
    return next(likely, next(iter(images), None))


def first_enclosed(files: Sequence[Enclosure]) -> Image | None:
    """Agencies that know no Media RSS enclose the picture."""
    for file in files:
        if file.type.startswith("image/") and not is_avatar(file.url):
            return Image(url=file.url, type=file.type, length=file.length)
    return None


def is_picture(medium: Thing) -> bool:
    kind = get_text(medium, "medium") or type_of(get_text(medium, "type"), get_text(medium, "url")).partition("/")[0]
    return kind == "image"


def is_avatar(url: str, title: str = "") -> bool:
    """Whether a picture is of who wrote it, by its address or by what it is called."""
    host = urlsplit(url).hostname or ""
    return title.strip().lower() in _AVATAR_TITLES or _AVATAR_HOST.search(host) is not None


def _by_size(pictures: Sequence[Thing]) -> list[Thing]:
    """The one that is said to be the default first, then the widest; those that say nothing as they come."""

    def size(picture: Thing) -> tuple[bool, int, int, int]:
        width, height, length = (_size(picture, key) for key in ("width", "height", "filesize"))
        return get_text(picture, "isdefault").strip().lower() == "true", width, height, length

    return sorted(pictures, key=size, reverse=True)


def _size(picture: Thing, key: str) -> int:
    return number(get_text(picture, key).strip().lower().removesuffix("px"))


def _image(picture: Thing, entry: Thing, base: str) -> Image | None:
    """The picture with its own words, else with those of all media in its entry; None if it is an avatar, or no address."""
    url = resolved(get_text(picture, "url") or get_text(picture, "href"), base)
    of_all = get_thing(entry, "media")
    alt, caption, credit = (
        text(get_text(picture, key) or get_text(of_all, key)) for key in ("alt", "caption", "credit")
    )
    if not url or is_avatar(url, alt):
        return None
    return Image(
        url=url,
        type=type_of(get_text(picture, "type"), url),
        length=_size(picture, "filesize"),
        width=_size(picture, "width"),
        height=_size(picture, "height"),
        alt=alt,
        caption=caption,
        # A byline, too.
        credit=beside_email(credit),
    )
