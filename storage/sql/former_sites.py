"""Where the newsroom was before."""

from storage.keys import require_short
from storage.model import Action, FormerSite, Subject
from storage.sql.engine import Connection
from storage.sql.mixin import StoreMixin, Write

_COLUMNS = ("address", "path", "permalinks", "category_base", "tag_base", "author_base")
_KEEP = f"""
    INSERT INTO former_sites ({", ".join(_COLUMNS)}) VALUES ({", ".join("?" * len(_COLUMNS))})
    ON CONFLICT (address) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])}
"""


class FormerSiteMixin(StoreMixin):
    async def keep_former_site(self, site: FormerSite) -> None:
        def work(write: Write) -> None:
            require_short("address", site.address)
            if site not in all_former_sites(write.db):
                write.append(Action.EDIT, Subject.SITE, "", ())
                write.db.execute(_KEEP, [getattr(site, name) for name in _COLUMNS])

        await self._write(work)

    async def get_former_sites(self) -> tuple[FormerSite, ...]:
        return await self._read(all_former_sites)


def all_former_sites(db: Connection) -> tuple[FormerSite, ...]:
    rows = db.execute(f"SELECT {', '.join(_COLUMNS)} FROM former_sites ORDER BY address")
    return tuple(FormerSite(**dict(zip(_COLUMNS, row, strict=True))) for row in rows)
