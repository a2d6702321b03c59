"""What the service counts, in Prometheus's text form, over all of its processes.

Each process adds to a row of its own in memory that all of them share; whichever is asked sums the rows.
"""

from __future__ import annotations

import mmap
import struct
from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vaern.lookup.engine import Engine

PROTOCOLS = ("vaern", "hma", "arachnid", "ncmec", "stopncii", "threatexchange", "other")
OUTCOMES = ("2xx", "4xx", "429", "5xx", "503")
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Of the histogram of seconds."""

_NAMES = (
    *(f"{protocol} {outcome}" for protocol in PROTOCOLS for outcome in OUTCOMES),
    "signals",
    "hits",
    *(f"le {bound}" for bound in (*BOUNDS, "+Inf")),
    "seconds",
)
_AT = {name: number for number, name in enumerate(_NAMES)}
_ROW = struct.Struct(f"<{len(_NAMES)}d")
_NUMBER = struct.Struct("<d")


class Metrics:
    """The counters of the service.

    Args:
        rows: how many processes there are; made before they are.
    """

    def __init__(self, rows: int = 1) -> None:
        self._map = mmap.mmap(-1, rows * _ROW.size)
        self._rows = rows
        self.row = 0

    def _add(self, name: str, amount: float = 1.0) -> None:
        at = self.row * _ROW.size + _AT[name] * _NUMBER.size
        _NUMBER.pack_into(self._map, at, _NUMBER.unpack_from(self._map, at)[0] + amount)

    def answered(self, protocol: str, status: int, seconds: float) -> None:
        """A request was answered."""
        outcome = str(status) if status in {429, 503} else f"{status // 100}xx"
        self._add(f"{protocol} {outcome if outcome in OUTCOMES else '2xx'}")
        self._add(f"le {(*BOUNDS, '+Inf')[bisect_left(BOUNDS, seconds)]}")
        self._add("seconds", seconds)

    def looked_up(self, signals: int, hits: int) -> None:
        """Signals were looked up, and some of them hit."""
        self._add("signals", signals)
        self._add("hits", hits)

    def text(self, engine: Engine) -> str:
        """All of it."""
        rows = [_ROW.unpack_from(self._map, number * _ROW.size) for number in range(self._rows)]
        total = dict(zip(_NAMES, map(sum, zip(*rows, strict=True)), strict=True))
        lines = ["# TYPE vaern_lookup_requests_total counter"]
        for protocol in PROTOCOLS:
            for outcome in OUTCOMES:
                labels = f'{{protocol="{protocol}",outcome="{outcome}"}}'
                lines.append(f"vaern_lookup_requests_total{labels} {total[f'{protocol} {outcome}']:.0f}")
        for name in ("signals", "hits"):
            lines += [f"# TYPE vaern_lookup_{name}_total counter", f"vaern_lookup_{name}_total {total[name]:.0f}"]
        lines.append("# TYPE vaern_lookup_seconds histogram")
        below = 0.0
        for bound in (*BOUNDS, "+Inf"):
            below += total[f"le {bound}"]
            lines.append(f'vaern_lookup_seconds_bucket{{le="{bound}"}} {below:.0f}')
        lines += [f"vaern_lookup_seconds_sum {total['seconds']:.6f}", f"vaern_lookup_seconds_count {below:.0f}"]
        lines += ["# TYPE vaern_lookup_list_entries gauge", "# TYPE vaern_lookup_list_sequence gauge"]
        for one in engine.snapshot.named():
            label = f'{{list="{one.name}"}}'.replace("\\", "")
            lines.append(f"vaern_lookup_list_entries{label} {one.entries}")
            lines.append(f"vaern_lookup_list_sequence{label} {one.sequence}")
        lines += ["# TYPE vaern_lookup_waiting_signals gauge", f"vaern_lookup_waiting_signals {engine.waiting}"]
        return "\n".join(lines) + "\n"
