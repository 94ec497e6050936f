"""Where WordPress served an article: its paths at present and before, those of its pages and of its pictures' own pages."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from feeds.importers.on_disk import on_disk
from feeds.importers.slugs import decoded_slug
from feeds.importers.trace import Trace, question
from feeds.importers.values import number
from feeds.importers.wxr.values import meta, path_of
from feeds.importers.wxr.xmltree import Node
from feeds.paths import UPLOADS

_MOST = 200
"""Former paths of an article, and pages of it."""
_DEEPEST = 20
"""Pages in one another; a longer line is taken for a circle."""
_NEXT_PAGE = "<!--nextpage-->"
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9])")


class PicturePages:
    """The paths of attachments' own pages by the articles that they were uploaded for, on disk: an export may name them first."""

    def __init__(self, trace: Trace | None = None) -> None:
        self.trace = trace or Trace()
        self._database = on_disk()
        self._database.execute(
            "CREATE TABLE page (parent INTEGER, path TEXT, PRIMARY KEY (parent, path)) WITHOUT ROWID"
        )

    def add(self, parent: int, item: Node) -> None:
        paths = paths_of_picture(item)
        self._database.executemany("INSERT OR IGNORE INTO page VALUES (?, ?)", ((parent, path) for path in paths))

    @question("picture pages")
    def of(self, parent: int) -> list[str]:
        rows = self._database.execute("SELECT path FROM page WHERE parent = ? ORDER BY path", (parent,))
        return [path for (path,) in rows]

    def close(self) -> None:
        self._database.close()


def paths_of_picture(item: Node) -> list[str]:
    """Of an attachment's own page."""
    path, attachment_id = path_of(item.get("link")), number(item.get("wp:post_id"))
    paths = [path] if path and not path.startswith(UPLOADS) else []
    return paths + ([f"/?attachment_id={attachment_id}"] if attachment_id else [])


class PresentPlaces:
    """Where posts are, by their links and by their names, on disk: what another one had before is not there any more."""

    def __init__(self, trace: Trace | None = None) -> None:
        self.trace = trace or Trace()
        self._database = on_disk()
        self._database.execute("CREATE TABLE place (path TEXT PRIMARY KEY) WITHOUT ROWID")

    def add(self, item: Node) -> None:
        paths = _present(item, path_of(item.get("link")))
        self._database.executemany("INSERT OR IGNORE INTO place VALUES (?)", ((path,) for path in paths))

    @question("present places")
    def among(self, paths: str) -> list[str]:
        """Of paths, a line each, those at which something is."""
        marks = ", ".join("?" * (paths.count("\n") + 1))
        found = self._database.execute(
            f"SELECT path FROM place WHERE path IN ({marks}) ORDER BY path", paths.split("\n")
        )
        return [path for (path,) in found]

    def close(self) -> None:
        self._database.close()


class PagePlaces:
    """Where standing pages are, of which a site has few. A page that is in another lies below it; that of a draft its link does not
    tell.
    """

    def __init__(self) -> None:
        self._pages: dict[int, tuple[str, str, int]] = {}
        """Path by its link, slug and parent, by number."""

    def add(self, item: Node) -> None:
        link, slug = path_of(item.get("link")), decoded_slug(item.get("wp:post_name"))
        self._pages[number(item.get("wp:post_id"))] = (link, slug, number(item.get("wp:post_parent")))

    def line(self, page_id: int) -> str:
        """The slugs by which WordPress finds a page that is in another one: 'about/team'. '' of one that has no slug yet, or is in
        one that no file has.
        """
        line: list[str] = []
        while page_id and len(line) < _DEEPEST:
            _, slug, page_id = self._pages.get(page_id, ("", "", 0))
            line.insert(0, slug)
        return "/".join(line) if all(line) and not page_id else ""

    def above(self, page_id: int) -> str:
        """The path of a page that others are in; '' for none, and for one of which nobody knows where it is."""
        line: list[str] = []
        while page_id in self._pages and len(line) < _DEEPEST:
            link, slug, parent = self._pages[page_id]
            if link or not slug:
                return "".join((link, *(f"{one}/" for one in reversed(line)))) if link else ""
            line.append(slug)
            page_id = parent
        return "".join(("/", *(f"{one}/" for one in reversed(line)))) if line and not page_id else ""


def old_paths(item: Node, article_id: int, pictures: Iterable[str], places: PresentPlaces) -> tuple[str, ...]:
    """The paths that led to a post.

    Its link, the same with former slugs and dates, its pages beyond the first, its addresses by id and by name, and the pages of
    `pictures`.
    """
    link = path_of(item.get("link"))
    paths = {*pictures, *_present(item, link)}
    former = {*islice(_former(item), _MOST), *(_by_name(item, _former_slugs(item)))} - paths
    if former:
        paths |= former.difference(places.among("\n".join(sorted(former))))
    if link:
        pages = min(item.get("content:encoded").count(_NEXT_PAGE), _MOST)
        paths |= {f"{link}{page}/" for page in range(2, pages + 2)}
    if article_id:
        paths.add(f"/?p={article_id}")
    return tuple(sorted(paths))


def _present(item: Node, link: str) -> set[str]:
    return {path for path in (link, *_by_name(item, [_slug(item)])) if path}


def _by_name(item: Node, slugs: Iterable[str]) -> set[str]:
    """Whatever its permalinks are made of, WordPress finds a post by its name alone, and by former ones."""
    is_post = item.get("wp:post_type").strip() in ("", "post")
    return {f"/?name={slug}" for slug in slugs if slug} if is_post else set()


def _slug(item: Node) -> str:
    return decoded_slug(item.get("wp:post_name"))


def _former_slugs(item: Node) -> list[str]:
    return [slug for value in meta(item, "_wp_old_slug")[:_MOST] if (slug := decoded_slug(value))]


def _former(item: Node) -> Iterator[str]:
    """The link with each of the slugs and dates that the post had, together and apart."""
    link = path_of(item.get("link"))
    if not link:
        return
    slug, slugs = _slug(item), _former_slugs(item)
    dates = [date.groups() for value in meta(item, "_wp_old_date")[:_MOST] if (date := _DATE.match(value.strip()))]
    now = _DATE.match(item.get("wp:post_date").strip())
    dated = [link, *(_redated(link, now.groups(), date) for date in dates if now)]
    for path in dict.fromkeys(dated):
        yield path
        for old in slugs:
            yield _renamed(path, slug, old)


def _redated(path: str, now: tuple[str, ...], then: tuple[str, ...]) -> str:
    """A path with another date, where year, month and day of it, or the first of these, are folders of it."""
    parts = path.split("/")
    for length in (3, 2, 1):
        for at in range(len(parts) - length + 1):
            if tuple(parts[at : at + length]) == now[:length]:
                return "/".join([*parts[:at], *then[:length], *parts[at + length :]])
    return path


def _renamed(path: str, slug: str, old: str) -> str:
    """A path with another slug in its last part, which may hold more than that: '/2024/harbour.html/'."""
    parent, _, last = path.removesuffix("/").rpartition("/")
    before, found, after = last.partition(slug or "/")
    whole = found and not before[-1:].isalnum() and not after[:1].isalnum()
    return f"{parent}/{before}{old}{after}/" if whole else f"{parent}/{old}/"
