"""`dateline worker`, begun again and again without the second that its start takes: python -m tests.delivery.killable.

A line on standard input begins another, whose process id is the answer. They end with this process.
"""

import asyncio
import ctypes
import os
import signal
import sys
from importlib import import_module

from feeds.cli.store import read_settings
from feeds.cli.worker import _work

_PR_SET_PDEATHSIG = 1


def main() -> None:
    # All that a worker is made of, before the first is begun.
    for module in ("feeds.delivery.worker", "feeds.main", "storage.postgres.engine", "storage.sqlite.engine"):
        import_module(module)
    settings = read_settings()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in sys.stdin:
        pid = os.fork()
        if not pid:
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os._exit(asyncio.run(_work(settings)))
        print(pid, flush=True)


if __name__ == "__main__":
    main()
