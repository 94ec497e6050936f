"""A partner's terms in words, for whoever manages them."""

from collections.abc import Sequence

from storage.model import Partner


def told_terms(one: Partner) -> Sequence[tuple[str, str]]:
    """What each term is called, and what it says, without dates."""
    terms = one.terms
    return (
        ("name", one.name),
        ("contact", one.contact),
        ("sections", ", ".join(terms.sections) or "all"),
        ("without sections", ", ".join(terms.without_sections)),
        ("tags", ", ".join(terms.tags) or "any"),
        ("sources", ", ".join(name or "(our own)" for name in terms.sources) or "any"),
        ("languages", ", ".join(filter(None, terms.languages)) or "any"),
        ("text", told_text(one)),
        ("images", _said(terms.images)),
        ("comments", _said(terms.comments)),
        ("embargoed", _said(terms.embargoed)),
        ("embargo line", _said(terms.embargo_line)),
        ("delay", f"{terms.delay} s"),
        ("days", str(terms.days or "all")),
        ("items", str(terms.items or "as the newsroom's own")),
        ("preset", terms.preset or "none"),
        ("rate", f"{one.rate} a minute" if one.rate else "any"),
        ("key in path", _said(one.key_in_path)),
        ("renewal url", one.renewal_url),
        ("networks", f"{one.networks} a day" if one.networks else "any"),
        ("end leaked", _said(one.end_leaked)),
    )


def told_text(one: Partner) -> str:
    return "full" if one.terms.full_text else "summary"


def _said(value: bool) -> str:
    return "yes" if value else "no"
