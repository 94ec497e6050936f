"""The table of commands."""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from feeds.cli import media, partner, redirect, subscriptions
from feeds.cli.check import check
from feeds.cli.compare import compare
from feeds.cli.copy import copy
from feeds.cli.export import export
from feeds.cli.forget import forget
from feeds.cli.import_ import import_
from feeds.cli.migrate import migrate
from feeds.cli.outcome import exit_code
from feeds.cli.partner_account import account
from feeds.cli.partner_lint import lint
from feeds.cli.partner_members import members
from feeds.cli.partner_webhooks import remove_webhook, webhook, webhooks
from feeds.cli.sample import sample
from feeds.cli.serve import serve
from feeds.cli.token import create, list_, revoke
from feeds.cli.undo_import import undo_import
from feeds.cli.withdraw import withdraw
from feeds.cli.worker import worker

app = typer.Typer(
    help="A syndication feed server for newsrooms.",
    epilog="Settings are DATELINE_* variables, read from the environment and from .env; the README has their table.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
tokens = typer.Typer(help="Tokens for the management API.", rich_markup_mode=None)
tokens.command()(create)
tokens.command("list")(list_)
tokens.command()(revoke)

files = typer.Typer(help="Files of the media folder.", rich_markup_mode=None)
# One command alone would be taken for the whole.
files.callback()(lambda: None)
files.command()(media.add)

redirects = typer.Typer(help="The newsroom's own redirects.", rich_markup_mode=None)
redirects.command()(redirect.add)
redirects.command("list")(redirect.list_)
redirects.command()(redirect.remove)
redirects.command("import")(redirect.import_)

subscribers = typer.Typer(help="Who subscribes to feeds (WebSub).", rich_markup_mode=None)
subscribers.command("list")(subscriptions.list_)
subscribers.command()(subscriptions.show)
subscribers.command()(subscriptions.add)
subscribers.command("set")(subscriptions.set_)
subscribers.command()(subscriptions.remove)
subscribers.command()(subscriptions.check)

partners = typer.Typer(help="Partners, who take articles on terms.", rich_markup_mode=None)
partners.command()(partner.add)
partners.command("list")(partner.list_)
partners.command()(partner.show)
partners.command("set")(partner.set_)
partners.command()(partner.remove)
partners.command()(partner.key)
partners.command()(partner.revoke)
partners.command()(partner.source)
partners.command()(webhook)
partners.command()(webhooks)
partners.command()(remove_webhook)
partners.command()(members)
partners.command()(lint)
partners.command()(account)

app.command()(serve)
app.command()(worker)
app.command()(migrate)
app.command()(check)
app.command()(sample)
app.command("import")(import_)
app.command()(compare)
app.command("undo-import")(undo_import)
app.command()(export)
app.command()(copy)
app.command()(forget)
app.command()(withdraw)
app.add_typer(tokens, name="token")
app.add_typer(files, name="media")
app.add_typer(partners, name="partner")
app.add_typer(redirects, name="redirect")
app.add_typer(subscribers, name="subscriptions")


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
