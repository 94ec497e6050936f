"""Pictures and other uploads of an old site, copied into the media folder under the paths they had."""

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path, PurePosixPath
from unicodedata import normalize
from urllib.parse import quote, unquote

from feeds.importers.on_disk import on_disk
from feeds.importers.trace import Trace, question, statement
from feeds.media_files import SERVED, MediaFiles
from feeds.media_types import media_type
from feeds.paths import MEDIA, UPLOADS
from storage.model import Article

_SERVED = {path: folder for path, folder in SERVED.items() if path != MEDIA}
"""Of what an old site had."""
_IN_BODY = re.compile(rf'"({"|".join(_SERVED)})([^"?#]+)')


def upload_url(relative: str) -> str:
    """The path on this site, percent-encoded, of a file that is `relative` to the uploads folder."""
    return UPLOADS + quote(relative)


class Media:
    """Copies from the old site's uploads folder (or a folder that holds it), never from or to outside of the two.

    A file of a kind that `media_type` does not know, a script above all, is not copied. What was asked for is kept in a nameless
    temporary file, which SQLite deletes: a newsroom may have more pictures than fit in memory.
    """

    def __init__(
        self,
        source: Path | None,
        target: Path,
        *,
        base_url: str = "",
        rehearsal: bool = False,
        trace: Trace | None = None,
    ) -> None:
        """`base_url`: of this site, by which articles may name a file. `rehearsal`: copies are counted, and not made."""
        self.trace = trace or Trace()
        self.trace.answers["file"] = self.holds
        self.trace.hears |= {"keep": self.keep, "miss": self.miss}
        self.copied = 0
        self.missing = 0
        self.has_source = source is not None
        """Whether the old site's uploads are at hand: then what is not here now will not be."""
        self._target = target
        self._rehearsal = rehearsal
        self._roots: list[Path] = []
        if source is not None:
            folders = [source, source / "uploads", source / "wp-content" / "uploads"]
            if source.resolve().name == "content":
                # Ghost's, whose files are known by its name too.
                folders.append(source.resolve().parent)
            self._roots = [folder.resolve() for folder in folders if folder.is_dir()]
        # In a rehearsal nothing is copied, and what is told of it is what would be.
        self.files = MediaFiles(base_url, (target, *self._roots))
        self._asked = on_disk()
        self._asked.execute("CREATE TABLE asked (name TEXT PRIMARY KEY, is_here INTEGER) WITHOUT ROWID")

    @statement("keep")
    def keep(self, relative: str) -> bool:
        """Copy a file of a known type, unless it is here already in the same size, and count it, once, as copied or missing.

        Whether it is here then.
        """
        known = self._found(relative)
        if known is not None:
            return known
        if not media_type(relative):
            return False
        path = _safe(relative)
        return self._known(relative, path is not None and self._bring(path))

    @question("file")
    def holds(self, relative: str) -> bool:
        """As `keep`, of a file that is not missing where it is not here: an address elsewhere leads to it."""
        known = self._found(relative)
        if known is not None:
            return known
        path = _safe(relative) if media_type(relative) else None
        if path is None or not ((self._target / path).is_file() or self._find(path)):
            return False
        return self.keep(relative)

    @statement("miss")
    def miss(self, name: str) -> None:
        """Count something as missing, once: a path, an address, an id."""
        self._known(name, False)

    def missing_names(self) -> Iterator[str]:
        """What is missing, in order."""
        rows = self._asked.execute("SELECT name FROM asked WHERE NOT is_here ORDER BY name")
        return (name for (name,) in rows)

    def close(self) -> None:
        self._asked.close()

    def _known(self, name: str, is_here: bool) -> bool:
        """What was found of it first; it is counted then."""
        if self._asked.execute("INSERT OR IGNORE INTO asked VALUES (?, ?)", (name, is_here)).rowcount:
            self.missing += not is_here
            return is_here
        return bool(self._found(name))

    def _found(self, name: str) -> bool | None:
        """Whether it was here when it was asked for; None if it was not."""
        row = self._asked.execute("SELECT is_here FROM asked WHERE name = ?", (name,)).fetchone()
        return bool(row[0]) if row else None

    def _bring(self, path: PurePosixPath) -> bool:
        target = self._target / path
        original = self._find(path)
        if original is None:
            return target.is_file()
        if not target.is_file() or target.stat().st_size != original.stat().st_size:
            self.copied += 1
            if self._rehearsal:
                return True
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(target.name + ".part")
            shutil.copyfile(original, part)
            part.replace(target)
        return True

    def _find(self, path: PurePosixPath) -> Path | None:
        """Copies of a folder may write accents otherwise than its addresses do: as one sign, or as two."""
        names = dict.fromkeys((str(path), normalize("NFC", str(path)), normalize("NFD", str(path))))
        for root in self._roots:
            for name in names:
                found = (root / name).resolve()
                if found.is_relative_to(root) and found.is_file():
                    return found
        return None


def _safe(relative: str) -> PurePosixPath | None:
    """The path, if it stays below where it starts."""
    path = PurePosixPath(relative)
    if path.is_absolute() or "\\" in relative or "\0" in relative or not 0 < len(relative) < 1024:
        return None
    return None if any(part in ("..", ".") or len(part) > 200 for part in path.parts) else path


def is_safe(relative: str) -> bool:
    """Whether a path, decoded, stays below where it starts."""
    return _safe(relative) is not None


def uploads_of(article: Article) -> list[str]:
    """The uploads that an article shows or links to, relative to the media folder."""
    urls = [article.image.url] if article.image else []
    urls += [enclosure.url for enclosure in article.enclosures]
    found = [
        folder + url.removeprefix(path) for url in urls for path, folder in _SERVED.items() if url.startswith(path)
    ]
    if any(path in article.body_html for path in _SERVED):
        found += [_SERVED[path] + unescape(rest) for path, rest in _IN_BODY.findall(article.body_html)]
    return [unquote(relative) for relative in found]
