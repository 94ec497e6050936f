"""`dateline partner`: who takes articles on terms."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from shlex import quote
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from feeds.cli.outcome import CommandFailed, say
from feeds.cli.partner_options import (
    Comments,
    Contact,
    Days,
    Delay,
    Embargoed,
    EmbargoLine,
    EndLeaked,
    Expires,
    Images,
    Items,
    KeyInPath,
    Languages,
    Networks,
    Preset,
    Rate,
    RenewalUrl,
    Sections,
    Silence,
    Sources,
    Tags,
    Text,
    Without,
    end_of,
    option_of,
    said_of,
)  # fmt: skip
from feeds.cli.partner_shown import fields_of, print_table, rows_of_keys, rows_of_partners
from feeds.cli.store import is_embedded, opened_store, read_settings

if TYPE_CHECKING:
    from feeds.settings import Settings
    from storage.model import Partner, PartnerKey, PartnerVisit
    from storage.protocol import Store

T = TypeVar("T")

Name = Annotated[str, typer.Argument(metavar="NAME", help="As `dateline partner list` shows it, whatever the case.")]
KeyName = Annotated[str, typer.Argument(metavar="KEYNAME", help="What the key is for, or from when.")]


def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Unique, whatever its case; the user's name in Basic.")],
    section: Sections = None,
    without_section: Without = None,
    tag: Tags = None,
    source: Sources = None,
    language: Languages = None,
    text: Text = None,
    images: Images = None,
    comments: Comments = None,
    embargoed: Embargoed = None,
    embargo_line: EmbargoLine = None,
    delay: Delay = None,
    days: Days = None,
    items: Items = None,
    rate: Rate = None,
    silence: Silence = None,
    expires: Expires = None,
    preset: Preset = None,
    contact: Contact = None,
    key_in_path: KeyInPath = None,
    renewal_url: RenewalUrl = None,
    networks: Networks = None,
    end_leaked: EndLeaked = None,
) -> None:
    """Let somebody take articles on terms.

    What is not said is not restricted: all sections, the full text, with pictures; without comments, and nothing under embargo.
    Then `dateline partner key` makes what it proves itself with.
    """
    settings = read_settings()
    said = said_of(locals(), settings) | {"name": name}

    async def work(store: "Store") -> "Partner":
        from feeds.newsroom.partners.terms import create_partner

        return await create_partner(store, said, clock=store.now, language=settings.language)

    partner = run_with_partners(settings, work, said, migrate=True)
    say(
        f"{partner.name} takes {_scope_of(partner)} at /partner/. Its first key: dateline partner key {quote(partner.name)} KEYNAME"
    )


def list_() -> None:
    """List the partners.

    A line for each: its name, what it sees, in which form, until when, its keys, when one of these was last used, to the hour, and
    when it was here last: after which it says SILENT, where that is longer ago than its --silence. Times are in UTC.
    """

    async def work(
        store: "Store",
    ) -> "tuple[Sequence[tuple[Partner, Sequence[PartnerKey]]], Mapping[int, PartnerVisit], Collection[int]]":
        partners = [(one, await store.list_partner_keys(one.name)) for one in await store.list_partners()]
        return partners, await store.partner_visits(), await store.silent_partners()

    partners, visits, silent = run_with_partners(read_settings(), work)
    print_table(rows_of_partners(partners, visits, silent))
    if not partners:
        say("There are no partners: `dateline partner add` makes one.")


def show(name: Name) -> None:
    """Show one partner.

    Its terms, and its keys without what they open with. Times are in UTC.
    """

    async def work(store: "Store") -> "tuple[Partner, Sequence[PartnerKey], Mapping[str, str], frozenset[str]]":
        partner = await store.get_partner(name)
        sections = frozenset(section.path for section in await store.get_sections())
        return partner, await store.list_partner_keys(name), await store.withheld_sources(), sections

    partner, keys, withheld, sections = run_with_partners(read_settings(), work)
    for label, value in fields_of(partner):
        print(f"{label:<18}{value}".rstrip())
    print_table(rows_of_keys(keys))
    if not keys:
        say(f"It has no key: `dateline partner key {quote(partner.name)} KEYNAME` makes one.")
    if withheld:
        say(f"Withheld from all partners: {', '.join(withheld.values())}.")
    if gone := sorted({*partner.terms.sections, *partner.terms.without_sections} - sections):
        say(f"dateline: warning: there is no section {', '.join(gone)} any more: nothing can be in it")


def set_(
    name: Name,
    section: Sections = None,
    without_section: Without = None,
    tag: Tags = None,
    source: Sources = None,
    language: Languages = None,
    text: Text = None,
    images: Images = None,
    comments: Comments = None,
    embargoed: Embargoed = None,
    embargo_line: EmbargoLine = None,
    delay: Delay = None,
    days: Days = None,
    items: Items = None,
    rate: Rate = None,
    silence: Silence = None,
    expires: Expires = None,
    preset: Preset = None,
    contact: Contact = None,
    key_in_path: KeyInPath = None,
    renewal_url: RenewalUrl = None,
    networks: Networks = None,
    end_leaked: EndLeaked = None,
    any_section: Annotated[bool, typer.Option("--any-section", help="All sections again.")] = False,
    any_tag: Annotated[bool, typer.Option("--any-tag", help="Whatever its tags again.")] = False,
    any_source: Annotated[bool, typer.Option("--any-source", help="Of any agency again.")] = False,
    any_language: Annotated[bool, typer.Option("--any-language", help="In all languages again.")] = False,
    name_: Annotated[str | None, typer.Option("--name", metavar="NAME", help="Another name.")] = None,
) -> None:
    """Change a partner's terms.

    What is not said stays; sections, tags, agencies and languages that are said stand in place of those before. Whoever follows its
    changes is told of what the new terms show and hide.
    """
    settings = read_settings()
    opened: dict[str, object] = {}
    if any_section:
        opened |= {"sections": [], "without_sections": []}
    for asked, field in ((any_tag, "tags"), (any_source, "sources"), (any_language, "languages")):
        opened |= {field: []} if asked else {}
    said = opened | said_of(locals(), settings) | ({"name": name_} if name_ is not None else {})
    if not said:
        raise typer.BadParameter("say what is to change: `dateline partner set --help` names all")

    async def work(store: "Store") -> "Partner":
        from feeds.newsroom.partners.terms import edit_partner

        return await edit_partner(store, name, said, clock=store.now, language=settings.language)

    partner = run_with_partners(settings, work, said)
    say(f"{partner.name} takes {_scope_of(partner)}.")


def remove(name: Name) -> None:
    """Forget a partner and its keys, at once and on every worker."""

    async def work(store: "Store") -> None:
        from feeds.newsroom.partners.terms import delete_partner

        await delete_partner(store, name)

    run_with_partners(read_settings(), work)
    say(f"The partner {name!r} is forgotten, and its keys open nothing.")


def key(name: Name, keyname: KeyName, expires: Expires = None) -> None:
    """Make a key and print it.

    Only its hash is kept, so it cannot be shown again. Keys may overlap: make the new one, end the old one when it is in use.
    """
    settings = read_settings()
    data: dict[str, object] = {"name": keyname}
    if expires is not None:
        data["expires_at"] = end_of(expires, settings)

    async def work(store: "Store") -> str:
        from feeds.newsroom.partners.terms import create_key

        return (await create_key(store, name, data, clock=store.now))[1]

    print(run_with_partners(settings, work, data))
    say(
        "Keep it now: it cannot be shown again. It goes with each request as the password of Basic, with the partner's name as the "
        "user, or as: Authorization: Bearer KEY"
    )


def revoke(name: Name, keyname: KeyName) -> None:
    """End a key at once, on every worker."""

    async def work(store: "Store") -> None:
        await store.revoke_partner_key(name, keyname)

    run_with_partners(read_settings(), work, listed=f"show {quote(name)}")
    say(f"The key {keyname!r} of {name!r} is revoked.")


def source(
    name: Annotated[str | None, typer.Argument(metavar="SOURCE", help="The agency's name, whatever the case.")] = None,
    withhold: Annotated[
        bool | None,
        typer.Option("--withhold/--pass-on", help="Pass its articles on to no partner, whatever the terms; or again."),
    ] = None,
) -> None:
    """Say which agencies' articles may not be passed on.

    Without a name, those that are withheld are listed.
    """
    from feeds.newsroom.partners.terms import source_label

    if (name is None) != (withhold is None):
        raise typer.BadParameter("name an agency, with --withhold or --pass-on; or neither, to list what is withheld")

    async def work(store: "Store") -> "Mapping[str, str]":
        if name is not None and withhold:
            await store.withhold_source(source_label(name))
        elif name is not None:
            await store.pass_on_source(name)
        return await store.withheld_sources()

    withheld = run_with_partners(read_settings(), work, listed="source")
    if name is None:
        for label in withheld.values():
            print(label)
    said = ", ".join(withheld.values()) if withheld else "nothing"
    say(f"Withheld from all partners: {said}.")


def run_with_partners(
    settings: "Settings",
    work: "Callable[[Store], Awaitable[T]]",
    said: Mapping[str, object] | None = None,
    *,
    migrate: bool = False,
    listed: str = "list",
) -> T:
    """What the work returns, done with the store. `said`: what is to be kept, by field; `listed`: the command that lists all.

    Raises CommandFailed naming all that is wrong with what was said.
    """
    from storage.errors import Invalid, NotFound

    async def done() -> T:
        async with opened_store(settings, migrate=migrate and is_embedded(settings)) as store:
            return await work(store)

    try:
        return asyncio.run(done())
    except Invalid as error:
        wrong = [f"{option_of(field, said or {})}: {why}" for field, why in error.fields.items()]
        raise CommandFailed("; ".join(wrong)) from None
    except NotFound as error:
        raise CommandFailed(f"{error} `dateline partner {listed}` names all.") from None


def _scope_of(partner: "Partner") -> str:
    terms = partner.terms
    where = ", ".join(terms.sections) if terms.sections else "all sections"
    return f"{where} in {'full' if terms.full_text else 'summary'}"
