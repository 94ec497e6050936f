"""The table of commands."""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from feeds.cli.outcome import exit_code

COMMANDS = {
    "serve": "feeds.cli.serve:serve",
    "worker": "feeds.cli.worker:worker",
    "migrate": "feeds.cli.migrate:migrate",
    "check": "feeds.cli.check:check",
    "sample": "feeds.cli.sample:sample",
    "import": "feeds.cli.import_:import_",
    "compare": "feeds.cli.compare:compare",
    "undo-import": "feeds.cli.undo_import:undo_import",
    "export": "feeds.cli.export:export",
    "copy": "feeds.cli.copy:copy",
    "forget": "feeds.cli.forget:forget",
    "ban": "feeds.cli.ban:bans",
    "held-webhook": "feeds.cli.held_webhook:held_webhooks",
    "withdraw": "feeds.cli.withdraw:withdraw",
    "media": "feeds.cli.media:files",
    "token": "feeds.cli.token:tokens",
    "partner": "feeds.cli.partners:partners",
    "redirect": "feeds.cli.redirect:redirects",
    "subscriptions": "feeds.cli.subscriptions:subscriptions",
}
"""Of each its module, and there a function, or what has commands of its own."""


class Commands(TyperGroup):
    """A command is imported when it is run, or when the help names all: the options of the others would take as long as a start."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  as it is called
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        found = getattr(import_module(module), name)
        if isinstance(found, typer.Typer):
            command = typer.main.get_command(found)
        else:
            alone = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
            alone.command()(found)
            command = typer.main.get_command(alone)
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=Commands,
    help="A syndication feed server for newsrooms.",
    epilog="Settings are DATELINE_* variables, read from the environment and from .env; the README has their table.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code."""
    return exit_code(lambda: app(list(arguments), prog_name="dateline", standalone_mode=False))


@app.callback(invoke_without_command=True)
def dateline(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    if version:
        from feeds import __version__

        print(f"dateline {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help())
