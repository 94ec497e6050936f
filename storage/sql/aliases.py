"""What led to a list where the newsroom was before it came here."""

from collections.abc import Sequence

from storage.keys import require_short
from storage.model import Alias
from storage.sql.engine import Connection
from storage.sql.mixin import StoreMixin, Write


class AliasMixin(StoreMixin):
    async def import_aliases(self, aliases: Sequence[Alias]) -> None:
        def work(write: Write) -> None:
            require_short("path", *(alias.path for alias in aliases))
            write.db.executemany(
                "INSERT INTO aliases (path, page) VALUES (?, ?) ON CONFLICT (path) DO NOTHING",
                [(alias.path, alias.page) for alias in aliases],
            )

        await self._write(work)

    async def get_aliases(self) -> tuple[Alias, ...]:
        return await self._read(all_aliases)


def all_aliases(db: Connection) -> tuple[Alias, ...]:
    return tuple(Alias(*row) for row in db.execute("SELECT path, page FROM aliases ORDER BY path"))
