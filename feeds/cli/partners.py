"""The commands of `dateline partner`."""

import typer

from feeds.cli import partner
from feeds.cli.partner_account import account
from feeds.cli.partner_lint import lint
from feeds.cli.partner_members import members
from feeds.cli.partner_webhooks import remove_webhook, webhook, webhooks

partners = typer.Typer(help="Partners, who take articles on terms.", add_completion=False, rich_markup_mode=None)
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
