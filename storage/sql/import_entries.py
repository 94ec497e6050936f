"""What sources brought: which article a guid of theirs is, and what they said of it last."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from storage.imports import site_key
from storage.model import Article, ArticleRecord
from storage.sql.engine import Connection
from storage.sql.import_sources import KnownSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a source calls by a guid."""

    guid: str
    source: KnownSource
    article_id: int
    said: str = ""
    kept: str = ""
    added_by: int = 0
    receipt: str = ""

    @property
    def is_former(self) -> bool:
        """Whether an earlier release imported it: of which source nobody noted."""
        return not self.source.seed

    @property
    def was_undone(self) -> bool:
        """Whether the import that added it was taken back."""
        return not self.said and bool(self.kept)


class Entries:
    """Those of a batch's guids. What changes of them is written at the end, at once."""

    def __init__(self, db: Connection, guids: Sequence[str]) -> None:
        self._db = db
        self._rows = (
            db.execute(
                f"""
                SELECT entries.guid, entries.source_id, entries.article_id, entries.said, entries.kept, entries.added_by,
                    entries.receipt, sources.seed, sources.site, sources.whole
                FROM imported_entries AS entries CROSS JOIN import_sources AS sources ON sources.id = entries.source_id
                WHERE {db.among("entries.guid")}
                """,
                (db.array(guids),),
            )
            if guids
            else ()
        )
        self._by_guid: dict[str, dict[int, Entry]] = {}
        self._changed: dict[tuple[str, int], Entry] = {}
        self._adopted: list[Entry] = []

    def read(self) -> None:
        """Wait for what was asked for."""
        for guid, source_id, article_id, said, kept, added_by, receipt, seed, site, whole in self._rows:
            entry = Entry(
                guid=guid,
                source=KnownSource(source_id, seed, site, bool(whole)),
                article_id=article_id,
                said=said,
                kept=kept,
                added_by=added_by,
                receipt=receipt,
            )
            self._by_guid.setdefault(guid, {})[source_id] = entry

    def find(self, record: ArticleRecord, source: KnownSource, articles: dict[int, Article]) -> Entry | None:
        """What the source calls so, or the first that another did which it completes, or is completed by; None if it is new."""
        entries = self._by_guid.get(record.article.guid, {})
        own = entries.get(source.id)
        if own is not None and (own.said or own.kept):
            return own
        kin = [entry for entry in entries.values() if _are_kin(entry.source, source)]
        former = [
            entry
            for entry in entries.values()
            if entry.is_former and _may_adopt(entry, articles.get(entry.article_id), record, source)
        ]
        return min(kin or former, key=lambda entry: entry.article_id, default=own)

    def spoken_of(self, guid: str, source: KnownSource) -> Entry | None:
        """What the source, or another of its site, calls so."""
        entries = self._by_guid.get(guid, {})
        own = entries.get(source.id)
        if own is not None and (own.said or own.kept):
            return own
        kin = [entry for entry in entries.values() if _are_kin(entry.source, source)]
        return min(kin, key=lambda entry: entry.article_id, default=None)

    def of(self, guid: str, source: KnownSource) -> Entry | None:
        return self._by_guid.get(guid, {}).get(source.id)

    def is_held(self, entry: Entry, source: KnownSource) -> bool:
        """Whether an export brought it, of which a feed changes nothing."""
        others = self._by_guid[entry.guid].values()
        return not source.whole and any(
            other.source.whole and not other.was_undone and other.article_id == entry.article_id for other in others
        )

    def keep(self, entry: Entry) -> None:
        self._by_guid.setdefault(entry.guid, {})[entry.source.id] = entry
        self._changed[entry.guid, entry.source.id] = entry

    def adopt(self, entry: Entry, source: KnownSource) -> Entry:
        """An entry of an earlier release as one of the source's."""
        self._adopted.append(entry)
        del self._by_guid[entry.guid][entry.source.id]
        adopted = replace(entry, source=source)
        self.keep(adopted)
        return adopted

    def finish(self) -> None:
        self._db.executemany(
            "DELETE FROM imported_entries WHERE guid = ? AND source_id = ?",
            [(entry.guid, entry.source.id) for entry in self._adopted],
        )
        put_entries(self._db, self._changed.values())


def put_entries(db: Connection, entries: Iterable[Entry]) -> None:
    db.executemany(
        """
        INSERT INTO imported_entries (guid, source_id, article_id, said, kept, added_by, receipt)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (guid, source_id) DO UPDATE
        SET said = excluded.said, kept = excluded.kept, added_by = excluded.added_by, receipt = excluded.receipt
        """,
        [
            (entry.guid, entry.source.id, entry.article_id, entry.said, entry.kept, entry.added_by, entry.receipt)
            for entry in entries
        ],
    )


def _are_kin(one: KnownSource, other: KnownSource) -> bool:
    """Whether a site's export and its feed."""
    return one.site != "" and one.site == other.site and (one.whole or other.whole)


def _may_adopt(entry: Entry, article: Article | None, record: ArticleRecord, source: KnownSource) -> bool:
    """Whether what an earlier release imported may be this source's: both are exports, or of one agency, or it is of its site."""
    if article is None or (entry.source.whole and source.whole):
        return True
    agency = record.article.source
    # An aggregator names the agency, too: where both say their addresses, these count.
    if article.source == agency and not (source.site and (agency is None or agency.url)):
        return True
    addresses = (article.guid, article.canonical_url, article.source.url if article.source else "")
    return source.site != "" and any(site_key(address).startswith(source.site) for address in addresses)
