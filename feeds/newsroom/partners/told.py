"""A partner's terms and account in words, for whoever manages them."""

from collections.abc import Sequence
from datetime import timedelta

from feeds.newsroom.partners.account import Account
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
        ("silence", f"told after {one.silence} h" if one.silence else "never told"),
        ("key in path", _said(one.key_in_path)),
        ("renewal url", one.renewal_url),
        ("networks", f"{one.networks} a day" if one.networks else "any"),
        ("end leaked", _said(one.end_leaked)),
    )


def told_text(one: Partner) -> str:
    return "full" if one.terms.full_text else "summary"


def told_freshness(account: Account) -> str:
    """'median 45 s, worst 3.5 h'; '' where it is not known."""
    delays = account.delays
    return f"median {told_time(delays.median)}, worst {told_time(delays.worst)}" if delays else ""


def told_time(time: timedelta) -> str:
    """'45 s', '12 min', '3.5 h', '2 d'."""
    seconds = time.total_seconds()
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"


def _said(value: bool) -> str:
    return "yes" if value else "no"
