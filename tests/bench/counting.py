"""What counting costs a poll that is answered from the cache: in short turns, so that what else the machine does meets both."""

from contextlib import ExitStack
from pathlib import Path

from tests.bench.load import Poll, Target, request, same, side_by_side
from tests.bench.polls import FEED, GZIP, ask
from tests.bench.report import Report
from tests.bench.servers import Server, dateline

_ROUNDS, _POLLS = 120, 250
_NOBODY = "192.0.2.1"
"""May read figures: they are counted, and told to the supervisor."""


def report_counting(report: Report, database: Path) -> None:
    with ExitStack() as running:
        start = running.enter_context
        servers = {
            "counted": start(dateline(database, metrics=_NOBODY)),
            "plain": start(dateline(database)),
            "logged": start(dateline(database, access_log="true")),
        }
        etag, _ = [ask(server) for server in servers.values()].pop()
        costs = side_by_side(
            {
                f"{name} {status}": _target(server, status, *fields)
                for status, fields in ((304, (f"If-None-Match: {etag}",)), (200, ()))
                for name, server in servers.items()
            }
        )
    for status, name in ((304, "304"), (200, "200 gzip")):
        plain = costs[f"plain {status}"]
        report.compare(f"{name} with counting on, without", costs[f"counted {status}"], plain, "us CPU", bar=1.03)
        report.compare(f"{name} with the access log, without", costs[f"logged {status}"], plain, "us CPU")


def _target(server: Server, status: int, *fields: str) -> Target:
    poll = Poll(request(FEED, GZIP, *fields), status)
    return Target(server.pids, server.port, same(poll, rounds=_ROUNDS, polls=_POLLS))
