"""The site's clocks, as its dates tell: WordPress writes each as its clocks showed it, and in GMT."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from feeds.importers.wxr.xmltree import Node

_SHOWN = 3
"""Time zones that are named."""
_SAMPLES = 200
_FURTHEST = timedelta(hours=14)
_SOME = 10
"""One article in so many may have a wrong date: some importers wrote one for both."""


@dataclass(slots=True)
class Clock:
    """Compares the dates of a site's articles with a newsroom's zone."""

    zone: ZoneInfo
    _dated: int = 0
    _other: int = 0
    """Articles whose local date is not the newsroom's."""
    _other_days: int = 0
    _samples: dict[tuple[int, int, timedelta], datetime] = field(default_factory=dict)
    """An instant of each month and offset of the site's."""

    def look(self, item: Node) -> None:
        """At a post's dates, if it has both."""
        try:
            local = datetime.fromisoformat(item.get("wp:post_date").strip())
            instant = datetime.fromisoformat(item.get("wp:post_date_gmt").strip()).replace(tzinfo=UTC)
            here = instant.astimezone(self.zone).replace(tzinfo=None)
        except (ValueError, OverflowError, TypeError):
            return
        offset = local.replace(tzinfo=None) - instant.replace(tzinfo=None)
        if abs(offset) > _FURTHEST:
            return
        self._dated += 1
        self._other += here != local
        self._other_days += here.date() != local.date()
        if len(self._samples) < _SAMPLES:
            self._samples.setdefault((instant.year, instant.month, offset), instant)

    def warning(self) -> str:
        """A sentence for whoever imports into a newsroom with other clocks; '' where the same."""
        if self._other * _SOME <= self._dated:
            return ""
        offsets = sorted({offset for _, _, offset in self._samples})
        ahead = " or ".join(map(_as_text, offsets[:_SHOWN]))
        fitting = self._fitting()
        choice = f"as in {', '.join(fitting)}" if fitting else "the one under Settings > General there"
        return (
            f"the site's clocks were at {ahead} by its dates, and this newsroom's are of {self.zone.key}: "
            f"{self._other_days:,} of {self._dated:,} articles stand under another day than in their old addresses. Set "
            f"DATELINE_TIMEZONE to the site's time zone ({choice}), and import into an empty database"
        )

    def _fitting(self) -> list[str]:
        """Time zones of places whose clocks showed the same, the best known first."""
        names = sorted(
            name for name in available_timezones() if name.partition("/")[0] in _PLACES and name.count("/") == 1
        )
        names.sort(key=lambda name: name not in _LARGE)
        found: list[str] = []
        for name in names:
            zone = ZoneInfo(name)
            if all(at.astimezone(zone).utcoffset() == offset for (_, _, offset), at in self._samples.items()):
                found.append(name)
                if len(found) == _SHOWN:
                    break
        return found


_PLACES = frozenset({"Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"})
_LARGE = frozenset(
    f"{area}/{city}"
    for area, cities in {
        "Africa": "Cairo Johannesburg Kampala Lagos Nairobi",
        "America": "Bogota Chicago Denver Halifax Los_Angeles Mexico_City New_York Sao_Paulo Toronto",
        "Asia": "Bangkok Dhaka Dubai Hong_Kong Karachi Kolkata Manila Seoul Shanghai Singapore Tokyo",
        "Australia": "Adelaide Brisbane Perth Sydney",
        "Europe": "Athens Berlin Istanbul Lisbon London Madrid Moscow Paris Rome Warsaw",
        "Pacific": "Auckland Honolulu",
    }.items()
    for city in cities.split()
)
"""Where most newsrooms are."""


def _as_text(offset: timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
