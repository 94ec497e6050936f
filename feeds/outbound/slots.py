"""At most so many at once of each name; who comes later waits in line."""

import asyncio


class Slots:
    """Counts by name. A name of which nothing is taken takes no memory."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: dict[str, int] = {}
        self._lines: dict[str, dict[asyncio.Future[None], None]] = {}
        """Who waits, the first first; no line is empty."""

    def take_now(self, name: str) -> bool:
        """One more of the name, if there is room."""
        taken = self._taken.get(name, 0)
        if taken >= self._most:
            return False
        self._taken[name] = taken + 1
        return True

    async def take(self, name: str, patience: float) -> None:
        """One more of the name. Raises TimeoutError where there is no room after so many seconds (0: at once)."""
        if self.take_now(name):
            return
        if patience <= 0:
            raise TimeoutError
        turn = asyncio.get_running_loop().create_future()
        self._lines.setdefault(name, {})[turn] = None
        try:
            async with asyncio.timeout(patience):
                await turn
        except BaseException:
            if turn.cancelled():
                self._leave(name, turn)
            else:
                # It was given at the very moment: whoever is next has it.
                self.give_back(name)
            raise

    def give_back(self, name: str) -> None:
        """One less; or it is the next one's who waits."""
        while line := self._lines.get(name):
            turn = next(iter(line))
            self._leave(name, turn)
            if not turn.done():
                turn.set_result(None)
                return
        if self._taken[name] == 1:
            del self._taken[name]
        else:
            self._taken[name] -= 1

    def is_awaited(self, name: str) -> bool:
        """Whether somebody waits for one."""
        return name in self._lines

    def _leave(self, name: str, turn: asyncio.Future[None]) -> None:
        line = self._lines.get(name, {})
        line.pop(turn, None)
        if not line:
            self._lines.pop(name, None)
