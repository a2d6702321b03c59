"""What the gate counts, in Prometheus's text form."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING, get_args

from vaern.gate.verdicts import Outcome

if TYPE_CHECKING:
    from vaern.gate.verdicts import Said

BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Of the histogram of seconds, from the last byte of an upload to the answer."""


class Metrics:
    """The counters of one process, for one thread.

    Attributes:
        busy: uploads that were sent away for a moment.
        late: uploads that were judged after they had been answered.
    """

    def __init__(self) -> None:
        self._said: Counter[tuple[str, bool]] = Counter()
        self._below = [0] * (len(BOUNDS) + 1)
        self._seconds = 0.0
        self.busy = self.late = self._bytes = 0

    def answered(self, said: Said, seconds: float) -> None:
        """An upload was answered."""
        self._said[said.verdict, said.store] += 1
        self._below[bisect_left(BOUNDS, seconds)] += 1
        self._seconds += seconds
        self._bytes += said.size

    def text(self, now: int) -> str:
        """All of it; `now` is how many uploads are here at this moment."""
        lines = ["# TYPE vaern_gate_uploads_total counter"]
        for verdict in get_args(Outcome):
            for store in (True, False):
                labels = f'{{verdict="{verdict}",stored="{str(store).lower()}"}}'
                lines.append(f"vaern_gate_uploads_total{labels} {self._said[verdict, store]}")
        for name, value in (("busy", self.busy), ("late", self.late), ("bytes", self._bytes)):
            lines += [f"# TYPE vaern_gate_{name}_total counter", f"vaern_gate_{name}_total {value}"]
        lines.append("# TYPE vaern_gate_seconds histogram")
        below = 0
        for bound, number in zip((*BOUNDS, "+Inf"), self._below, strict=True):
            below += number
            lines.append(f'vaern_gate_seconds_bucket{{le="{bound}"}} {below}')
        lines += [f"vaern_gate_seconds_sum {self._seconds:.6f}", f"vaern_gate_seconds_count {below}"]
        return "\n".join([*lines, "# TYPE vaern_gate_uploads gauge", f"vaern_gate_uploads {now}"]) + "\n"
