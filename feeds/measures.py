"""What a process knows of itself, and what the store knows for all, as figures."""

from feeds import __version__
from feeds.cache.cache import RepresentationCache
from feeds.metrics.snapshot import Snapshot
from feeds.metrics.traffic import Label, Tally
from feeds.site import SiteState

_SPARED = {304: "not_modified", 226: "delta"}


def measures_of(site: SiteState, role: str, connections: int = 0) -> Snapshot:
    """Of this process. `role`: what it is for."""
    now, taken = site.clock(), Snapshot()
    fast = 0
    for label, tally in (site.traffic or {}).items():
        _put_traffic(taken, label, tally)
        fast += tally.requests if label.is_fast else 0
    caches = {"feeds": site.cache, "side": site.side_cache}
    taken.put("dateline_cache_answers_total", fast, "fast_path")
    taken.put("dateline_cache_answers_total", sum(cache.hits for cache in caches.values()), "kept")
    taken.put("dateline_cache_answers_total", sum(sum(cache.rendering.counts) for cache in caches.values()), "made")
    for name, cache in caches.items():
        _put_cache(taken, name, cache)
    for work, waits in site.store_waits.items():
        taken.put_histogram("dateline_store_wait_seconds", waits, work)
    taken.put("dateline_log_position", site.follower.position)
    taken.put("dateline_due_lag_seconds", site.follower.due_lag())
    taken.put("dateline_views_lag_seconds", site.partner_views.lag(now))
    taken.put("dateline_connections", connections)
    taken.put("dateline_processes", 1, role)
    for loop, failures in site.loops.failures.items():
        taken.put("dateline_loop_failures_total", failures, loop)
    for loop, failing in site.loops.failing.items():
        taken.put("dateline_loops_failing", failing, loop)
    for outcome, attempts in site.deliveries.items():
        taken.put("dateline_deliveries_total", attempts, outcome)
    for outcome, attempts in site.webhook_messages.items():
        taken.put("dateline_webhook_messages_total", attempts, outcome)
    return taken


async def store_measures(site: SiteState) -> Snapshot:
    """What is the same whichever process asks the store. Raises Unavailable."""
    taken, counts = Snapshot(), await site.store.push_counts()
    now = site.clock()
    taken.put("dateline_build_info", 1, __version__)
    taken.put("dateline_log_end", await site.store.last_seq())
    taken.put("dateline_held_up", len(site.follower.due.held_up))
    taken.put("dateline_subscriptions", counts.failing, "failing")
    taken.put("dateline_subscriptions", counts.subscriptions - counts.failing, "well")
    taken.put("dateline_subscription_requests", counts.requests)
    taken.put("dateline_deliveries_waiting", counts.due)
    since = counts.due_since
    taken.put("dateline_deliveries_oldest_seconds", max(0.0, (now - since).total_seconds()) if since else 0.0)
    taken.put("dateline_hub_unread_changes", counts.unread)
    return taken


def _put_traffic(taken: Snapshot, label: Label, tally: Tally) -> None:
    taken.add("dateline_requests_total", tally.requests, label.kind, label.format, str(label.status), label.reader)
    taken.add("dateline_response_body_bytes_total", tally.sent, label.kind, label.format)
    if label.validator:
        taken.add("dateline_polls_total", tally.requests, label.reader, label.validator, label.coding)
    if tally.unsent:
        taken.add("dateline_unsent_body_bytes_total", tally.unsent, _SPARED.get(label.status, "compression"))


def _put_cache(taken: Snapshot, name: str, cache: RepresentationCache) -> None:
    whole, heads = cache.entries
    taken.put("dateline_cache_bytes", cache.size, name)
    taken.put("dateline_cache_entries", whole, name, "bodies")
    taken.put("dateline_cache_entries", heads, name, "validators")
    taken.put_histogram("dateline_render_seconds", cache.rendering, name)
