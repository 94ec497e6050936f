"""Who is sent to next: no host holds up another."""

from random import Random

from feeds.delivery.lines import Lines


def lines(at_once: int = 4, per_host: int = 2, longest: int = 5, most: int = 20) -> Lines[str]:
    return Lines(at_once=at_once, per_host=per_host, longest=longest, most=most)


def taken(those: Lines[str]) -> list[str]:
    found = []
    while (one := those.take()) is not None:
        found.append(one[1])
    return found


def test_hosts_take_turns_and_each_has_so_many_at_once() -> None:
    those = lines()
    for number in range(5):
        assert those.join("slow", f"slow {number}", 0) == 0
    those.join("quick", "quick 0", 0)
    assert taken(those) == ["slow 0", "quick 0", "slow 1"], "two of the slow one, though there is room for four"
    those.done("quick")
    assert taken(those) == []
    those.done("slow")
    assert taken(those) == ["slow 2"]


def test_the_total_is_bounded() -> None:
    those = lines(at_once=3)
    for host in "abcd":
        those.join(host, host, 0)
    assert taken(those) == ["a", "b", "c"]
    those.done("b")
    assert taken(those) == ["d"]


def test_a_full_line_takes_no_more_and_tells_its_hosts_pace() -> None:
    those = lines(longest=2, most=10)
    assert [those.join("slow", str(number), 100.0) for number in range(2)] == [0, 0]
    assert those.join("slow", "2", 107.0) == 7.0
    assert those.room == 8
    assert those.join("other", "3", 107.0) == 0


def test_what_waits_may_be_given_up_and_what_is_sent_is_not() -> None:
    those = lines()
    for number in range(5):
        those.join("a", str(number), 0)
    those.join("b", "5", 0)
    assert taken(those) == ["0", "5", "1"]
    those.keep(lambda one: one != "3")
    assert those.waiting() == ["2", "4"]
    those.keep(lambda _one: False)
    assert those.room == 20
    for host in ("a", "b", "a"):
        those.done(host)
    assert those.is_empty
    assert those.take() is None
    those.join("a", "6", 0)
    assert taken(those) == ["6"], "it goes on"


def test_any_course_keeps_the_order_of_each_host_and_all_bounds() -> None:
    chance = Random(4)
    for _ in range(200):
        those = lines()
        came: dict[str, list[int]] = {}
        went: dict[str, list[int]] = {}
        sending: list[str] = []
        for number in range(60):
            host = chance.choice("abc")
            if those.room and not those.join(host, f"{number}", number):
                came.setdefault(host, []).append(number)
            if chance.random() < 0.5 and (one := those.take()):
                went.setdefault(one[0], []).append(int(one[1]))
                sending.append(one[0])
            if sending and chance.random() < 0.4:
                those.done(sending.pop(chance.randrange(len(sending))))
            assert len(sending) <= 4
            assert all(sending.count(host) <= 2 for host in sending)
        while not those.is_empty:
            while one := those.take():
                went.setdefault(one[0], []).append(int(one[1]))
                sending.append(one[0])
            those.done(sending.pop())
        assert went == came
