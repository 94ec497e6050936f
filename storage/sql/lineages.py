"""Which comment answers which: never itself, however far up."""

from collections.abc import Container, Mapping


def parents_first(parents: Mapping[int, int | None], may_move: Container[int]) -> dict[int, int | None]:
    """The same comments and their parents, each after its parent. Of those that would be their own ancestors, which is no other's
    doing than that of those that `may_move`, one of these gets none. Takes as long as there are comments, however deep.
    """
    ordered: dict[int, int | None] = {}
    for start in parents:
        line: list[int] = []
        places: dict[int, int] = {}
        at: int | None = start
        while at is not None and at in parents and at not in ordered and at not in places:
            places[at] = len(line)
            line.append(at)
            at = parents[at]
        cut = None
        if at in places:
            circle = line[places[at] :]
            last = max(place for place, one in enumerate(circle) if one in may_move or place == len(circle) - 1)
            cut = circle[last]
            line = line[: places[at]] + circle[last + 1 :] + circle[: last + 1]
        ordered.update((one, None if one == cut else parents[one]) for one in reversed(line))
    return ordered
