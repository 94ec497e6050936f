"""Every metric that there is: its name, its type, its labels and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Type(StrEnum):
    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class Together(StrEnum):
    """What the gauges of several processes are together; counters and histograms are their sum."""

    SUM = "sum"
    MOST = "most"
    LEAST = "least"


@dataclass(frozen=True, slots=True)
class Metric:
    name: str
    type: Type
    text: str
    labels: tuple[str, ...] = ()
    """Each has few values, none of which stands in a request."""
    together: Together = Together.SUM


_COUNTER, _GAUGE, _HISTOGRAM = Type.COUNTER, Type.GAUGE, Type.HISTOGRAM
_LISTED = (
    Metric(
        "dateline_requests_total",
        _COUNTER,
        "Requests answered.",
        ("kind", "format", "status", "reader"),
    ),
    Metric(
        "dateline_polls_total",
        _COUNTER,
        "GET and HEAD requests at feeds' addresses, by what they said they have and what coding they get.",
        ("reader", "validator", "coding"),
    ),
    Metric(
        "dateline_response_body_bytes_total",
        _COUNTER,
        "Bytes of bodies sent.",
        ("kind", "format"),
    ),
    Metric(
        "dateline_unsent_body_bytes_total",
        _COUNTER,
        "Bytes of bodies that were not sent: nothing had changed (304), the changes alone were sent (226), or it was compressed.",
        ("by",),
    ),
    Metric("dateline_cache_answers_total", _COUNTER, "Answers and where they came from.", ("source",)),
    Metric("dateline_cache_bytes", _GAUGE, "Bytes that the caches of all workers hold.", ("cache",)),
    Metric("dateline_cache_entries", _GAUGE, "Feeds and pages that the caches of all workers hold.", ("cache", "with")),
    Metric("dateline_render_seconds", _HISTOGRAM, "Seconds that a feed or page took to be made.", ("cache",)),
    Metric(
        "dateline_store_wait_seconds",
        _HISTOGRAM,
        "Seconds that a unit of work of the store was waited for.",
        ("work",),
    ),
    Metric(
        "dateline_log_position",
        _GAUGE,
        "The newest Change that the slowest process knows.",
        (),
        Together.LEAST,
    ),
    Metric(
        "dateline_due_lag_seconds",
        _GAUGE,
        "Seconds for which what is due, such as a scheduled article, has waited to be written.",
        (),
        Together.MOST,
    ),
    Metric(
        "dateline_views_lag_seconds",
        _GAUGE,
        "Seconds for which what partners see has waited to be brought up to the log of Changes.",
        (),
        Together.MOST,
    ),
    Metric("dateline_connections", _GAUGE, "Open connections of clients."),
    Metric("dateline_processes", _GAUGE, "Processes that count, by what they do.", ("role",)),
    Metric("dateline_loop_failures_total", _COUNTER, "Failed rounds of loops that run by themselves.", ("loop",)),
    Metric("dateline_loops_failing", _GAUGE, "Processes in which the last round of a loop failed.", ("loop",)),
    Metric("dateline_deliveries_total", _COUNTER, "Attempts to send a feed to a subscriber.", ("outcome",)),
    Metric(
        "dateline_webhook_messages_total",
        _COUNTER,
        "Attempts to send a message to a webhook, a partner's or the newsroom's.",
        ("outcome",),
    ),
    Metric("dateline_log_end", _GAUGE, "The newest Change that the store has."),
    Metric("dateline_held_up", _GAUGE, "Articles that are due and cannot be published; the log says why."),
    Metric("dateline_subscriptions", _GAUGE, "Subscriptions to feeds, by how their last delivery went.", ("state",)),
    Metric("dateline_subscription_requests", _GAUGE, "Requests of subscribers that wait for their verification."),
    Metric("dateline_deliveries_waiting", _GAUGE, "Deliveries whose time has come."),
    Metric("dateline_deliveries_oldest_seconds", _GAUGE, "Seconds for which the oldest of these has waited."),
    Metric("dateline_hub_unread_changes", _GAUGE, "Changes that the hub has not looked at yet."),
    Metric("dateline_build_info", _GAUGE, "1, with the version that runs.", ("version",)),
)

METRICS: Mapping[str, Metric] = {metric.name: metric for metric in _LISTED}
