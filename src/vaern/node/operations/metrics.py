"""Prometheus metrics: the counters of all processes, and the state of ledger, jobs and sessions."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from vaern.node.exchange.peers.queries import numbers
from vaern.node.ledger.witnesses.queries import alarms, standings
from vaern.node.operations import queries
from vaern.node.runtime import measures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

LOOPBACK = frozenset({"127.0.0.1", "::1"})
FORWARDED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_VIA")


def may_read(request: HttpRequest) -> bool:
    """Whether whoever asks may read the metrics.

    Behind a proxy everything comes from the loopback, and not every proxy says for whom it asks. So where people reach
    the node over a proxy (https), only the token opens.
    """
    wanted = settings.CONFIGURATION.metrics_token
    given = request.headers.get("Authorization", "")
    if wanted and secrets.compare_digest(given.encode(), f"Bearer {wanted}".encode()):
        return True
    direct = not any(name in request.META for name in FORWARDED)
    return not settings.CONFIGURATION.secure and direct and request.META.get("REMOTE_ADDR") in LOOPBACK


class _State:
    """Reads the state of the node at the moment of asking."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the gauges."""
        waiting, seconds = queries.ledger_lag()
        yield GaugeMetricFamily("vaern_ledger_waiting_entries", "Entries not yet in the tree", value=waiting)
        yield GaugeMetricFamily(
            "vaern_ledger_lag_seconds", "How long the oldest of them is known to wait", value=seconds
        )
        yield from _witnesses()
        jobs = GaugeMetricFamily("vaern_jobs", "Jobs in the queue, by state", labels=["task", "state"])
        for task, state, count in queries.jobs_by_state():
            jobs.add_metric([task, state], count)
        yield jobs
        silence = queries.worker_silence()
        if silence is not None:
            yield GaugeMetricFamily("vaern_worker_silence_seconds", "Since the worker's last heartbeat", value=silence)
        exchange = numbers()
        for name, text, value in (
            ("peers", "Other nodes with which the exchange is open", exchange.peers),
            ("failing_peers", "Of these, those to which calls fail", exchange.failing),
            ("waiting_messages", "Messages that their nodes do not have yet", exchange.waiting),
            ("lag_seconds", "How long the oldest of them has waited", exchange.seconds),
            ("set_aside_messages", "Messages that wait for an administrator", exchange.set_aside),
        ):
            yield GaugeMetricFamily(f"vaern_exchange_{name}", text, value=value)
        yield GaugeMetricFamily("vaern_sessions", "Open sessions", value=queries.open_sessions())


def _witnesses() -> Iterator[GaugeMetricFamily]:
    """Yield how far each witness of the ledger is, and how many contradict it."""
    behind = GaugeMetricFamily(
        "vaern_witness_behind_entries", "Published entries that a witness has not cosigned", labels=["witness"]
    )
    late = GaugeMetricFamily(
        "vaern_witness_late_seconds", "How long what is published waits for its cosignature", labels=["witness"]
    )
    for one in standings():
        behind.add_metric([one.url], one.behind)
        late.add_metric([one.url], one.late.total_seconds())
    yield behind
    yield late
    yield GaugeMetricFamily("vaern_witness_alarms", "Witnesses and ledgers that contradict each other", value=alarms())


def exposition() -> bytes:
    """Return all metrics in Prometheus' text format."""
    counters = measures.REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        counters = CollectorRegistry()
        MultiProcessCollector(counters)
    state = CollectorRegistry()
    state.register(_State())  # type: ignore[arg-type]
    return generate_latest(counters) + generate_latest(state)
