"""What a partner would refuse, said before it is published."""

from datetime import datetime

from feeds.document import FeedDocument
from feeds.newsroom.partners.presets.base import Preset, Problem
from storage.model import Terms


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


def lint_terms(terms: Terms, preset: Preset) -> tuple[Problem, ...]:
    """What of a partner's terms keeps from it what it demands."""
    found = []
    if preset.needs_text and not terms.full_text:
        found.append(
            ("terms", "Its terms give a summary, and the whole text is demanded: say --text full.", preset.needs_text)
        )
    if preset.needs_pictures and not terms.images:
        found.append(
            ("terms", "Its terms leave out pictures, which are demanded: say --images.", preset.needs_pictures)
        )
    return tuple(
        Problem(article=0, rule=rule, sentence=sentence, source=source, refuses=True)
        for rule, sentence, source in found
    )
