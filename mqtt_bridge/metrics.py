"""The bridge's numbers for Prometheus, read from the writer and the inbox when they are asked for."""

from collections.abc import Iterable
from typing import Final
from wsgiref.simple_server import WSGIServer

import msgspec
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from typing_extensions import override

from mqtt_bridge.batch import Totals
from mqtt_bridge.inbox import Inbox

PREFIX: Final = "xinxiang_bridge"


class BridgeCollector(Collector):
    """`received`, `applied`, `duplicates`, `quarantined`, `batches` as counters; what waits as gauges."""

    def __init__(self, totals: Totals, inbox: Inbox) -> None:
        self._totals = totals
        self._inbox = inbox

    @override
    def collect(self) -> Iterable[Metric]:
        totals = msgspec.structs.asdict(self._totals)
        last_batch, lag_s = totals.pop("last_batch"), totals.pop("lag_s")
        for name, value in totals.items():
            yield CounterMetricFamily(f"{PREFIX}_{name}", f"{name} since the start", value=value)
        yield GaugeMetricFamily(f"{PREFIX}_last_batch", "Messages in the last batch", value=last_batch)
        yield GaugeMetricFamily(
            f"{PREFIX}_lag_seconds", "From taking the last batch to its commit", value=lag_s
        )
        yield GaugeMetricFamily(
            f"{PREFIX}_inbox", "Messages read and not yet written", value=len(self._inbox)
        )


def serve(port: int, totals: Totals, inbox: Inbox) -> WSGIServer:
    """Serve `/metrics` on this port in a thread of its own; `shutdown` ends it. Raises OSError."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(BridgeCollector(totals, inbox))
    server, _ = start_http_server(port, addr="127.0.0.1", registry=registry)
    return server
