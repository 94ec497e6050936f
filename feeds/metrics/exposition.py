"""Figures in the text format that Prometheus reads, or in OpenMetrics."""

from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from feeds.metrics.catalogue import METRICS, Metric, Type
from feeds.metrics.histogram import BOUNDS
from feeds.metrics.snapshot import Labels, Snapshot, Value

_Family = CounterMetricFamily | GaugeMetricFamily | HistogramMetricFamily


def expose(snapshot: Snapshot, accept: str) -> tuple[bytes, str]:
    """The text, and its media type, by what the field Accept asks for."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(snapshot))
    encode, media_type = choose_encoder(accept)
    return encode(registry), media_type


class _Collector(Collector):
    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def collect(self) -> Iterator[_Family]:
        for name, metric in METRICS.items():
            values = self._snapshot.values.get(name)
            if values:
                yield _family(metric, values)


def _family(metric: Metric, values: dict[Labels, Value]) -> _Family:
    if metric.type is Type.HISTOGRAM:
        histogram = HistogramMetricFamily(metric.name, metric.text, labels=metric.labels)
        for labels, value in sorted(values.items()):
            assert isinstance(value, tuple), "it is a histogram's"
            *counts, seconds = value
            bounds = (*map(floatToGoString, BOUNDS), "+Inf")
            histogram.add_metric(labels, [*zip(bounds, accumulate(counts), strict=True)], seconds)
        return histogram
    kind = CounterMetricFamily if metric.type is Type.COUNTER else GaugeMetricFamily
    family = kind(metric.name, metric.text, labels=metric.labels)
    for labels, value in sorted(values.items()):
        assert not isinstance(value, tuple), "it is no histogram's"
        family.add_metric(labels, value)
    return family
