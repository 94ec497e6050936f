"""A site's uploads, fetched into the media folder under the paths that they had."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import httpx2

from feeds.importers.media import is_safe
from feeds.importers.wordpress.api import TRIES, Api, Broken, NotGiven, Silent, Unreachable, together
from feeds.importers.wordpress.reading import Progress
from feeds.importers.wordpress.shelf import Shelf
from feeds.importers.wordpress.values import Thing, number, text, written
from feeds.media_types import media_type
from feeds.outbound import is_fetchable
from feeds.paths import UPLOADS

LARGEST = 512 * 1024 * 1024
"""Bytes of a file: films are large."""
MOST_HOPELESS = 3
"""Files in a row for which a host is silent, busy or away: each further one is asked for once, and with less patience."""
SHORT_PATIENCE = 5.0
"""Seconds."""
_IN_URL = r"""[^\s"'<>()\\\[\],]"""
_ADDRESS = re.compile(rf"""(?:(?:https?:)?//|(?<=["'(]){UPLOADS}){_IN_URL}{{1,1500}}""")
_PHOTON = re.compile(r"i\d\.wp\.com/")
"""Jetpack's servers of pictures: behind the host stands the address of the original."""
_QUERY = re.compile("[?#]")


class Uploads:
    """Knows which addresses are of a site's uploads, and fetches these. What is in the folder is not fetched again."""

    def __init__(self, api: Api, shelf: Shelf, folder: Path, progress: Progress) -> None:
        self.fetched = 0
        self._api = api
        self._shelf = shelf
        self._folder = folder
        self._progress = progress
        self._hopeless: Counter[str] = Counter()
        self._base = f"{shelf.fact('site')}{UPLOADS}"
        self._hosts = {_bare(shelf.fact(name)).partition("/")[0] for name in ("home", "site")}
        self._elsewhere = set(filter(None, shelf.fact("elsewhere").split("\n")))

    async def fetch(self) -> None:
        """All that changed things show or link to, and that is not here.

        Raises ImportRefused where the site cannot be asked, and OSError of the folder.
        """
        self._note()
        replaced = self._shelf.replaced()
        wanted = [
            (path, url) for path, url in self._shelf.wanted() if path in replaced or not (self._folder / path).is_file()
        ]
        waiting = iter(wanted)

        async def work() -> None:
            for path, url in waiting:
                await self._fetch(path, url)
                self._progress("pictures", self.fetched, len(wanted))

        await together(work() for _ in range(self._api.at_once))

    async def _fetch(self, path: str, url: str) -> None:
        target = self._folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"{target.name}.part")
        host = urlsplit(url).netloc
        hurry = self._hopeless[host] >= MOST_HOPELESS
        try:
            await self._api.save(
                httpx2.URL(url), part, LARGEST, tries=1 if hurry else TRIES, patience=SHORT_PATIENCE if hurry else None
            )
            part.replace(target)
            self._shelf.note_fetched(path)
            self.fetched += 1
            self._hopeless[host] = 0
        except Unreachable:
            # Where even this fails, it is the whole site.
            await self._api.get("")
            self._hopeless[host] += 1
            self._shelf.miss(path)
        except (NotGiven, Broken) as error:
            self._hopeless[host] += isinstance(error, Silent)
            self._shelf.miss(path)
        finally:
            part.unlink(missing_ok=True)

    def _note(self) -> None:
        """Want what the shelf names."""
        for thing in self._shelf.all_changed("media"):
            self._shelf.want(self._of_attachment(thing))
            self._shelf.say_sizes(self._sizes(thing))
        self._shelf.note("elsewhere", "\n".join(sorted(self._elsewhere)))
        for kind in ("posts", "pages", "blocks"):
            for thing in self._shelf.all_changed(kind):
                self._shelf.want(self._of_text(f"{written(thing, 'content')} {written(thing, 'excerpt')}"))

    def _of_attachment(self, thing: Thing) -> Iterator[tuple[str, str]]:
        """The file itself; of its smaller sizes those are wanted that a text shows."""
        url, relative = text(thing, "source_url"), text(thing, "media_details", "file")
        if relative and url.endswith(f"/{relative}"):
            self._elsewhere.add(_bare(url.removesuffix(relative)))
        yield from self._known([url])

    def _sizes(self, thing: Thing) -> Iterator[tuple[str, int]]:
        """Of the file and its smaller sizes, as far as they are said (WordPress 6.0): one that is replaced keeps its address."""
        url, details = text(thing, "source_url"), thing.get("media_details")
        sizes = details.get("sizes") if isinstance(details, Mapping) else None
        smaller = [size for size in sizes.values() if isinstance(size, Mapping)] if isinstance(sizes, Mapping) else []
        said = [(url, number(thing, "media_details", "filesize"))]
        said += [(text(size, "source_url"), number(size, "filesize")) for size in smaller]
        for address, length in said:
            for path, _ in self._known([address] if length else []):
                yield path, length

    def _of_text(self, html: str) -> Iterator[tuple[str, str]]:
        return self._known(unescape(address) for address in _ADDRESS.findall(html))

    def _known(self, addresses: Iterable[str]) -> Iterator[tuple[str, str]]:
        """The paths below the uploads folder, decoded, of files of a type that is served here, and where they are."""
        for address in addresses:
            relative, base = self._relative(address)
            path = unquote(_QUERY.split(relative, maxsplit=1)[0])
            url = f"{base}{quote(path)}"
            if media_type(path) and is_safe(path) and is_fetchable(url):
                yield path, url

    def _relative(self, address: str) -> tuple[str, str]:
        """What stands behind the uploads folder's address, and that address."""
        if address.startswith(UPLOADS):
            return address.removeprefix(UPLOADS), self._base
        bare = _bare(address)
        if found := _PHOTON.match(bare):
            bare = bare[found.end() :].removeprefix("www.")
        for base in self._elsewhere:
            if bare.startswith(base):
                return bare.removeprefix(base), f"{urlsplit(self._base).scheme}://{base}"
        host, _, rest = bare.partition("/")
        _, uploads, relative = f"/{rest}".partition(UPLOADS)
        return (relative, self._base) if uploads and host in self._hosts else ("", "")


def _bare(url: str) -> str:
    """Without its scheme and 'www.'."""
    return url.partition("//")[2].removeprefix("www.")
