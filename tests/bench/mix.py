"""A day's polls in small: many feeds, several readers, most of whom have what there is; beside nginx with the same bytes."""

from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from random import Random

from tests.bench.load import Poll, Target, connection, exchange, field, request, side_by_side
from tests.bench.newsroom import AUTHORS, NEWEST, SECTIONS, TAGS
from tests.bench.polls import GZIP, same_bytes
from tests.bench.readers import READERS, Reader
from tests.bench.report import Report
from tests.bench.servers import TUNED, Server, dateline, nginx

FEEDS = 500
ROUNDS = 48
"""The first of them uncounted. There are 7,500 different polls, each of which comes six times: readers send the same bytes until
the feed changes, and more often than that."""
NEW_ROUNDS = 16
"""In so few, most polls are met for the first time: as after a restart."""
POLLS = 1000
"""In a round: 600 answered 304, 300 answered 200, and 100 that take a connection of their own, answered 304."""
CONNECTIONS = 20

STALE = '"1-0123456789abcdef01234567-gz"', "Mon, 02 Feb 2026 08:00:00 GMT"
"""Validators of long ago: too old for a delta."""

Validators = dict[tuple[str, Reader], tuple[str | None, str | None]]


def report_mix(report: Report, database: Path, folder: Path) -> None:
    name = f"mix: 60 % 304, 30 % 200 of {FEEDS} feeds, 10 % new connections; nginx tuned"
    costs = _costs(database, folder, ROUNDS)
    report.compare(name, costs["ours"], costs.get("nginx"), "us CPU", bar=1.5)
    costs = _costs(database, folder, NEW_ROUNDS)
    report.compare("  after a start, most polls being new", costs["ours"], costs.get("nginx"), "us CPU")


def _costs(database: Path, folder: Path, rounds: int) -> dict[str, float]:
    with ExitStack() as running:
        start = running.enter_context
        ours = start(dateline(database))
        paths = feeds()
        for path in paths:
            with connection(ours.port) as poll:
                same_bytes(folder, path, exchange(poll, request(path, GZIP)).partition(b"\r\n\r\n")[2])
        targets = {"ours": _target(ours, paths, rounds)}
        files = start(nginx(folder, TUNED))
        if files is not None:
            targets["nginx"] = _target(files, paths, rounds)
        return side_by_side(targets)


def feeds() -> list[str]:
    """Of every kind that lists articles, in every format."""
    pages = ["/", *(f"/section/{section}/" for section in SECTIONS), *(f"/author/author-{n}/" for n in range(AUTHORS))]
    pages += [f"/tag/tag-{number}/" for number in range(TAGS)]
    pages += [f"/{NEWEST - timedelta(days=back):%Y/%m/%d}/" for back in range(1, FEEDS)]
    return [f"{page}feed.{extension}" for page in pages for extension in ("rss", "atom", "json")][:FEEDS]


def _target(server: Server, paths: list[str], rounds: int) -> Target:
    """The same readers ask for the same feeds, whatever the server; the validators are its own."""
    validators: Validators = {}
    with connection(server.port) as poll:
        for path in paths:
            for reader in READERS:
                head = exchange(poll, reader(path, 1, None, None))
                validators[path, reader] = (field(head, "etag"), field(head, "last-modified"))
    chance = Random(1)
    return Target(server.pids, server.port, [_round(paths, validators, chance) for _ in range(rounds)], CONNECTIONS)


def _round(paths: list[str], validators: Validators, chance: Random) -> list[Poll]:
    polls = []
    for number in range(POLLS):
        path, reader = chance.choice(paths), chance.choice(READERS)
        # An aggregator has its own number of subscribers for each feed.
        subscribers = 1 + _number_of(path)
        if number % 10 in (0, 3, 7):
            known = STALE if chance.random() < 0.5 else (None, None)
            polls.append(Poll(reader(path, subscribers, *known), 200))
        else:
            polls.append(Poll(reader(path, subscribers, *validators[path, reader]), 304, fresh=number % 10 == 9))
    chance.shuffle(polls)
    return polls


def _number_of(path: str) -> int:
    """A number of the path, the same in every run."""
    return sum(path.encode()) % 997
