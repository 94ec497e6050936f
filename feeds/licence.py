"""The newsroom's licence in the words of Really Simple Licensing 1.0 (https://rslstandard.org/rsl), as an operator writes it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

NAMESPACE = "https://rslstandard.org/rsl"
MEDIA_TYPE = "application/rsl+xml"

_USAGES = frozenset({"all", "ai-all", "ai-train", "ai-input", "ai-index", "search"})
_PAYMENTS = frozenset({"purchase", "subscription", "training", "crawl", "use", "contribution", "attribution", "free"})
_AMOUNT = re.compile(r"(?P<type>[a-z]+)(?: (?P<amount>[0-9]{1,9}(?:\.[0-9]{1,9})?) (?P<currency>[A-Z]{3}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    type: str
    """'crawl', 'free'."""
    amount: str = ""
    """A decimal number; '' where none is named."""
    currency: str = ""
    """ISO 4217."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """What anybody's programs may do with all that is public here."""

    permits: tuple[str, ...] = ()
    """Usages, in RSL's words."""
    prohibits: tuple[str, ...] = ()
    payment: Payment | None = None
    server: str = ""
    """URL of a licence server, from which a licence is to be had."""
    terms: str = ""
    """URL of more about it."""

    @classmethod
    def of(cls, text: str) -> "Licence | None":
        """'permits: search; prohibits: ai-train ai-input; payment: crawl 0.01 USD'. None of nothing.

        Raises ValueError, which says what may be written.
        """
        given: dict[str, object] = {}
        for part in filter(None, map(str.strip, text.split(";"))):
            name, colon, value = (piece.strip() for piece in part.partition(":"))
            read = _PARTS.get(name)
            if read is None or not colon or name in given:
                raise ValueError(f"give {', '.join(_PARTS)}, each once, as in {EXAMPLE}")
            given[name] = read(value)
        return _of(given) if given else None


EXAMPLE = "permits: search; prohibits: ai-train ai-input; payment: crawl 0.01 USD"


def _of(given: Mapping[str, object]) -> Licence:
    licence = Licence(**given)  # type: ignore[arg-type]
    if both := set(licence.permits) & set(licence.prohibits):
        raise ValueError(f"{', '.join(sorted(both))} cannot be permitted and prohibited")
    return licence


def _usages(text: str) -> tuple[str, ...]:
    words = tuple(dict.fromkeys(text.replace(",", " ").split()))
    if not words or not _USAGES.issuperset(words):
        raise ValueError(f"usages are {', '.join(sorted(_USAGES))}")
    return words


def _payment(text: str) -> Payment:
    found = _AMOUNT.fullmatch(text)
    if found is None or found["type"] not in _PAYMENTS:
        raise ValueError(
            f"a payment is {', '.join(sorted(_PAYMENTS))}, with an amount where there is one, as in crawl 0.01 USD"
        )
    return Payment(type=found["type"], amount=found["amount"] or "", currency=found["currency"] or "")


def is_web_url(text: str) -> bool:
    """Whether it is an http(s) URL that may stand in a header field."""
    try:
        parts = urlsplit(text)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and "@" not in parts.netloc
            and re.fullmatch(r"[!#-;=?-~]+", text) is not None
        )
    except ValueError:
        return False


def _url(text: str) -> str:
    if not is_web_url(text):
        raise ValueError("give addresses as http or https URLs, as in https://news.example/licensing")
    return text


_PARTS: Mapping[str, Callable[[str], object]] = {
    "permits": _usages,
    "prohibits": _usages,
    "payment": _payment,
    "server": _url,
    "terms": _url,
}
