"""The figures of all processes of a server, put together by their supervisor, and told to those who are asked for them."""

from collections.abc import Iterable

from feeds.loops import Loops
from feeds.metrics.figures import Figures, Gathered
from feeds.metrics.slate import Slate
from feeds.metrics.snapshot import Snapshot
from feeds.server.channel import Start
from feeds.server.child import Child


class FiguresOfAll:
    """Reads what each process writes, and writes what they are together. Only who is asked for figures makes more of them."""

    def __init__(self, loops: Loops) -> None:
        """`loops`: the supervisor's own. Raises OSError."""
        self.slate = Slate.new()
        self._loops = loops
        self._gathered = Gathered()

    def end(self, child: Child) -> None:
        """It has ended: what it counted stays."""
        if child.slate is not None:
            self._gathered.end(_read(child.slate))
            child.slate.close()

    def tell(self, children: Iterable[Child]) -> None:
        """Raises OSError."""
        living = [_read(child.slate) for child in children if child.slate is not None]
        self.slate.write(self._gathered.all([*living, self._own()]).write())

    def _own(self) -> Snapshot:
        own = Snapshot()
        for loop, failures in self._loops.failures.items():
            own.put("dateline_loop_failures_total", failures, loop)
        for loop, failing in self._loops.failing.items():
            own.put("dateline_loops_failing", failing, loop)
        return own


def figures_of(start: Start) -> Figures:
    """Where a process of a supervisor's tells its figures, and finds those of all."""
    if start.slates is None:
        return Figures()
    own, whole = start.slates
    return Figures(Slate(own), Slate(whole))


def _read(slate: Slate) -> Snapshot:
    written = slate.read()
    return Snapshot.parse(written) if written else Snapshot()
