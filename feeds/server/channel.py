"""What a supervisor and a worker say to each other over a socket pair: lines, a word each and what belongs to it.

To a worker: `serve 0 2` (accept from these listeners and no others), `troubles JSON` (loops of other processes that fail), `end`
(accept nothing more, answer what is under way, end).
From a worker: `ready`, `beat` (its loop turns), `replace` (somebody told this process to end), `failed REASON`, `deliver` (somebody
subscribes, or asks to).
To the process that delivers: `deliver` (something was asked of the hub), `end`.
From it, as from a worker; and `troubles JSON` (its loops that fail), `unused` (nobody subscribes any more).
"""

import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from feeds.settings import Settings

BEAT = 1.0
"""Seconds from one `beat` to the next."""
_ORPHAN = 2.0
"""Seconds that a worker whose supervisor is gone may take to end."""


@dataclass(frozen=True, slots=True)
class Start:
    """What a worker is given at its start, by standard input. The listeners are open files that it inherits."""

    settings: "Settings"
    listeners: tuple[int, ...]
    slates: tuple[int, int] | None = None
    """Open files that it inherits: where it writes its figures, and where those of all processes stand; None: nobody reads any."""
    delivers: bool = False
    """It is to deliver, and serves nobody."""


class Channel:
    """A worker's end. The supervisor is heard in a thread of its own, from the first moment to the end of the process."""

    def __init__(self, number: int) -> None:
        """`number` is that of an open file."""
        self._socket = socket.socket(fileno=number)
        self._obey: Callable[[str, str], None] | None = None
        self._orphaned: Callable[[], None] | None = None
        threading.Thread(target=self._listen, name="supervisor", daemon=True).start()

    def say(self, word: str, rest: str = "") -> None:
        """If the supervisor is gone, the worker hears so elsewhere; nor does it wait for one that does not listen."""
        line = " ".join(f"{word} {rest}".split())
        with suppress(OSError):
            self._socket.send(line.encode()[:4000] + b"\n", socket.MSG_DONTWAIT)

    def heed(self, obey: Callable[[str, str], None], orphaned: Callable[[], None]) -> None:
        """What to call, in the channel's thread, with each word and what belongs to it, and when the supervisor is gone.

        If `orphaned` does not bring the process to its end in time, or there is none yet, it ends at once: it must not live on
        beside the next server. No word comes before the worker has said that it is ready.
        """
        self._obey, self._orphaned = obey, orphaned

    def _listen(self) -> None:
        # What is called may belong to a loop that is closed already.
        with suppress(RuntimeError, OSError):
            with self._socket.makefile("rb") as lines:
                for line in lines:
                    word, _, rest = line.decode().strip().partition(" ")
                    if self._obey is not None:
                        self._obey(word, rest)
            if self._orphaned is not None:
                self._orphaned()
                time.sleep(_ORPHAN)
        os._exit(1)
