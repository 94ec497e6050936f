"""How long a client may keep what it got (max-age; RFC 9111, section 5.2.2.1): the longer, the longer nothing has changed."""

QUIET = 10
"""It may wait for a tenth of the time that it has been quiet: so nobody learns of a change later than that."""


def ages(least: int, most: int) -> tuple[int, ...]:
    """The steps, in seconds: the least, then each twice the one before, then the most, if that is more.

    A step is reached where it has been quiet for QUIET times as long.
    """
    steps = [least]
    while 0 < 2 * steps[-1] < most:
        steps.append(2 * steps[-1])
    if 0 < steps[-1] < most:
        steps.append(most)
    return tuple(steps)
