"""What a set of terms grants: whether it sees an article at an instant, why not, and when that may change by the clock alone.

Pure: every engine calls this, and whoever shows a newsroom why a partner does not see something.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from storage.model import Article, Terms, Unseen
from storage.scopes import edited_view, section_paths

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement:
    """Of an article, within some terms, at an instant."""

    unseen: Unseen | None
    """The first reason why it is not seen; None: it is."""
    next_at: datetime | None = None
    """When that may be otherwise, though nothing is written; None: never."""
    embargoed: bool = False
    """It is seen before its embargo ends."""

    @property
    def seen(self) -> bool:
        return self.unseen is None


def entitle(terms: Terms, article: Article, withheld: Collection[str], now: datetime) -> Entitlement:
    """`withheld`: casefolded names of agencies whose articles are passed on to nobody."""
    unseen = next((reason for reason, holds in _NEVER_SEEN if holds(terms, article, withheld)), None)
    if unseen is not None:
        return Entitlement(unseen=unseen)
    return _by_the_clock(terms, article, now)


def is_under_embargo(article: Article) -> bool:
    """Whether the end of its embargo is what readers wait for: what is scheduled for later than that is nobody's yet."""
    return not article.public and article.public_at is not None and article.public_at == article.embargoed_until


def state_of(article: Article, *, embargoed: bool) -> str:
    """A digest of all that a set is told of an article: where it is the same, there is nothing to tell."""
    said = repr((edited_view(article), embargoed, article.embargoed_until if embargoed else None))
    return blake2b(said.encode(errors="replace"), digest_size=12).hexdigest()


def _by_the_clock(terms: Terms, article: Article, now: datetime) -> Entitlement:
    """Of an article that the terms grant as such."""
    assert article.published_at is not None, "what has no date is not published"
    embargoed = not article.public
    out_of_reach = _after(article.published_at, timedelta(days=terms.days)) if terms.days else None
    for reason, end in ((Unseen.LICENCE, article.republish_until), (Unseen.AGE, out_of_reach)):
        if end is not None and end <= now:
            return Entitlement(unseen=reason)
    ends = min((end for end in (article.republish_until, out_of_reach) if end is not None), default=None)
    if embargoed:
        # The write that ends the embargo says so.
        return Entitlement(unseen=None, next_at=ends, embargoed=True)
    begins = _after(article.public_at or article.published_at, timedelta(seconds=terms.delay))
    if begins > now:
        return Entitlement(unseen=Unseen.DELAY, next_at=begins)
    return Entitlement(unseen=None, next_at=ends)


def _after(instant: datetime, time: timedelta) -> datetime:
    return instant + min(time, _NEVER - instant)


def _is_not_published(_terms: Terms, article: Article, _withheld: Collection[str]) -> bool:
    seen_by_some = article.public or is_under_embargo(article)
    return article.day is None or article.published_at is None or not seen_by_some


def _is_embargoed(terms: Terms, article: Article, _withheld: Collection[str]) -> bool:
    return not article.public and not terms.embargoed


def _is_withheld(_terms: Terms, article: Article, withheld: Collection[str]) -> bool:
    return article.source is not None and article.source.name.casefold() in withheld


def _is_of_other_sections(terms: Terms, article: Article, _withheld: Collection[str]) -> bool:
    if not (terms.sections or terms.without_sections):
        return False
    paths = section_paths(article)
    return (bool(terms.sections) and paths.isdisjoint(terms.sections)) or not paths.isdisjoint(terms.without_sections)


def _has_other_tags(terms: Terms, article: Article, _withheld: Collection[str]) -> bool:
    return bool(terms.tags) and not any(tag.slug in terms.tags for tag in article.tags)


def _is_of_other_sources(terms: Terms, article: Article, _withheld: Collection[str]) -> bool:
    name = article.source.name.casefold() if article.source else ""
    return bool(terms.sources) and all(source.casefold() != name for source in terms.sources)


def _is_in_other_languages(terms: Terms, article: Article, _withheld: Collection[str]) -> bool:
    if not terms.languages:
        return False
    spoken = {*_ranges(article.language.casefold())} or {""}
    return all(wanted.casefold() not in spoken for wanted in terms.languages)


def _ranges(tag: str) -> Iterator[str]:
    """The language ranges that match a tag (RFC 4647, section 3.3.1): 'en-gb' gives 'en-gb', 'en'."""
    while tag:
        yield tag
        tag = tag.rpartition("-")[0]


_NEVER_SEEN: tuple[tuple[Unseen, Callable[[Terms, Article, Collection[str]], bool]], ...] = (
    (Unseen.NOT_PUBLISHED, _is_not_published),
    (Unseen.WITHHELD, _is_withheld),
    (Unseen.EMBARGO, _is_embargoed),
    (Unseen.SECTION, _is_of_other_sections),
    (Unseen.TAG, _has_other_tags),
    (Unseen.SOURCE, _is_of_other_sources),
    (Unseen.LANGUAGE, _is_in_other_languages),
)
"""Until something is written."""
