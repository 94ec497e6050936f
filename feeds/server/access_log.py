"""The access log without what is a secret."""

import logging
import re

_SECRET = re.compile(r"([?&;](?:mine|[\w.%-]*(?:token|key|password|secret|signature))=|/replies/)[^&;/?\s]*", re.I)
"""What opens something: `mine` shows a reader their own reply, and a path the feed of replies to them. What else is called so is
somebody's mistake."""
_KEY = re.compile(
    r"(/partner/)(?!(?:[0-9]{4}|section|tag|author|search|comments|changes|mirror|feeds?\.[a-z]+)(?:[/?.]|\s|\Z))[^/?\s]+",
    re.I,
)
"""Whatever stands where a partner's key may: one that was mistyped opens something by a letter's difference."""


def masked(text: str) -> str:
    """An address, or a line that has one, with *** in place of secrets."""
    return _KEY.sub(r"\1***", _SECRET.sub(r"\1***", text))


class WithoutSecrets(logging.Filter):
    """Puts *** in place of secrets in the addresses that uvicorn's access log tells."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(masked(arg) if isinstance(arg, str) else arg for arg in record.args)
        return True
