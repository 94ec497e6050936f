"""Partners that fall silent: said once in the log, and once when they are here again, by one worker of all."""

import logging
from datetime import timedelta

from storage.clock import Clock
from storage.protocol import Partners

_log = logging.getLogger(__name__)

_OFTEN = 60.0
"""Seconds between two looks."""
_GRACE = timedelta(minutes=15)
"""After a start: nobody could be here while nothing ran."""


class Silences:
    """A step of a loop."""

    def __init__(self, store: Partners, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._from = clock() + _GRACE
        self.count = 0
        """Of those that are silent, as of the last look."""

    async def step(self) -> float:
        """Raises StoreError."""
        if self._clock() >= self._from:
            begun, ended = await self._store.note_silences()
            self.count = len(await self._store.silent_partners())
            names = {one.id: one for one in await self._store.list_partners()} if begun or ended else {}
            for id_, since in begun.items():
                if partner := names.get(id_):
                    _log.warning(
                        "the partner %s has not been here since %s, for more than %d h%s",
                        partner.name, f"{since:%Y-%m-%d %H:%M} UTC", partner.silence,
                        f": {partner.contact}" if partner.contact else "",
                    )  # fmt: skip
            for id_, since in ended.items():
                if partner := names.get(id_):
                    _log.warning("the partner %s is here again, after %s", partner.name, _told(self._clock() - since))
        return _OFTEN


def _told(time: timedelta) -> str:
    hours = time.total_seconds() / 3600
    return f"{hours:.1f} h" if hours < 48 else f"{hours / 24:.1f} d"
