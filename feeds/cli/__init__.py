"""The command line, `dateline`: a file a command, and their table in `app`.

A command imports what it needs when it runs: help must not wait for a server.
"""

from feeds.cli.app import main, run

__all__ = ["main", "run"]
