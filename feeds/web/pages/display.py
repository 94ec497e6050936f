"""How pages write dates, counts and languages. Pure, and deaf to the process's locale."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from feeds.wording import ENGLISH, Wording

_RIGHT_TO_LEFT_LANGUAGES = {
    "ar",
    "arc",
    "ckb",
    "dv",
    "fa",
    "he",
    "iw",
    "ji",
    "ks",
    "nqo",
    "ps",
    "sd",
    "syr",
    "ug",
    "ur",
    "yi",
}
_RIGHT_TO_LEFT_SCRIPTS = {"adlm", "arab", "aran", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa"}


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant as a reader in the newsroom's time zone sees it."""

    iso: str
    """RFC 3339 with the zone's offset, or in UTC where that is of no whole minutes: for machines."""
    date: str
    """'22 March 2023'"""
    time: str
    """'14:05'"""
    zone: str
    """'EAT', or '+03' where the zone has no letters."""
    at: str
    """'22 March 2023, 14:05'"""
    short: str
    """'22 Mar 2023, 14:05'"""


def moment(instant: datetime, zone: ZoneInfo, wording: Wording = ENGLISH) -> Moment:
    local, dates = instant.astimezone(zone), wording.dates
    day, time = local.date(), dates.time(local.time())
    date = dates.long(day)
    return Moment(
        iso=_rfc3339(local),
        date=date,
        time=time,
        zone=dates.zone(local),
        at=dates.joined(date, time),
        short=dates.joined(dates.short(day), time),
    )


def _rfc3339(local: datetime) -> str:
    """Its offsets have no seconds, which those of many zones had before their time was standardised: Amsterdam's to 1937."""
    offset = local.utcoffset()
    if offset is None or offset % timedelta(minutes=1):
        local = local.astimezone(UTC)
    return local.isoformat(timespec="seconds")


def comment_count(count: int, wording: Wording = ENGLISH) -> str:
    if count == 0:
        return wording.gettext("No comments")
    return wording.ngettext("One comment", "%(num)s comments", count)


def direction(language: str) -> str:
    """The value of HTML's `dir` for an RFC 5646 tag: a script subtag decides, else the language; 'auto' for ''."""
    if not language:
        return "auto"
    primary, *subtags = language.lower().replace("_", "-").split("-")
    script = next((subtag for subtag in subtags if len(subtag) == 4 and subtag.isalpha()), None)
    if script is not None:
        return "rtl" if script in _RIGHT_TO_LEFT_SCRIPTS else "ltr"
    return "rtl" if primary in _RIGHT_TO_LEFT_LANGUAGES else "ltr"
