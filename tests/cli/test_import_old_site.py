"""`dateline import URL --from wordpress` as it is typed."""

import json
import re
import signal
import subprocess

import pytest

from tests.cli.conftest import CommandLine
from tests.wordpress.site import Site


@pytest.fixture
def from_wordpress(called_here: CommandLine, wordpress: Site) -> CommandLine:
    return called_here.with_(DATELINE_WORDPRESS_USER=wordpress.user, DATELINE_WORDPRESS_PASSWORD=wordpress.password)


def exported(dateline: CommandLine) -> set[str]:
    lines = [json.loads(line) for line in dateline("export", "--private").out.splitlines()]
    return {line["article"]["headline"] for line in lines if "article" in line}


def test_a_site_is_imported_with_its_drafts(from_wordpress: CommandLine, wordpress: Site) -> None:
    wordpress.post("Public")
    wordpress.post("Begun", status="draft")
    done = from_wordpress("import", wordpress.url, "--from", "wordpress")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Read a WordPress site:")
    assert "2 added" in done.out
    assert exported(from_wordpress) == {"Public", "Begun"}
    assert wordpress.password not in done.out
    assert list((from_wordpress.folder / "var" / "wordpress").glob("*.db"))


def test_what_changes_is_taken_until_ctrl_c(dateline: CommandLine, wordpress: Site) -> None:
    wordpress.post("First")
    followed = dateline.with_(DATELINE_WORDPRESS_INTERVAL="1", DATELINE_WORDPRESS_PAUSE="0")
    command = [*followed.command, "import", wordpress.url, "--from", "wordpress", "--follow"]
    with subprocess.Popen(
        command,
        cwd=dateline.folder,
        env=followed.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if line.startswith("Taking changes"):
                wordpress.post("Second")
            if re.match(r"\d{4}-\d\d-\d\d .*Z 1 added", line):
                process.send_signal(signal.SIGINT)
        assert process.stderr.read() == ""
    assert process.returncode == 0
    assert said[-1].startswith("Ended.")
    assert exported(dateline) == {"First", "Second"}


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--from", "drupal"), "give wordpress"),
        (("--follow",), "give wordpress"),
        (("--scheduled",), "give wordpress"),
        (("--from", "wordpress", "--section", "world"), "leave out --section"),
    ],
)
def test_what_does_not_go_together_is_wrong_usage(
    arguments: tuple[str, ...], why: str, called_here: CommandLine
) -> None:
    done = called_here("import", "https://old.example/", *arguments)
    assert done.code == 2
    assert why in done.fault


def test_a_password_is_of_a_user_and_a_user_has_one(called_here: CommandLine) -> None:
    url = ("import", "https://old.example/", "--from", "wordpress")
    done = called_here.with_(DATELINE_WORDPRESS_USER="jdoe")(*url)
    assert done.code == 1
    assert "set DATELINE_WORDPRESS_PASSWORD to an application password of jdoe" in done.fault
    done = called_here.with_(DATELINE_WORDPRESS_PASSWORD="abcd efgh")(*url)
    assert "set DATELINE_WORDPRESS_USER" in done.fault
    assert "abcd" not in done.fault


def test_what_was_fetched_is_not_kept_where_all_is_public(called_here: CommandLine) -> None:
    done = called_here.with_(DATELINE_WORDPRESS_DIR="var/media/wordpress")("check")
    assert done.code == 2
    assert "DATELINE_WORDPRESS_DIR" in done.fault


def test_a_site_that_cannot_be_read_is_one_line(called_here: CommandLine) -> None:
    done = called_here("import", "http://127.0.0.1:9/", "--from", "wordpress")
    assert done.code == 1
    assert done.fault.startswith("dateline: http://127.0.0.1:9/: cannot be reached")
