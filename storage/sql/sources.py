"""Where feeds were imported from."""

from storage.keys import require_short
from storage.model import FeedSource
from storage.sql.engine import Connection
from storage.sql.mixin import StoreMixin, Write


class SourceMixin(StoreMixin):
    async def get_feed_source(self, url: str) -> FeedSource | None:
        return await self._read(lambda db: _load(db, url))

    async def keep_feed_source(self, source: FeedSource) -> None:
        def work(write: Write) -> None:
            require_short("url", source.url)
            if _load(write.db, source.url) != source:
                write.db.execute(
                    """
                    INSERT INTO feed_sources (url, etag, last_modified, placement) VALUES (?, ?, ?, ?)
                    ON CONFLICT (url) DO UPDATE SET etag = excluded.etag, last_modified = excluded.last_modified,
                        placement = excluded.placement
                    """,
                    (source.url, source.etag, source.last_modified, source.placement),
                )

        await self._write(work)


def _load(db: Connection, url: str) -> FeedSource | None:
    row = db.execute("SELECT etag, last_modified, placement FROM feed_sources WHERE url = ?", (url,)).fetchone()
    return FeedSource(url=url, etag=row[0], last_modified=row[1], placement=row[2]) if row else None
