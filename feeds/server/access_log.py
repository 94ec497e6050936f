"""The access log without what is a secret."""

import logging
import re

_SECRET = re.compile(r"([?&;](?:mine|[\w.%-]*(?:token|key|password|secret|signature))=|/replies/)[^&;/?\s]*", re.I)
"""What opens something: `mine` shows a reader their own reply, and a path the feed of replies to them. What else is called so is
somebody's mistake."""


class WithoutSecrets(logging.Filter):
    """Puts *** in place of secrets in the addresses that uvicorn's access log tells."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_SECRET.sub(r"\1***", arg) if isinstance(arg, str) else arg for arg in record.args)
        return True
