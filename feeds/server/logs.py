"""Log lines of the server's processes, all alike: text, or JSON, an object a line."""

import json
import logging
import sys
from datetime import UTC, datetime

from feeds.answering import answering
from feeds.http.access_log import LOGGER

_TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s%(answering)s"


def announce(text: str, format: str) -> None:
    """Say that all is there, where whoever started it looks."""
    if format == "json":
        logging.getLogger(__name__).info("%s", text)
    else:
        print(text, file=sys.stderr, flush=True)


class _Answering(logging.Filter):
    """Adds what was being answered to a line about something wrong."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = answering.get() if record.levelno >= logging.WARNING else ""
        record.request = request
        record.answering = f" (answering {request})" if request else ""
        return True


class JSONFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request := getattr(record, "request", ""):
            said["request"] = request
        if record.exc_info:
            said["exception"] = self.formatException(record.exc_info)
        return json.dumps(said)


def set_up_logs(format: str) -> None:
    """What is said goes to standard error, in the format that the setting names; the access log to standard output."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_Answering())
    handler.setFormatter(JSONFormatter() if format == "json" else logging.Formatter(_TEXT))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    access = logging.getLogger(LOGGER)
    access.propagate = False
    # Its lines are whole.
    access.handlers = [logging.StreamHandler(sys.stdout)]
