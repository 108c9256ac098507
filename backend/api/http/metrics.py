"""Request count and duration by route template, method and status. Labels never hold numbers of objects."""

import functools
from typing import Final

from prometheus_client import REGISTRY, Counter, Histogram, generate_latest

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
KNOWN_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_BUCKETS_S: Final = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

_requests = Counter("api_requests", "Requests answered.", ("route", "method", "status"))
_seconds = Histogram("api_request_seconds", "Time from headers to answer.", ("route",), buckets=_BUCKETS_S)


def observe(route: str, method: str, status: int, seconds: float) -> None:
    """Count one answered request; `route` is the template, or "none" where no route matched."""
    requests, durations = _series(route, method if method in KNOWN_METHODS else "other", status)
    requests.inc()
    durations.observe(seconds)


@functools.cache
def _series(route: str, method: str, status: int) -> tuple[Counter, Histogram]:
    """Found once: as few as the metrics have series."""
    return _requests.labels(route, method, status), _seconds.labels(route)


def render() -> bytes:
    """Metrics of this process in Prometheus text format."""
    return generate_latest(REGISTRY)
