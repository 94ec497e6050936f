"""What an export calls tags and categories, in its own words: an export of posts lists neither, its articles alone name them."""

from collections.abc import Iterator

from feeds.importers.on_disk import on_disk
from feeds.importers.wxr.terms import TAGS, Terms
from feeds.importers.wxr.xmltree import Node


class Labels:
    """In a table on disk: a site may have many. Of what several files name otherwise the last counts. Close it."""

    def __init__(self) -> None:
        self._database = on_disk()
        self._database.execute(
            "CREATE TABLE label (taxonomy TEXT, nicename TEXT, name TEXT, PRIMARY KEY (taxonomy, nicename)) WITHOUT ROWID"
        )

    def add_tag(self, node: Node) -> None:
        """A `wp:tag`."""
        self._keep([(TAGS, node.get("wp:tag_slug").strip(), node.get("wp:tag_name"))])

    def add_item(self, item: Node, terms: Terms) -> None:
        self._keep([(taxonomy, *term) for taxonomy, found in terms.of(item).items() for term in found if term.nicename])

    def of(self, taxonomy: str) -> Iterator[tuple[str, str]]:
        """(nicename, name) of each, as they were written."""
        yield from self._database.execute(
            "SELECT nicename, name FROM label WHERE taxonomy = ? ORDER BY nicename", (taxonomy,)
        )

    def _keep(self, rows: list[tuple[str, str, str]]) -> None:
        self._database.executemany("INSERT OR REPLACE INTO label VALUES (?, ?, ?)", rows)

    def close(self) -> None:
        self._database.close()
