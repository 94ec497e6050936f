"""Aliases, as imports bring them."""

from collections.abc import Sequence

from storage.keys import require_short
from storage.model import Alias, ImportRun
from storage.sql.engine import Connection
from storage.sql.import_changes import ALIAS, ChangeLog, last_noted
from storage.sql.mixin import StoreMixin, Write
from storage.sql.redirects import Graph


class AliasMixin(StoreMixin):
    async def import_aliases(self, aliases: Sequence[Alias], *, run: ImportRun | None = None) -> None:
        def work(write: Write) -> None:
            require_short("path", *(alias.path for alias in aliases))
            require_short("page", *(alias.page for alias in aliases))
            log = ChangeLog(write, run)
            graph = Graph(write.db, aliases)
            led_by_imports = last_noted(write.db, ALIAS, [alias.path for alias in aliases])
            for alias in aliases:
                brought = led_by_imports.get(alias.path, {})
                mine = brought.get("now") if alias.site and brought.get("site") == alias.site else None
                if (led := graph.add_new(alias.path, alias.page, mine)) is not None:
                    log.note_address(ALIAS, alias.path, *led, site=alias.site)
            graph.write()
            log.finish()

        await self._write(work)

    async def get_aliases(self) -> tuple[Alias, ...]:
        return await self._read(all_aliases)


def all_aliases(db: Connection) -> tuple[Alias, ...]:
    return tuple(Alias(*row) for row in db.execute("SELECT path, page FROM aliases ORDER BY path"))
