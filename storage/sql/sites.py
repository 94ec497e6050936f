"""What all hosts of a site share."""

from storage.model import Action, Site, Subject
from storage.scopes import SITE
from storage.sql.engine import Connection
from storage.sql.mixin import StoreMixin, Write
from storage.sql.rows import from_us


class SiteMixin(StoreMixin):
    async def get_site(self) -> Site:
        [(created_at, secret)] = await self._read(
            lambda db: db.execute("SELECT created_at, secret FROM site WHERE id = 1").fetchall()
        )
        return Site(created_at=from_us(created_at), secret=secret)

    async def announce_rendering(self, fingerprint: str) -> None:
        if await self._read(_rendering) != fingerprint:
            await self._write(lambda write: _announce(write, fingerprint))


def _rendering(db: Connection) -> str:
    [(known,)] = db.execute("SELECT rendering FROM site WHERE id = 1").fetchall()
    return str(known)


def _announce(write: Write, fingerprint: str) -> None:
    if _rendering(write.db) != fingerprint:
        write.append(Action.EDIT, Subject.SITE, "", {SITE})
        write.db.execute("UPDATE site SET rendering = ? WHERE id = 1", (fingerprint,))
