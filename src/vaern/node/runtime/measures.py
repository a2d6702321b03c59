"""Prometheus counters of every process: requests by route and status, and their duration."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram

REGISTRY = CollectorRegistry()
"""This process's own; `/metrics` adds up all processes' (`operations/metrics.py`)."""

_REQUESTS = Counter("vaern_requests", "Requests answered", ["route", "status"], registry=REGISTRY)
_SECONDS = Histogram(
    "vaern_request_seconds",
    "Time on the server",
    ["route"],
    registry=REGISTRY,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)


def count_request(route: str, status: int, seconds: float) -> None:
    """Count one request."""
    _REQUESTS.labels(route, str(status)).inc()
    _SECONDS.labels(route).observe(seconds)
