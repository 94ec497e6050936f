"""The process that delivers to subscribers beside the workers of `dateline serve`, so that no poll waits for a delivery."""

import asyncio
import json
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from feeds.delivery.worker import delivering
from feeds.loops import Trouble
from feeds.main import site_state
from feeds.measures import measures_of
from feeds.metrics.figures import Figures
from feeds.server.channel import BEAT, Channel, Start
from feeds.server.figures import figures_of
from feeds.server.logs import set_up_logs
from feeds.settings import Settings
from feeds.site import SiteState
from storage.clock import utc_now
from storage.errors import StoreError

_NICE = 10
"""How far it stands back where all processors are at work (nice(2))."""
_ROLE = "deliveries"
_TOLD = 5
"""Loops that fail, of which others hear."""
_UNUSED = 60.0
"""Seconds between two looks at whether anybody subscribes still."""


async def _deliver(settings: Settings, channel: Channel, figures: Figures) -> None:
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    async with site_state(settings, utc_now, migrate=False, figures=figures) as site, delivering(site):

        def obey(word: str, _rest: str) -> None:
            if word == "deliver":
                loop.call_soon_threadsafe(site.hub_asked.set)
            elif word == "end":
                loop.call_soon_threadsafe(ended.set)

        channel.heed(obey, lambda: obey("end", ""))
        channel.say("ready")
        running = {asyncio.create_task(_tell(site, channel)), asyncio.create_task(_look(site, channel))}
        await ended.wait()
        for task in running:
            task.cancel()
        await asyncio.wait(running)
    figures.tell(measures_of(site, _ROLE))


async def _tell(site: SiteState, channel: Channel) -> None:
    """That this process is at work, which of its loops fail, and its figures."""
    told = "[]"

    async def beat() -> float:
        nonlocal told
        channel.say("beat")
        if (troubles := _written(site.loops.troubles)) != told:
            channel.say("troubles", troubles)
            told = troubles
        site.figures.tell(measures_of(site, _ROLE))
        return BEAT

    await site.loops.run_forever("heartbeat", beat)


def _written(troubles: Sequence[Trouble]) -> str:
    """As JSON, no longer than the channel takes; told apart from a worker's own loops of these names."""
    return json.dumps(
        [
            replace(trouble, name=f"deliveries: {trouble.name}", error=trouble.error[:200]).write()
            for trouble in troubles[:_TOLD]
        ],
        ensure_ascii=False,
    )


async def _look(site: SiteState, channel: Channel) -> None:
    """Say so where nobody subscribes any more."""

    async def look() -> float:
        if not await site.store.is_push_used():
            channel.say("unused")
        return _UNUSED

    await asyncio.sleep(_UNUSED)
    await site.loops.run_forever("looking whether anybody subscribes", look)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    """uvloop's where it can be had, as workers have it."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop
    return uvloop.new_event_loop


def run_deliverer(start: Start, channel: Channel) -> None:
    """Deliver until the supervisor says to end. Raises what keeps it from starting, having said so."""
    set_up_logs(start.settings.log_format)
    with suppress(OSError, AttributeError):
        os.nice(_NICE)
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_deliver(start.settings, channel, figures_of(start)))
    except BaseException as error:
        # What others say than the store may hold a secret.
        name = type(error).__name__
        channel.say("failed", f"{name}: {error}" if isinstance(error, StoreError) else name)
        raise
