"""Where WordPress served an article: its paths at present and before, those of its pages and of its pictures' own pages."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from feeds.importers.on_disk import on_disk
from feeds.importers.slugs import decoded_slug
from feeds.importers.trace import Trace, question
from feeds.importers.wxr.values import meta, path_of
from feeds.importers.wxr.xmltree import Node
from feeds.paths import UPLOADS

_MOST = 200
"""Former paths of an article, and pages of it."""
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

    def add(self, parent: int, attachment_id: int, link: str) -> None:
        path = path_of(link)
        paths = [path] if path and not path.startswith(UPLOADS) else []
        paths += [f"/?attachment_id={attachment_id}"] if attachment_id else []
        self._database.executemany("INSERT OR IGNORE INTO page VALUES (?, ?)", ((parent, path) for path in paths))

    @question("picture pages")
    def of(self, parent: int) -> list[str]:
        rows = self._database.execute("SELECT path FROM page WHERE parent = ? ORDER BY path", (parent,))
        return [path for (path,) in rows]

    def close(self) -> None:
        self._database.close()


def old_paths(item: Node, article_id: int, pictures: Iterable[str]) -> tuple[str, ...]:
    """The paths that led to a post.

    Its link, the same with former slugs and dates, its pages beyond the first, its address by id, and the pages of `pictures`.
    """
    paths = set(pictures)
    link = path_of(item.get("link"))
    if link:
        paths |= {link, *islice(_former(item, link), _MOST)}
        pages = min(item.get("content:encoded").count(_NEXT_PAGE), _MOST)
        paths |= {f"{link}{page}/" for page in range(2, pages + 2)}
    if article_id:
        paths.add(f"/?p={article_id}")
    return tuple(sorted(paths))


def _former(item: Node, link: str) -> Iterator[str]:
    """A link with each of the slugs and dates that the post had, together and apart."""
    slug = decoded_slug(item.get("wp:post_name"))
    slugs = [old for value in meta(item, "_wp_old_slug")[:_MOST] if (old := decoded_slug(value))]
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
