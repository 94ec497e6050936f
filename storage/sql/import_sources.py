"""Where imports come from: which source it is that a record names, of those that are known."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from storage.imports import host_of, site_key
from storage.keys import is_long
from storage.model import ImportSource
from storage.sql.engine import Connection
from storage.sql.mixin import Write


@dataclass(frozen=True, slots=True)
class KnownSource:
    """A source that is kept."""

    id: int
    seed: str
    site: str
    whole: bool


@dataclass(slots=True)
class _Found:
    known: KnownSource
    names: set[str]
    fetched: set[str]
    """Names that it was fetched from."""


class Sources:
    """The sources of one batch. All that has to be known is asked for at once."""

    def __init__(self, write: Write, wanted: Iterable[ImportSource]) -> None:
        self._write = write
        self._found: dict[int, _Found] = {}
        self._known: dict[ImportSource, KnownSource] = {}
        self.warnings: list[str] = []
        sources = list(dict.fromkeys(wanted))
        if sources:
            self._load(sources)
        for source in sources:
            self._known[source] = self._resolve(source)

    def of(self, source: ImportSource) -> KnownSource:
        return self._known[source]

    def _load(self, sources: Sequence[ImportSource]) -> None:
        db = self._write.db
        names = {name for source in sources for name in _all_names(source)}
        sites = {site_key(source.site) for source in sources if source.whole and source.site}
        # Of those of earlier releases, which have no name, only the export of such a newsroom speaks.
        nameless = (
            "" if all(source.names for source in sources) else "UNION ALL SELECT id FROM import_sources WHERE seed = ''"
        )
        rows = db.execute(
            f"""
            SELECT sources.id, sources.seed, sources.site, sources.whole, names.name, names.fetched
            FROM import_sources AS sources LEFT JOIN import_source_names AS names ON names.source_id = sources.id
            WHERE sources.id IN (
                SELECT source_id FROM import_source_names WHERE whole IN (0, 1) AND {db.among("name")}
                UNION ALL SELECT id FROM import_sources WHERE whole = 1 AND site <> '' AND {db.among("site")} {nameless}
            )
            """,
            (db.array(sorted(names)), db.array(sorted(sites))),
        )
        for id_, seed, site, whole, name, fetched in sorted(rows.fetchall()):
            found = self._found.setdefault(id_, _Found(KnownSource(id_, seed, site, bool(whole)), set(), set()))
            if name is not None:
                found.names.add(name)
            if fetched:
                found.fetched.add(name)

    def _resolve(self, source: ImportSource) -> KnownSource:
        of_kind = [found for found in self._found.values() if found.known.whole == source.whole]
        if not source.names:
            former = next((found.known for found in of_kind if not found.known.seed), None)
            return former or self._added(source, of_kind)
        for name in map(_key, source.names):
            for found in of_kind:
                if name in found.names and _is_believed(source, found):
                    return self._known_as(source, found)
        own = _own_name(source)
        for found in of_kind:
            is_its = own in (found.fetched if source.address else found.names)
            if is_its or (source.whole and source.site and found.known.site == site_key(source.site)):
                return self._known_as(source, found)
        others = [name for name in source.names if name != source.address]
        if contested := [name for name in others if any(_key(name) in found.names for found in of_kind)]:
            self.warnings.append(
                f"{source.address or 'This file'} calls itself {contested[0]}, which is another feed here: "
                "it is taken for a feed of its own, and touches nothing of the other's."
            )
        return self._added(source, of_kind)

    def _known_as(self, source: ImportSource, found: _Found) -> KnownSource:
        """A known source, which may go by further names from now on."""
        self._keep_names(found, source)
        site = site_key(source.site) if source.site else ""
        if site and site != found.known.site:
            self._write.db.execute("UPDATE import_sources SET site = ? WHERE id = ?", (site, found.known.id))
            found.known = KnownSource(found.known.id, found.known.seed, site, found.known.whole)
        return found.known

    def _added(self, source: ImportSource, of_kind: Sequence[_Found]) -> KnownSource:
        taken = set[str]().union(*(found.names for found in of_kind))
        seed = next((name for name in names_of(source) if name not in taken), _own_name(source))
        site = site_key(source.site) if source.site else ""
        [(id_,)] = self._write.db.execute(
            "INSERT INTO import_sources (seed, site, whole) VALUES (?, ?, ?) RETURNING id",
            (seed, site, int(source.whole)),
        ).fetchall()
        found = self._found[id_] = _Found(KnownSource(id_, seed, site, source.whole), set(), set())
        self._keep_names(found, source, seed)
        return found.known

    def _keep_names(self, found: _Found, source: ImportSource, *also: str) -> None:
        """Those that no other source has. Who is fetched from where another only says that it is has the better right to it."""
        whole = found.known.whole
        others = [other for other in self._found.values() if other.known.whole == whole and other is not found]
        fetched = _fetched(source)
        held = {name for other in others for name in (other.names - fetched) | other.fetched}
        new = {*names_of(source), *filter(None, also)} - held
        rows = [
            (int(whole), name, found.known.id, int(name in fetched))
            for name in sorted(new)
            if name not in found.names or (name in fetched and name not in found.fetched)
        ]
        self._write.db.executemany(
            """
            INSERT INTO import_source_names (whole, name, source_id, fetched) VALUES (?, ?, ?, ?)
            ON CONFLICT (whole, name) DO UPDATE SET source_id = excluded.source_id, fetched = excluded.fetched
            """,
            rows,
        )
        found.names |= new
        found.fetched |= new & fetched
        for other in others:
            other.names -= new


def _fetched(source: ImportSource) -> set[str]:
    """The names that it was fetched from: its address, and where that leads to for good."""
    if not source.address:
        return set()
    address = _key(source.address)
    return {address, _key(source.names[0])} if address in map(_key, source.names[1:]) else {address}


def _is_believed(source: ImportSource, found: _Found) -> bool:
    """Whether it is the one that is known by its name: whoever publishes a feed may call it what he likes.

    What was fetched from an address that is known of it is it, and so is what such an address leads to for good. Else it is to be
    of the same site, and where both were fetched, from the same host.
    """
    former = {_key(source.address), *map(_key, source.names[1:])}
    if found.fetched & former:
        return True
    site = site_key(source.site)
    if site and found.known.site and site != found.known.site:
        return False
    return not (source.address and found.fetched) or host_of(source.address) in map(host_of, found.fetched)


def _own_name(source: ImportSource) -> str:
    """What it goes by where another has its names."""
    if not source.names:
        return ""
    return _key(source.address or f"{source.names[0]} of {site_key(source.site)}")


def names_of(source: ImportSource) -> list[str]:
    """The names that are kept of it."""
    return list(dict.fromkeys(map(_key, filter(None, (*source.names, source.address)))))


def _all_names(source: ImportSource) -> list[str]:
    return [*names_of(source), *filter(None, [_own_name(source)])]


def _key(name: str) -> str:
    """A name, as it is looked up by: what is too long for an index by its beginning and a digest."""
    return f"{name[:200]}#{hashlib.sha256(name.encode()).hexdigest()}" if is_long(name) else name


def count_said(db: Connection, source: ImportSource) -> int:
    """How many articles a source spoke of, by its names."""
    names = [_key(name) for name in source.names]
    [(count,)] = db.execute(
        f"""
        SELECT count(*) FROM imported_entries WHERE said <> '' AND source_id IN (
            SELECT source_id FROM import_source_names WHERE whole = ? AND {db.among("name")}
        )
        """,
        (int(source.whole), db.array(names)),
    ).fetchall()
    return int(count)


def sources_by_id(db: Connection, ids: Iterable[int]) -> dict[int, ImportSource]:
    """Sources as importers name them, for whoever hands them on; those of earlier releases without a name."""
    wanted = db.array(sorted(set(ids)))
    rows = db.execute(f"SELECT id, seed, site, whole FROM import_sources WHERE {db.among('id')}", (wanted,)).fetchall()
    found = {
        id_: (seed, ImportSource(names=(), site=f"//{site}" if site else "", whole=bool(whole)))
        for id_, seed, site, whole in rows
    }
    named = db.execute(
        f"SELECT source_id, name, fetched FROM import_source_names WHERE {db.among('source_id')}", (wanted,)
    )
    for id_, name, fetched in sorted(named.fetchall()):
        seed, known = found[id_]
        names = (name, *known.names) if name == seed else (*known.names, name)
        found[id_] = (seed, replace(known, names=names, address=known.address or (name if fetched else "")))
    return {id_: source for id_, (_, source) in found.items()}
