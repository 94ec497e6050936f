"""docs/moderation.md: its commands, as they are typed there, and its bodies."""

import json
import re
import shlex
from pathlib import Path

from feeds.clean.fields import read
from feeds.newsroom.bans import BanFields
from tests.cli.conftest import CommandLine

PAGE = (Path(__file__).parents[2] / "docs" / "moderation.md").read_text()


def test_the_commands_work_in_their_order(dateline: CommandLine) -> None:
    commands = re.findall(r"^\$ dateline (.+)$", PAGE, re.M)
    assert len(commands) >= 5
    for command in commands:
        ran = dateline(*shlex.split(command))
        assert ran.code == 0, (command, ran.err)
    listed = dateline("ban", "list").out
    assert re.findall(r"\t(\S+@\S+|\S+/\d+)\t", listed) == ["203.0.113.0/24", "zoe@mail.example"]


def test_the_bodies_are_bans() -> None:
    bodies = [json.loads(body) for body in re.findall(r"```json\n(\{\"kind.*)\n```", PAGE)]
    assert len(bodies) == 2
    for body in bodies:
        read(BanFields, body)
