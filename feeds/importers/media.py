"""Pictures and other uploads of an old site, copied into the media folder under the paths they had."""

import re
import shutil
from html import unescape
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote

from feeds.importers.seen import Seen
from feeds.media_types import media_type
from feeds.paths import UPLOADS
from storage.model import Article

_IN_BODY = re.compile(rf'"{UPLOADS}([^"?#]+)')


def upload_url(relative: str) -> str:
    """The path on this site, percent-encoded, of a file that is `relative` to the uploads folder."""
    return UPLOADS + quote(relative)


class Media:
    """Copies from the old site's uploads folder (or a folder that holds it), never from or to outside of the two.

    A file of a kind that `media_type` does not know, a script above all, is not copied.
    """

    def __init__(self, source: Path | None, target: Path) -> None:
        self.copied = 0
        self.missing = 0
        self._target = target
        self._seen = Seen()
        self._roots: list[Path] = []
        if source is not None:
            folders = (source, source / "uploads", source / "wp-content" / "uploads")
            self._roots = [folder.resolve() for folder in folders if folder.is_dir()]

    def keep(self, relative: str) -> None:
        """Copy a file of a known type, unless it is here already in the same size, and count it, once, as copied or missing."""
        if not media_type(relative) or not self._seen.first(relative):
            return
        path = _safe(relative)
        if path is None:
            self.missing += 1
            return
        target = self._target / path
        original = self._find(path)
        if original is None:
            self.missing += not target.is_file()
        elif not target.is_file() or target.stat().st_size != original.stat().st_size:
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(target.name + ".part")
            shutil.copyfile(original, part)
            part.replace(target)
            self.copied += 1

    def close(self) -> None:
        self._seen.close()

    def _find(self, path: PurePosixPath) -> Path | None:
        for root in self._roots:
            found = (root / path).resolve()
            if found.is_relative_to(root) and found.is_file():
                return found
        return None


def _safe(relative: str) -> PurePosixPath | None:
    """The path, if it stays below where it starts."""
    path = PurePosixPath(relative)
    if path.is_absolute() or "\\" in relative or "\0" in relative or not 0 < len(relative) < 1024:
        return None
    return None if any(part in ("..", ".") or len(part) > 200 for part in path.parts) else path


def uploads_of(article: Article) -> list[str]:
    """The uploads that an article shows or links to, relative to their folder."""
    urls = [article.image.url] if article.image else []
    urls += [enclosure.url for enclosure in article.enclosures]
    found = [url.removeprefix(UPLOADS) for url in urls if url.startswith(UPLOADS)]
    if UPLOADS in article.body_html:
        found += map(unescape, _IN_BODY.findall(article.body_html))
    return [unquote(relative) for relative in found]
