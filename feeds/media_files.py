"""Files of the media folder, by the URLs that lead to them: what they are is read from them, not taken from who names them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote

from feeds.media_content import UNKNOWN, Size, size_of
from feeds.media_types import is_picture, media_type
from feeds.paths import GHOST_FILES, MEDIA, UPLOADS
from storage.model import Article, Enclosure, Image

SERVED = {MEDIA: "", UPLOADS: ""} | {path: path[1:] for path in GHOST_FILES}
"""Folders within the media folder, by the paths at which their files are."""


@dataclass(frozen=True, slots=True)
class MediaFacts:
    type: str
    """By its name, as it is served."""
    length: int
    """Bytes."""
    size: Size


@dataclass(frozen=True, slots=True)
class MediaFiles:
    """Of the first of some folders that has a file."""

    base_url: str
    folders: Sequence[Path]

    def find(self, url: str) -> Path | None:
        """The file to which a URL of this site, or a path, leads; None where there is none, or it lies outside of the folders."""
        base = self.base_url.rstrip("/")
        path = unquote((url.removeprefix(base) if base else url).partition("#")[0].partition("?")[0])
        for root, within in SERVED.items():
            if path.startswith(root):
                return self._find(within + path.removeprefix(root))
        return None

    def facts(self, url: str) -> MediaFacts | None:
        """None where there is no such file, or it cannot be read."""
        try:
            file = self.find(url)
            if file is None:
                return None
            size = UNKNOWN
            if is_picture(file.name):
                with file.open("rb") as picture:
                    size = size_of(picture)
            return MediaFacts(media_type(file.name), file.stat().st_size, size)
        except OSError:
            return None

    def size(self, url: str) -> Size:
        facts = self.facts(url)
        return UNKNOWN if facts is None else facts.size

    def described(self, article: Article) -> Article:
        """With the type, the length and the sides of those of its files that are here; what is said of others stays."""
        image = article.image and self._image(article.image)
        enclosures = tuple(map(self._enclosure, article.enclosures))
        if (image, enclosures) == (article.image, article.enclosures):
            return article
        return replace(article, image=image, enclosures=enclosures)

    def _image(self, image: Image) -> Image:
        facts = self.facts(image.url)
        if facts is None:
            return image
        # Of an SVG nothing is read: what the newsroom says of it stands.
        width, height = facts.size if all(facts.size) else (image.width, image.height)
        return replace(image, type=facts.type or image.type, length=facts.length, width=width, height=height)

    def _enclosure(self, enclosure: Enclosure) -> Enclosure:
        facts = self.facts(enclosure.url)
        if facts is None:
            return enclosure
        return replace(enclosure, type=facts.type or enclosure.type, length=facts.length)

    def _find(self, relative: str) -> Path | None:
        for folder in self.folders:
            try:
                file = folder / relative
                # Whether it is there takes a tenth of what it takes to find out where that is.
                if file.is_file() and (file := file.resolve()).is_relative_to(folder.resolve()):
                    return file
            except (OSError, ValueError):
                continue
        return None


NO_FILES = MediaFiles("", ())
