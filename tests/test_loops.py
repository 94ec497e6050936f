"""Loops survive their own errors, with pauses that grow, one line in the log, and a state for who asks."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from feeds.loops import Loops, growing_pause
from storage.errors import Unavailable

pytestmark = pytest.mark.anyio

START = datetime(2023, 3, 22, 12, tzinfo=UTC)


class Enough(BaseException):
    """Ends a loop, which no Exception does."""


class Run:
    """A loop whose every round comes to an end as the test says; its pauses pass at once, on a clock of its own."""

    def __init__(self, *rounds: Exception | None) -> None:
        self.now = START
        self.pauses: list[float] = []
        self.loops = Loops(lambda: self.now, self._sleep)
        self._rounds: Iterator[Exception | None] = iter(rounds)

    async def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += timedelta(seconds=seconds)

    async def _step(self) -> float:
        for outcome in self._rounds:
            if outcome is not None:
                raise outcome
            return 0.25
        raise Enough

    async def end(self) -> "Run":
        with pytest.raises(Enough):
            await self.loops.run_forever("sweeper", self._step)
        return self


def test_a_pause_grows_to_half_a_minute() -> None:
    assert [growing_pause(failures) for failures in (1, 2, 3, 4, 5, 6, 7, 100_000)] == [1, 2, 4, 8, 16, 30, 30, 30]


async def test_a_step_says_when_the_next_comes_and_an_error_is_tried_again_later_and_later() -> None:
    run = await Run(None, KeyError("a"), KeyError("b"), KeyError("c"), None, KeyError("d"), None).end()
    assert run.pauses == [0.25, 1, 2, 4, 0.25, 1, 0.25]
    assert run.loops.failures == {"sweeper": 4}
    assert run.loops.troubles == []


async def test_what_fails_is_known_with_the_time_of_its_first_failure() -> None:
    run = await Run(None, None, KeyError("a"), Unavailable("The disk is full.")).end()
    (trouble,) = run.loops.troubles
    assert trouble.name == "sweeper"
    assert trouble.since == START + timedelta(seconds=0.5)
    assert (trouble.failures, trouble.error) == (2, "Unavailable: The disk is full.")


async def test_of_an_unexpected_error_only_the_class_is_shown() -> None:
    run = await Run(ValueError("hunter2")).end()
    assert run.loops.troubles[0].error == "ValueError"


async def test_one_error_is_one_line_however_long_it_lasts(caplog: pytest.LogCaptureFixture) -> None:
    await Run(*[ValueError("no") for _ in range(50)], None).end()
    lines = [(record.levelno, record.getMessage()) for record in caplog.records]
    assert lines == [
        (logging.ERROR, "sweeper fails, and is tried again: ValueError"),
        (logging.WARNING, "sweeper works again, after 50 failures"),
    ]
    assert caplog.records[0].exc_info is not None, "where it came from"


async def test_a_loop_that_fails_every_other_time_does_not_fill_the_log(caplog: pytest.LogCaptureFixture) -> None:
    await Run(*[ValueError("no") if number % 2 else None for number in range(100)]).end()
    assert len(caplog.records) == 2


async def test_another_error_is_another_line_and_so_is_one_of_another_day(caplog: pytest.LogCaptureFixture) -> None:
    healthy = [None] * 300
    await Run(ValueError(), Unavailable("Full."), ValueError(), *healthy, ValueError()).end()
    said = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert [line.rpartition("again: ")[2] for line in said] == ["ValueError", "Unavailable: Full.", "ValueError"]
