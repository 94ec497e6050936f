"""Partners, and webhooks, as a terminal shows them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.model import Member, Partner, PartnerKey, PartnerVisit, Webhook


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """The first is the heading; alone, it is not printed."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows if len(rows) > 1 else ():
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def rows_of_partners(
    partners: "Iterable[tuple[Partner, Sequence[PartnerKey]]]",
    visits: "Mapping[int, PartnerVisit]",
    silent: Collection[int],
) -> Sequence[Sequence[str]]:
    from feeds.newsroom.partners.told import told_text

    rows = [("NAME", "SECTIONS", "TEXT", "PRESET", "LASTS UNTIL", "KEYS", "LAST USED", "LAST HERE")]
    for one, keys in partners:
        here = told(visits[one.id].at if one.id in visits else None) + (" SILENT" if one.id in silent else "")
        used = max((key.used_at for key in keys if key.used_at), default=None)
        rows.append(
            (one.name, ", ".join(one.terms.sections) or "all", told_text(one), one.terms.preset or "-", told(one.expires_at),
             str(len(keys)), told(used), here)
        )  # fmt: skip
    return rows


def rows_of_keys(keys: "Iterable[PartnerKey]") -> Sequence[Sequence[str]]:
    rows = [("KEY", "MADE", "LASTS UNTIL", "LAST USED")]
    return rows + [(key.name, told(key.created_at), told(key.expires_at), told(key.used_at)) for key in keys]


def rows_of_members(members: "Iterable[Member]") -> Sequence[Sequence[str]]:
    rows = [("MEMBER", "KEY MADE", "LASTS UNTIL", "LAST USED", "LEAKED", "NETWORKS")]
    return rows + [
        (one.name, told(one.created_at), told(one.expires_at), f"{one.used_at:%Y-%m-%d}" if one.used_at else "never",
         told(one.flagged_at) if one.flagged_at else "-", str(one.networks) if one.flagged_at else "-")
        for one in members
    ]  # fmt: skip


def rows_of_webhooks(found: "Iterable[Webhook]") -> Sequence[Sequence[str]]:
    from feeds.outbound import shown

    rows = [("ID", "URL", "WAITING", "TAKEN LAST", "STATE")]
    for one in found:
        state = f"ended {told(one.ended_at)}: {one.ended_why}" if one.ended_at else one.last_error
        rows.append((str(one.id), shown(one.url), str(one.waiting), told(one.acknowledged_at), state))
    return rows


def fields_of(one: "Partner") -> Sequence[tuple[str, str]]:
    from feeds.newsroom.partners.told import told_terms

    return (*told_terms(one), ("made", told(one.created_at)), ("lasts until", told(one.expires_at)))


def told(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else "never"
