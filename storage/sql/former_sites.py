"""Where the newsroom was before."""

from dataclasses import asdict

from storage.keys import require_short
from storage.model import Action, FormerSite, ImportRun, Subject
from storage.sql.engine import Connection
from storage.sql.import_changes import SITE, ChangeLog
from storage.sql.mixin import StoreMixin, Write

_COLUMNS = ("address", "path", "permalinks", "category_base", "tag_base", "author_base")
_KEEP = f"""
    INSERT INTO former_sites ({", ".join(_COLUMNS)}) VALUES ({", ".join("?" * len(_COLUMNS))})
    ON CONFLICT (address) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])}
"""


class FormerSiteMixin(StoreMixin):
    async def keep_former_site(self, site: FormerSite, *, run: ImportRun | None = None) -> None:
        def work(write: Write) -> None:
            require_short("address", site.address)
            log = ChangeLog(write, run)
            before = former_site_at(write.db, site.address)
            log.note_address(SITE, site.address, before and asdict(before), asdict(site))
            if site != before:
                put_former_site(write, site.address, site)
            log.finish()

        await self._write(work)

    async def get_former_sites(self) -> tuple[FormerSite, ...]:
        return await self._read(all_former_sites)


def put_former_site(write: Write, address: str, site: FormerSite | None) -> None:
    """Keep what is known of the site at an address, or nothing, with a Change."""
    write.append(Action.EDIT, Subject.SITE, "", ())
    if site is None:
        write.db.execute("DELETE FROM former_sites WHERE address = ?", (address,))
    else:
        write.db.execute(_KEEP, [getattr(site, name) for name in _COLUMNS])


def former_site_at(db: Connection, address: str) -> FormerSite | None:
    return next((site for site in all_former_sites(db) if site.address == address), None)


def all_former_sites(db: Connection) -> tuple[FormerSite, ...]:
    rows = db.execute(f"SELECT {', '.join(_COLUMNS)} FROM former_sites ORDER BY address")
    return tuple(FormerSite(**dict(zip(_COLUMNS, row, strict=True))) for row in rows)
