"""What a partner would refuse, said before it is published."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from feeds import paths
from feeds.document import FeedDocument
from feeds.kinds.base import Publication
from feeds.kinds.items import article_items
from feeds.newsroom.partners.form import item_in_form
from feeds.newsroom.partners.presets.base import Preset, Problem
from storage.model import Article, Section, Snapshot, Terms


def lint(document: FeedDocument, preset: Preset, *, now: datetime) -> tuple[Problem, ...]:
    """What is wrong with a feed and its entries in a preset's form: what the form itself mends is not.

    `document` is in any form; `now` is what entries' ages are counted from.
    """
    formed = preset.apply(document)
    return preset.feed_problems(formed) + preset.problems(formed, formed.items, now)


def lint_entries(document: FeedDocument, preset: Preset, *, now: datetime) -> tuple[Problem, ...]:
    """The same of the entries alone: of a document that holds some of a feed's."""
    formed = preset.apply(document)
    return preset.problems(formed, formed.items, now)


def lint_articles(
    articles: Sequence[Article],
    preset: Preset,
    terms: Terms,
    *,
    sections: Iterable[Section],
    publication: Publication,
    now: datetime,
) -> tuple[Problem, ...]:
    """The same of articles, whatever their status, as the terms would grant them: those without a date as if published now."""
    dated = [one if one.published_at else replace(one, published_at=now) for one in articles]
    items, _ = article_items(dated, sections=sections, site_version=0, publication=publication)
    plain = replace(terms, preset="")
    document = FeedDocument(
        title=publication.title,
        description=publication.description,
        page_url=publication.urls.home,
        feed_url=publication.urls.feed(paths.HOME()),
        language=publication.language,
        updated=now,
        items=tuple(item_in_form(item, plain, publication) for item in items),
        snapshot=Snapshot(seq=0, scopes={}),
    )
    return lint_entries(document, preset, now=now)


def lint_terms(terms: Terms, preset: Preset) -> tuple[Problem, ...]:
    """What of a partner's terms keeps from it what it demands."""
    found = []
    if preset.needs_text and not terms.full_text:
        found.append(
            ("Its terms give a summary, and the whole text is demanded: say --text full.", preset.needs_text),
        )
    if preset.needs_pictures and not terms.images:
        found.append(("Its terms leave out pictures, which are demanded: say --images.", preset.needs_pictures))
    return tuple(
        Problem(article=0, rule="terms", sentence=sentence, source=source, refuses=True) for sentence, source in found
    )
