"""How far partners have come in the logs of their sets."""

from collections.abc import Mapping

from storage.model import PartnerRead
from storage.sql.mixin import StoreMixin, Write
from storage.sql.rows import from_us, to_us


class PartnerReadMixin(StoreMixin):
    async def note_partner_reads(self, reads: Mapping[int, PartnerRead]) -> None:
        def work(write: Write) -> None:
            # Of two workers the one that heard of more is right, unless the partner has other terms since.
            write.db.executemany(
                """
                INSERT INTO partner_reads (partner_id, set_id, number, at)
                SELECT id, ?, ?, ? FROM partners WHERE id = ?
                ON CONFLICT (partner_id) DO UPDATE SET set_id = excluded.set_id, number = excluded.number, at = excluded.at
                WHERE partner_reads.set_id <> excluded.set_id OR partner_reads.number < excluded.number
                """,
                [(read.set_id, read.number, to_us(read.at), id_) for id_, read in sorted(reads.items())],
            )

        await self._write(work)

    async def partner_reads(self) -> Mapping[int, PartnerRead]:
        rows = await self._read(
            lambda db: db.execute(
                "SELECT partner_id, set_id, number, at FROM partner_reads ORDER BY partner_id"
            ).fetchall()
        )
        return {id_: PartnerRead(set_id=set_id, number=number, at=from_us(at)) for id_, set_id, number, at in rows}
