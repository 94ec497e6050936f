"""Time zones by the names that feeds give them."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

_BY_RFC_822 = {
    "ut": 0,
    "gmt": 0,
    "z": 0,
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
}
_HOURS: dict[str, float] = _BY_RFC_822 | {
    "utc": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "met": 1, "mez": 1, "cest": 2, "mest": 2, "mesz": 2, "eet": 2, "eest": 3,
    "msk": 3, "msd": 4, "trt": 3, "idt": 3, "ist": 5.5, "wat": 1, "cat": 2, "sast": 2, "eat": 3, "gst": 4, "irst": 3.5, "pkt": 5,
    "npt": 5.75, "ict": 7, "wib": 7, "wita": 8, "wit": 9, "sgt": 8, "myt": 8, "hkt": 8, "pht": 8, "jst": 9, "kst": 9,
    "awst": 8, "acst": 9.5, "acdt": 10.5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "hst": -10, "akst": -9, "akdt": -8,
    "ast": -4, "adt": -3, "nst": -3.5, "ndt": -2.5, "brt": -3, "brst": -2, "art": -3, "clt": -4, "clst": -3, "cot": -5,
    "pet": -5, "vet": -4, "uyt": -3,
}  # fmt: skip
"""East of Greenwich. Of names that several zones have, the one that feeds mean: BST is Britain's summer, IST India's time."""
_WITH_SUMMER = {
    "et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles", "at": "America/Halifax",
}  # fmt: skip


def named_zone(name: str, moment: datetime, newsroom: ZoneInfo) -> tzinfo:
    """The zone that goes by a name in lower case: an abbreviation, or 'europe/berlin'.

    But for RFC 822's, a name that the newsroom's own clocks have at that moment is its own: IST is Ireland's in Dublin. Raises
    ValueError for what is no zone's name.
    """
    if name not in _BY_RFC_822 and name.upper() == moment.replace(tzinfo=newsroom).tzname():
        return newsroom
    if name in _HOURS:
        return timezone(timedelta(hours=_HOURS[name])) if _HOURS[name] else UTC
    known = _WITH_SUMMER.get(name) or (_names().get(name) if not name.isalpha() else None)
    if known is None:
        raise ValueError(name)
    return ZoneInfo(known)


@cache
def _names() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}
