"""An answer of which nobody can tell whether it is still so: given on an error, and marked (RFC 5861, section 4)."""

from datetime import datetime

from feeds.http.conditional import http_date
from feeds.http.decision import Decision
from feeds.http.negotiation import Coding
from feeds.http.representation import Answer


def stale_answer(decision: Decision, coding: Coding, known_until: datetime, now: datetime) -> Answer | None:
    """200 or 304 as it was given when it was last known to be right; None for what takes more than memory, as `Decision.answer`.

    Date is that instant, and Age counts from it, as in any cache (RFC 9111, section 5.1): so a reader who sends the date back is
    told of whatever changed since. Cache-Status (RFC 9211) names the reason: Warning, which did, is obsolete. And it is `no-cache`,
    with no keys: nobody hands it on for longer, even where this very answer could be forgotten by a purge, for that has been.
    """
    answer = decision.answer(coding, known_until)
    if answer is None:
        return None
    age = max(0, int(now.timestamp()) - int(known_until.timestamp()))
    replaced = {b"cache-control", b"cdn-cache-control", *(name for name, _ in decision.kept.key_fields)}
    fields = (
        *(field for field in answer.fields if field[0] not in replaced),
        (b"date", http_date(known_until).encode()),
        (b"age", b"%d" % age),
        (b"cache-control", b"no-cache"),
        (b"cache-status", b"Dateline; hit; ttl=%d; detail=database-unreachable" % -age),
    )
    return answer._replace(fields=fields)
