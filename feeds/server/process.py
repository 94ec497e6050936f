"""A worker's process: `python -m feeds.server.process CHANNEL`, started by a supervisor and by nobody else."""

import ctypes
import faulthandler
import gc
import pickle
import signal
import sys

from feeds.server.channel import Channel, Start
from feeds.server.heap import bound_heap

_PR_SET_PDEATHSIG = 1
"""prctl(2)."""


def main() -> None:
    # The terminal's Ctrl-C and a service manager's signals reach the whole group: the supervisor alone decides who ends when.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    bound_heap()
    # Of what is made while a worker starts nothing becomes garbage: not to look for it, then or ever, saves a fifth of a start.
    gc.disable()
    # Before all that takes time: a worker whose supervisor dies while it starts has to end as well.
    channel = Channel(int(sys.argv[1]))
    signal.signal(signal.SIGTERM, lambda _number, _frame: channel.say("replace"))
    if sys.platform == "linux":
        # A worker that is stopped goes on when its supervisor is gone, so that it hears of it and ends.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGCONT, 0, 0, 0)
    # Where every thread is, for the log: the supervisor asks before it kills a worker that does nothing.
    faulthandler.register(signal.SIGUSR2, all_threads=True)
    start: Start = pickle.load(sys.stdin.buffer)
    # Most of what a worker is made of takes a second to import.
    if start.delivers:
        from feeds.server.deliverer import run_deliverer as run
    else:
        from feeds.server.worker import run_worker as run

    gc.freeze()
    gc.enable()
    run(start, channel)


if __name__ == "__main__":
    main()
