"""What is said to whoever is not let in at `/partner/`."""

from feeds.http.representation import Answer, Fields

_CHALLENGES: Fields = (
    (b"www-authenticate", b'Basic realm="partner", charset="UTF-8"'),
    (b"www-authenticate", b'Bearer realm="partner"'),
)


def refused(status: int, why: str) -> Answer:
    """401 (RFC 9110, section 15.5.2) with what may be sent instead (RFC 7617, RFC 6750), or 403."""
    body = f"{why}\n".encode()
    fields: Fields = (
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
    )
    return Answer(status, fields + (_CHALLENGES if status == 401 else ()), body)
