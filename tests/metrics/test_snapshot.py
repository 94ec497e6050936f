"""Figures of several processes are put together: nothing that was counted is lost, whoever ends and whenever anybody looks."""

import threading
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from feeds.metrics.figures import Gathered
from feeds.metrics.histogram import BOUNDS, Histogram
from feeds.metrics.slate import Slate
from feeds.metrics.snapshot import Snapshot

REQUESTS, CONNECTIONS, POSITION, LAG, WAITS = (
    "dateline_requests_total",
    "dateline_connections",
    "dateline_log_position",
    "dateline_due_lag_seconds",
    "dateline_store_wait_seconds",
)
READERS = ("feedly", "browser")
STEPS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(("poll", "wait", "end")), st.sampled_from(READERS)), max_size=40
)


class Process:
    def __init__(self, number: int) -> None:
        self.number, self.polls, self.waits = number, Counter[str](), Histogram()

    def taken(self) -> Snapshot:
        taken = Snapshot()
        for reader, polls in self.polls.items():
            taken.put(REQUESTS, polls, "latest", "rss", "304", reader)
        taken.put(CONNECTIONS, self.number)
        taken.put(POSITION, 100 - self.number)
        taken.put(LAG, self.number)
        taken.put_histogram(WAITS, self.waits, "read")
        return Snapshot.parse(taken.write())


@given(STEPS)
def test_what_ended_processes_counted_stays_and_their_gauges_go(steps: list[tuple[int, str, str]]) -> None:
    gathered, living = Gathered(), [Process(number) for number in range(4)]
    polls, waits = Counter[str](), 0
    for place, step, reader in steps:
        if step == "poll":
            living[place].polls[reader] += 1
            polls[reader] += 1
        elif step == "wait":
            living[place].waits.note(0.003 * place)
            waits += 1
        else:
            gathered.end(living[place].taken())
            living[place] = Process(10 + place)
        whole = Snapshot.parse(gathered.all([process.taken() for process in living]).write()).values
        assert whole.get(REQUESTS, {}) == {("latest", "rss", "304", reader): n for reader, n in polls.items()}
        numbers = [process.number for process in living]
        assert whole[CONNECTIONS] == {(): sum(numbers)}
        assert whole[POSITION] == {(): 100 - max(numbers)}
        assert whole[LAG] == {(): max(numbers)}
        told = whole[WAITS]["read",]
        assert isinstance(told, tuple)
        assert sum(told[:-1]) == waits


@given(st.lists(st.sampled_from([0.0, *BOUNDS, 99.0]) | st.floats(0, 20), max_size=50))
def test_a_histogram_puts_each_time_into_the_first_bucket_that_holds_it(times: list[float]) -> None:
    histogram = Histogram()
    for seconds in times:
        histogram.note(seconds)
    for place, bound in enumerate(BOUNDS):
        assert sum(histogram.counts[: place + 1]) == sum(seconds <= bound for seconds in times)
    assert sum(histogram.counts) == len(times)


def test_who_reads_a_slate_while_it_is_written_reads_something_whole() -> None:
    slate, other = Slate.new(), [b"%d " % number * (number % 97 * 300 + 1) for number in range(400)]
    reader = Slate(slate.number)
    assert reader.read() == b""

    def write() -> None:
        for text in other:
            slate.write(text)

    written, whole = threading.Thread(target=write), set(other) | {b""}
    written.start()
    while written.is_alive():
        assert reader.read() in whole
    assert reader.read() == other[-1]
    slate.close()
