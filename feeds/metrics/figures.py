"""What a process tells of all processes of its server, and they of it."""

from feeds.metrics.slate import Slate
from feeds.metrics.snapshot import Snapshot, joined


class Figures:
    """Where a supervisor puts a process's figures together with those of others; without one they are all that there is."""

    def __init__(self, own: Slate | None = None, whole: Slate | None = None) -> None:
        """`own`: where this process writes, `whole`: where those of all stand."""
        self._own = own
        self._whole = whole

    @property
    def is_told(self) -> bool:
        """Whether anybody reads what is told."""
        return self._own is not None

    def tell(self, own: Snapshot) -> None:
        """Have others read these. Raises OSError."""
        if self._own is not None:
            self._own.write(own.write())

    def all(self, own: Snapshot) -> Snapshot:
        """Of all processes, as of a second or two ago; of this one alone where nobody else has told of any yet."""
        written = self._whole.read() if self._whole is not None else b""
        return Snapshot.parse(written) if written else own


class Gathered:
    """The figures of several processes, as their supervisor keeps them: what one has counted stays when it has ended."""

    def __init__(self) -> None:
        self._ended = Snapshot()

    def end(self, last: Snapshot) -> None:
        """A process has ended; these were its last figures."""
        self._ended.join(last, counted=True)

    def all(self, living: list[Snapshot]) -> Snapshot:
        return joined((self._ended, *living))
