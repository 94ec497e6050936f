"""What importers are given back of articles that their sources have not changed since, so that they need not read them again."""

from collections.abc import Iterable, Mapping, Sequence

from storage.imports import other_scheme, site_key
from storage.model import ImportSource
from storage.sql.engine import Connection
from storage.sql.import_sources import names_of


def receipts_of(db: Connection, source: ImportSource, guids: Sequence[str]) -> Mapping[str, str]:
    """What `storage.protocol.Transfer.get_receipts` says."""
    if source.address or not source.names or not guids:
        return {}
    names = names_of(source)
    rows = db.execute(
        f"""
        SELECT names.source_id, sources.site
        FROM import_source_names AS names CROSS JOIN import_sources AS sources ON sources.id = names.source_id
        WHERE names.whole = ? AND {db.among("names.name")}
        """,
        (int(source.whole), db.array(names)),
    ).fetchall()
    # Who has other names, or another site, than are known of it is to be looked at by a write.
    if len(rows) != len(names) or len(set(rows)) != 1 or (source.site and rows[0][1] != site_key(source.site)):
        return {}
    asked = {other: guid for guid in guids if source.whole and (other := other_scheme(guid))} | {
        guid: guid for guid in guids
    }
    found = db.execute(
        f"""
        SELECT guid, receipt FROM imported_entries
        WHERE source_id = ? AND said <> '' AND receipt <> '' AND {db.among("guid")}
        """,
        (rows[0][0], db.array(sorted(asked))),
    )
    # What is called so itself comes last, and counts.
    known = sorted(found.fetchall(), key=lambda row: asked[row[0]] == row[0])
    return {asked[guid]: receipt for guid, receipt in known}


def forget_receipts(db: Connection, article_ids: Iterable[int]) -> None:
    """Have articles read anew, whichever source speaks of them."""
    if ids := sorted(article_ids):
        db.execute(
            f"UPDATE imported_entries SET receipt = '' WHERE receipt <> '' AND {db.among('imported_entries.article_id')}",
            (db.array(ids),),
        ).close()
