"""What partners have taken, and when: noted in batches, without a Change; read for their accounts."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from storage.model import Action, EntitledChange, PartnerNotes, PartnerPickup, PartnerRead, PartnerVisit, ShownArticles
from storage.scopes import lists_of_article
from storage.sql.engine import Connection
from storage.sql.entitled_rows import to_entry
from storage.sql.mixin import StoreMixin, Write
from storage.sql.rows import BEYOND, from_us, from_us_or_none, sift_loaded, to_us, to_us_or_none

PICKUPS = "partner_pickups"
"""The relation (partner_id, set_id, article_id, number, at) of all that proves that a partner has something. Whatever else proves
it, such as receipts of what was pushed, is joined to it here, by UNION ALL: accounts and takedowns know of it then.
"""


class PartnerPickupMixin(StoreMixin):
    async def note_partners(self, notes: PartnerNotes) -> None:
        def work(write: Write) -> None:
            db = write.db
            db.executemany(VISIT, [_visit_row(id_, visit) for id_, visit in sorted(notes.visits.items())])
            reads = [(one.set_id, one.number, to_us(one.at), id_) for id_, one in sorted(notes.reads.items())]
            db.executemany(_READ, reads)
            db.executemany(_STEP, reads)
            took = [(id_,) for id_, visit in sorted(notes.visits.items()) if visit.since is not None]
            db.executemany(_LISTS_LEFT, took)
            for shown, takers in notes.taken:
                _note_taken(db, shown, takers)
                _note_list(db, shown, takers)

        await self._write(work)

    async def partner_visits(self) -> Mapping[int, PartnerVisit]:
        rows = await self._read(
            lambda db: db.execute(
                "SELECT partner_id, at, set_id, since FROM partner_visits ORDER BY partner_id"
            ).fetchall()
        )
        return {
            id_: PartnerVisit(at=from_us(at), set_id=set_id, since=from_us_or_none(since))
            for id_, at, set_id, since in rows
        }

    async def partner_reads(self) -> Mapping[int, PartnerRead]:
        rows = await self._read(
            lambda db: db.execute(
                "SELECT partner_id, set_id, number, at FROM partner_reads ORDER BY partner_id"
            ).fetchall()
        )
        return {id_: PartnerRead(set_id=set_id, number=number, at=from_us(at)) for id_, set_id, number, at in rows}

    async def partner_pickups(
        self, partner_id: int, set_id: int, articles: Collection[int], *, after: int
    ) -> tuple[PartnerPickup, ...]:
        def work(db: Connection) -> tuple[PartnerPickup, ...]:
            of_all = db.execute(
                f"""
                SELECT 0, number, at FROM {PICKUPS}
                WHERE partner_id = ? AND set_id = ? AND article_id = 0 AND number > ? ORDER BY number
                """,
                (partner_id, set_id, after),
            )
            of_some = db.execute(
                f"""
                SELECT article_id, number, at FROM {PICKUPS}
                WHERE partner_id = ? AND set_id = ? AND {db.among("article_id")} ORDER BY article_id, number
                """,
                (partner_id, set_id, db.array(sorted({*articles} - {0}))),
            )
            return tuple(
                PartnerPickup(article_id=article_id, number=number, at=from_us(at))
                for article_id, number, at in (*of_all.fetchall(), *of_some.fetchall())
            )

        return await self._read(work)

    async def entitled_newest(self, set_id: int, *, limit: int) -> tuple[EntitledChange, ...]:
        sql = """
            SELECT number, action, article_id, guid, at FROM entitled_log WHERE set_id = ? ORDER BY number DESC LIMIT ?
        """
        return tuple(map(to_entry, await self._read(lambda db: db.execute(sql, (set_id, limit)).fetchall())))

    async def withdrawal_known(self, article_id: int) -> Mapping[int, datetime | None]:
        def work(db: Connection) -> dict[int, datetime | None]:
            found = {id_: _first(known) for id_, *known in db.execute(_KNOWN, (article_id,)).fetchall()}
            formerly: defaultdict[int, list[int | None]] = defaultdict(list)
            rows = db.execute(_known_formerly(db), (db.array(_lists_of(db, article_id)), article_id)).fetchall()
            for id_, action, read, told, missed, *known in rows:
                # What a partner took while it saw the article is no proof that it knows.
                known = known if action == Action.WITHDRAW else []
                formerly[id_].append(_first((read, told, missed)) or _first(known))
            for id_, each in formerly.items():
                # Which of its former terms were the last is not kept: it has to know by all.
                found[id_] = None if None in each else _first(each)
            return {id_: from_us_or_none(at) for id_, at in found.items()}

        return await self._read(work)


VISIT = """
    INSERT INTO partner_visits (partner_id, at, set_id, since)
    SELECT id, ?, ?, ? FROM partners WHERE id = ?
    ON CONFLICT (partner_id) DO UPDATE SET
        at = CASE WHEN partner_visits.at < excluded.at THEN excluded.at ELSE partner_visits.at END,
        set_id = excluded.set_id,
        since = CASE
            WHEN partner_visits.set_id = excluded.set_id THEN coalesce(partner_visits.since, excluded.since)
            ELSE excluded.since END
"""
_READ = """
    INSERT INTO partner_reads (partner_id, set_id, number, at)
    SELECT partners.id, ?, ?, ? FROM partners WHERE partners.id = ?
    ON CONFLICT (partner_id) DO UPDATE SET set_id = excluded.set_id, number = excluded.number, at = excluded.at
    WHERE partner_reads.set_id <> excluded.set_id OR partner_reads.number < excluded.number
"""
"""Of two workers the one that heard of more is right, unless the partner has other terms since."""
_STEP = """
    INSERT INTO partner_pickups (partner_id, set_id, article_id, number, at)
    SELECT partners.id, ?, 0, ?, ? FROM partners WHERE partners.id = ?
    ON CONFLICT (partner_id, set_id, article_id, number) DO NOTHING
"""
_SINCE_WHEN = f"""
        (SELECT min(taken.at) FROM {PICKUPS} AS taken
            WHERE taken.partner_id = partners.id AND taken.set_id = entitled.set_id
                AND taken.article_id = entitled.article_id AND taken.number >= entitled.number),
        (SELECT taken.at FROM {PICKUPS} AS taken
            WHERE taken.partner_id = partners.id AND taken.set_id = entitled.set_id
                AND taken.article_id = 0 AND taken.number >= entitled.number
            ORDER BY taken.number LIMIT 1),
        (SELECT partner_reads.at FROM partner_reads
            WHERE partner_reads.partner_id = partners.id AND partner_reads.set_id = entitled.set_id
                AND partner_reads.number >= entitled.number)
"""
"""That a partner has what was told last of an article. Of pick-ups the first; how far it has come is kept for longer than these."""
_ANSWERS = """
    (EXISTS (SELECT 1 FROM partner_keys WHERE partner_keys.partner_id = partners.id)
        OR NOT EXISTS (SELECT 1 FROM members WHERE members.partner_id = partners.id))
"""
_KNOWN = f"""
    SELECT partners.id, {_SINCE_WHEN}
    FROM entitled CROSS JOIN partners ON partners.set_id = entitled.set_id
    WHERE entitled.article_id = ? AND entitled.action = 'withdraw' AND {_ANSWERS}
"""
_LISTS_LEFT = """
    DELETE FROM partner_lists
    WHERE partner_id = ? AND set_id <> (SELECT set_id FROM partners WHERE partners.id = partner_lists.partner_id)
"""
"""What a partner was shown before by the terms that it has again proves nothing of what it took by others meanwhile."""
_LIST = """
    INSERT INTO partner_lists (partner_id, set_id, scope, down_to, at)
    SELECT partners.id, partners.set_id, ?, ?, ? FROM partners WHERE partners.id = ? AND partners.set_id = ?
    ON CONFLICT (partner_id, set_id, scope) DO UPDATE SET down_to = excluded.down_to, at = excluded.at
    WHERE excluded.down_to < partner_lists.down_to
"""


def _known_formerly(db: Connection) -> str:
    """Of those whose present terms never had it, and that came by terms which had. Whoever has read on from there within the
    present terms was told on the way of all that these took away, and so was who has answered a webhook that it is to go. Whoever
    reads feeds alone is told nothing: it was shown the list in which it would stand, and there it was not.
    """
    return f"""
    SELECT partners.id, entitled.action,
        (SELECT partner_reads.at FROM partner_reads
            WHERE partner_reads.partner_id = partners.id AND partner_reads.set_id = partners.set_id),
        (SELECT min(taken.at) FROM {PICKUPS} AS taken
            WHERE taken.partner_id = partners.id AND taken.set_id = partners.set_id
                AND taken.article_id = entitled.article_id),
        (SELECT min(partner_lists.at) FROM partner_lists
            WHERE partner_lists.partner_id = partners.id AND partner_lists.set_id = partners.set_id
                AND {db.among("partner_lists.scope")} AND partner_lists.down_to < entitled.at
                AND NOT EXISTS (SELECT 1 FROM partner_reads WHERE partner_reads.partner_id = partners.id)),
        {_SINCE_WHEN}
    FROM entitled CROSS JOIN partners ON partners.set_id <> entitled.set_id
    WHERE entitled.article_id = ? AND entitled.number > 0 AND {_ANSWERS}
        AND NOT EXISTS (SELECT 1 FROM entitled AS present
            WHERE present.set_id = partners.set_id AND present.article_id = entitled.article_id
                AND present.number > 0)
        AND (EXISTS (SELECT 1 FROM partner_reads
                WHERE partner_reads.partner_id = partners.id AND partner_reads.set_id = entitled.set_id)
            OR EXISTS (SELECT 1 FROM {PICKUPS} AS taken
                WHERE taken.partner_id = partners.id AND taken.set_id = entitled.set_id))
    """


def _lists_of(db: Connection, article_id: int) -> list[str]:
    """Where an article stands, or stood until it was withdrawn; none of one that cannot be read."""
    articles, _ = sift_loaded(db, [article_id])
    return sorted({scope for one in articles if one.day is not None for scope in lists_of_article(one)})


def _first(known: Iterable[int | None]) -> int | None:
    return min((at for at in known if at is not None), default=None)


def _visit_row(partner_id: int, visit: PartnerVisit) -> tuple[object, ...]:
    return to_us(visit.at), visit.set_id, to_us_or_none(visit.since), partner_id


def _note_list(db: Connection, shown: ShownArticles, takers: Mapping[int, datetime]) -> None:
    if shown.listed:
        down_to = -BEYOND if shown.down_to is None else to_us(shown.down_to)
        of_each = [(shown.listed, down_to, to_us(at), id_, shown.set_id) for id_, at in sorted(takers.items())]
        db.executemany(_LIST, of_each)


def _note_taken(db: Connection, shown: ShownArticles, takers: Mapping[int, datetime]) -> None:
    """By the number of what was told last of each article, if that is in the answer: then it is noted once, whichever answers say
    it again. Else by that of the answer.
    """
    by_kind = (
        (shown.articles, db.among("entitled.article_id")),
        (
            shown.withdrawn,
            f"""
            entitled.article_id IN (SELECT id FROM articles WHERE {db.among("guid")})
            AND (entitled.action = 'withdraw' OR entitled.number > {shown.number:d})
            """,
        ),
    )
    for named, which in by_kind:
        if not named:
            continue
        values = db.array(named)
        db.executemany(
            f"""
            INSERT INTO partner_pickups (partner_id, set_id, article_id, number, at)
            SELECT partners.id, entitled.set_id, entitled.article_id,
                CASE WHEN entitled.number < {shown.number:d} THEN entitled.number ELSE {shown.number:d} END, ?
            FROM partners CROSS JOIN entitled ON entitled.set_id = ?
            WHERE partners.id = ? AND entitled.number > 0 AND {which}
            ON CONFLICT (partner_id, set_id, article_id, number) DO NOTHING
            """,
            [(to_us(at), shown.set_id, id_, values) for id_, at in sorted(takers.items())],
        )
