"""`dateline partner lint`: which articles a partner would refuse, before it does."""

import asyncio
from dataclasses import dataclass, replace
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from feeds.cli.outcome import CommandFailed, say
from feeds.cli.store import opened_store, read_settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from feeds.document import FeedDocument
    from feeds.kinds.base import Publication
    from feeds.newsroom.partners.presets.base import Preset, Problem
    from feeds.settings import Settings
    from storage.model import Article, Partner
    from storage.protocol import Store

_UNPUBLISHED = 100
"""The newest articles that are looked through for those which readers do not see yet."""


def lint(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]", help="The partner, as `dateline partner list` shows it; none with --preset alone."
        ),
    ] = None,
    article: Annotated[
        int | None,
        typer.Argument(
            metavar="[ARTICLE-ID]", help="An article, whatever its status; else all of the feed, and what comes."
        ),
    ] = None,
    preset: Annotated[
        str | None,
        typer.Option(metavar="PRESET", help="The form to try, as in msn; unless said, that of the partner's terms."),
    ] = None,
) -> None:
    """Say which articles a partner would refuse, and why.

    Before they are published, too: drafts, scheduled articles and those under embargo are looked at as if they were public now.
    A line for each fault, with the page on which the partner demands it. Exit code 1 where something would be refused.
    """
    if preset is not None and article is None and name is not None and name.isdecimal():
        article, name = int(name), None
    if name is None and preset is None:
        raise typer.BadParameter("name a partner, or a form with --preset")
    found = asyncio.run(_lint(read_settings(), name, article, preset))
    for problem in found.problems:
        print(_line(problem))
    told = f"{found.articles} article{'s' * (found.articles != 1)} as {found.label} wants them"
    refused = sum(problem.refuses for problem in found.problems)
    if refused:
        raise CommandFailed(
            f"looked at {told}: {refused} fault{'s' * (refused != 1)} would be refused; each line says what to change"
        )
    say(f"Looked at {told}: nothing would be refused.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    label: str
    articles: int
    problems: "Sequence[Problem]"


def _line(problem: "Problem") -> str:
    where = f"article {problem.article}" if problem.article else "the feed"
    return f"{'refused' if problem.refuses else 'advice'}: {where}: {problem.sentence} ({problem.source})"


async def _lint(settings: "Settings", name: str | None, article_id: int | None, preset_name: str | None) -> _Found:
    from feeds.kinds.base import Publication
    from feeds.newsroom.partners.lint import lint, lint_articles, lint_terms
    from storage.errors import NotFound
    from storage.model import Terms

    async with opened_store(settings, migrate=False) as store:
        try:
            partner = await store.get_partner(name) if name is not None else None
        except NotFound as error:
            raise CommandFailed(f"{error} `dateline partner list` names all.") from None
        preset = _preset(preset_name, partner)
        now = store.now()
        publication = Publication.of(settings, (await store.get_site()).created_at)
        problems: list[Problem] = list(lint_terms(partner.terms, preset)) if partner else []
        known: frozenset[int] = frozenset()
        if article_id is not None:
            articles: Sequence[Article] = [await store.get_article(article_id)]
        else:
            shown = await _shown(store, publication, partner, preset)
            problems += lint(shown, preset, now=now)
            known = frozenset(item.id for item in shown.items)
            articles = [one for one in await _coming(store, partner, now) if one.id not in known]
        terms = partner.terms if partner else Terms()
        sections = await store.get_sections()
        problems += lint_articles(articles, preset, terms, sections=sections, publication=publication, now=now)
        return _Found(label=preset.label, articles=len(known) + len(articles), problems=problems)


def _preset(name: str | None, partner: "Partner | None") -> "Preset":
    from feeds.newsroom.partners.presets import PRESETS

    asked = name if name is not None else partner.terms.preset if partner else ""
    if not asked and partner:
        raise CommandFailed(
            f"{partner.name} takes the newsroom's own form, of which nothing is demanded: say --preset, or "
            f"`dateline partner set {quote(partner.name)} --preset PRESET`."
        )
    if asked not in PRESETS:
        raise CommandFailed(f"There is no preset {asked!r}: choose one of {', '.join(PRESETS)}.")
    return PRESETS[asked]


async def _shown(
    store: "Store", publication: "Publication", partner: "Partner | None", preset: "Preset"
) -> "FeedDocument":
    """What the partner's feed of the latest articles shows now, in the newsroom's own form."""
    from feeds.kinds.latest import LATEST
    from feeds.newsroom.partners.form import Entitled, in_form, publication_of
    from storage.model import Terms

    # The form comes after: by itself, or as one to try.
    terms = replace(partner.terms if partner else Terms(), preset=preset.name)
    entitled = Entitled(set_id=partner.set_id if partner else 0, terms=terms)
    speaking = publication_of(publication, entitled)
    if partner is None:
        within, speaking = store, replace(publication, feed_items=speaking.feed_items)
    else:
        await store.expand_views()
        within = store.within(partner.set_id)
    document = await LATEST.build(within, speaking, {}, store.now())
    return await in_form(document, replace(terms, preset=""), publication) if partner else document


async def _coming(store: "Store", partner: "Partner | None", now: "datetime") -> "Sequence[Article]":
    """What readers do not see yet, and the partner will."""
    from storage.entitlement import entitle
    from storage.model import ArticleStatus

    newest = await store.list_articles(limit=_UNPUBLISHED)
    coming = [one for one in newest if not one.public and one.status is not ArticleStatus.WITHDRAWN]
    if partner is None:
        return coming
    withheld = await store.withheld_sources()
    return [one for one in coming if entitle(replace(partner.terms, delay=0), _public(one, now), withheld, now).seen]


def _public(article: "Article", now: "datetime") -> "Article":
    from storage.model import ArticleStatus

    return replace(
        article, status=ArticleStatus.PUBLISHED, published_at=now, day=now.date(), embargoed_until=None, public=True
    )
