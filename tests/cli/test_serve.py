"""`dateline serve`: up to the first answer, and down again."""

import re
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from urllib.request import urlopen

from tests.cli.conftest import CommandLine
from tests.ports import free_port
from tests.server.running import before_all


@contextmanager
def serving(
    dateline: CommandLine, *arguments: str, expected: Sequence[str] = ()
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process, and the URL that it says to open.

    `expected`: what it warns of before, besides the variables and the database that it had to make.
    """
    with subprocess.Popen(
        [*dateline.command, "serve", *arguments],
        cwd=dateline.folder, env=dateline.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            assert process.stderr is not None
            line, warned = process.stderr.readline(), []
            while line and not line.startswith("Dateline serves"):
                warned.append(line.rstrip())
                line = process.stderr.readline()
            said = re.fullmatch(
                r"Dateline serves (http://\S+) - open it, or subscribe to (http://\S+)/feed\.rss\n", line
            )
            assert said is not None, (warned, line)
            others = [
                one for one in warned if "there was no database at" not in one and "dateline: warning:" not in one
            ]
            assert [one.partition(" WARNING feeds.cli.serve: ")[2] for one in others] == list(expected)
            assert said[1] == said[2] + "/"
            yield process, said[2]
        finally:
            process.kill()


def get(url: str) -> tuple[int, str]:
    with urlopen(url, timeout=60) as answer:
        return answer.status, answer.read().decode()


def test_it_makes_an_empty_newsroom_and_serves_it(dateline: CommandLine) -> None:
    with serving(dateline, "--port", "0") as (process, url):
        assert get(f"{url}/readyz")[0] == 200
        status, feed = get(f"{url}/feed.rss")
        assert status == 200
        assert "<item>" not in feed, "the sample edition is loaded by its command alone"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", "")


def test_links_lead_to_where_it_listens_until_a_base_url_is_set(dateline: CommandLine) -> None:
    port = free_port()
    with serving(dateline.with_(PORT=str(port))) as (_, url):
        assert url == f"http://127.0.0.1:{port}"
        assert f"{url}/feed.json" in get(f"{url}/feed.json")[1]
    with serving(dateline.with_(DATELINE_BASE_URL="https://news.example"), "--port", "0") as (_, url):
        feed = get(f"{url}/feed.json")[1]
        assert "https://news.example/feed.json" in feed
        assert "127.0.0.1" not in feed


def test_a_taken_port_is_one_line_and_1(alone: CommandLine) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        # A server that was killed a moment ago would be waited for.
        soon = before_all(alone.folder, "from feeds.server import listeners\nlisteners._PREDECESSOR = 0.1")
        ran = alone.with_(PYTHONPATH=soon)("serve", "--port", str(port))
    assert ran.code == 1
    assert str(port) in ran.fault


def test_a_store_that_cannot_be_opened_is_one_line_and_1(dateline: CommandLine) -> None:
    (dateline.folder / "damaged.db").write_bytes(b"this is no database" * 100)
    ran = dateline.with_(DATELINE_DATABASE_URL="sqlite:///damaged.db")("serve", "--port", "0")
    assert ran.code == 1
    assert "damaged.db" in ran.fault
