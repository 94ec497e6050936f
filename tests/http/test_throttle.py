"""How often one client may ask."""

from hypothesis import given
from hypothesis import strategies as st

from feeds.http import throttle as module
from feeds.http.throttle import Throttle


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def ask(throttle: Throttle, client: str) -> int:
    """0 if it may, else the seconds to wait."""
    wait = throttle.wait(client)
    if not wait:
        throttle.take(client)
    return wait


def test_a_burst_is_granted_and_then_the_rate() -> None:
    clock = Clock()
    throttle = Throttle(rate=30, burst=3, clock=clock)
    assert [ask(throttle, "192.0.2.1") for _ in range(5)] == [0, 0, 0, 2, 2]
    assert ask(throttle, "192.0.2.2") == 0
    clock.now += 1.5
    assert ask(throttle, "192.0.2.1") == 1
    clock.now += 0.5
    assert [ask(throttle, "192.0.2.1") for _ in range(2)] == [0, 2]
    clock.now += 3600
    assert [ask(throttle, "192.0.2.1") for _ in range(4)] == [0, 0, 0, 2]


def test_a_client_is_an_address_or_an_ipv6_network() -> None:
    throttle = Throttle(rate=1, burst=1, clock=Clock())
    assert ask(throttle, "2001:db8::1") == 0
    assert ask(throttle, "2001:db8::ffff:2") > 0
    assert ask(throttle, "2001:db8:0:1::1") == 0
    assert ask(throttle, "192.0.2.1") == 0
    assert ask(throttle, "::ffff:192.0.2.1") > 0
    assert [ask(throttle, "") for _ in range(9)] == [0] * 9


@given(
    rate=st.integers(1, 600),
    burst=st.integers(1, 20),
    pauses=st.lists(st.floats(0, 30, allow_nan=False), min_size=1, max_size=60),
)
def test_no_stretch_of_time_has_more_than_it_may(rate: int, burst: int, pauses: list[float]) -> None:
    clock = Clock()
    throttle = Throttle(rate, burst, clock)
    granted = []
    for pause in pauses:
        clock.now += pause
        wait = ask(throttle, "192.0.2.1")
        if wait:
            clock.now += wait
            assert ask(throttle, "192.0.2.1") == 0, "who waits as long as it was told may ask"
        granted.append(clock.now)
    for first, start in enumerate(granted):
        for last in range(first, len(granted)):
            allowed = burst + (granted[last] - start) * rate / 60
            assert last - first + 1 <= allowed + 1e-6


def test_strangers_do_not_fill_the_memory() -> None:
    clock = Clock()
    throttle = Throttle(rate=1, burst=1, clock=clock)
    room = module._CLIENTS
    for number in range(room + 500):
        ask(throttle, f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    assert len(throttle._full_at) <= room
    assert ask(throttle, f"10.{room + 499 >> 16}.{room + 499 >> 8 & 255}.{room + 499 & 255}") > 0
    clock.now += 61
    assert ask(throttle, "10.0.0.1") == 0
