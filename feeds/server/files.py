"""Open files: each connection is one, and the system allows a process so many."""

import logging
import resource
from functools import cache

_log = logging.getLogger(__name__)

_RESERVED = 128
"""Open files that are no connections: the store's, the log's, pictures being sent."""


def raise_file_limit() -> None:
    """What a shell allows is often 1,024, and what it allows on request far more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        except (OSError, ValueError) as error:
            _log.warning("the limit of open files stays at %d: %s", soft, error)


@cache
def connection_limit(wanted: int) -> int:
    """Connections that a worker holds at once: as many as wanted, or what the system allows if that is less.

    Looked up once, after `raise_file_limit`.
    """
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return wanted if files < 0 else min(wanted, max(1, files - _RESERVED))


def warn_of_few_files(wanted: int) -> None:
    """Say so if a worker cannot hold as many connections as the settings allow it."""
    held = connection_limit(wanted)
    if held < wanted:
        needed = wanted + _RESERVED
        _log.warning(
            "DATELINE_MAX_CONNECTIONS allows %d connections, but the system allows a process %d open files: a worker holds %d"
            " connections at most. Allow %d files (ulimit -n %d; LimitNOFILE=%d for systemd; --ulimit nofile=%d for a container),"
            " or set DATELINE_MAX_CONNECTIONS=%d.",
            wanted, resource.getrlimit(resource.RLIMIT_NOFILE)[0], held, needed, needed, needed, needed, held,
        )  # fmt: skip
