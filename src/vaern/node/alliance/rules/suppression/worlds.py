"""Other worlds: tables of whole numbers that agree with what was told. Each as its difference from the real one.

The linear programmes are solved by HiGHS, as SciPy brings it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array, eye_array, hstack

if TYPE_CHECKING:
    from vaern.node.alliance.rules.suppression.system import System

Part = tuple[csr_array, object, object]
"""Rows, and between what each lies."""

CLOSE = 1e-6


class Worlds:
    """The worlds of one system, found until a moment."""

    def __init__(self, system: System, until: float) -> None:
        self.size = len(system.truth)
        self.lowest = -system.truth.astype(float)
        self.fixed = system.matrix((*system.fixed, *system.equal))
        self.relations = system.matrix(system.relations)
        self.slack = np.array([-system.value(form) for form in system.relations], dtype=float)
        self.until = until

    def of_many(self, told: csr_array, rows: csr_array, need: np.ndarray) -> np.ndarray | None:
        """Return a world in which many of these sums are that much more; None if it is not one of whole numbers."""
        count = rows.shape[0]
        parts: list[Part] = [(told, 0.0, 0.0), (hstack([rows, eye_array(count)]), need, np.inf)]
        found = self._solve(np.concatenate([np.zeros(self.size), np.ones(count)]), parts)
        return found if found is not None and np.array_equal(found, np.round(found)) else None

    def of_one(self, told: csr_array, row: csr_array, need: float) -> np.ndarray | None:
        """Return a world in which a sum is that much more; None if there is none, or time is over."""
        return self._solve(np.zeros(self.size), [(told, 0.0, 0.0), (row, need, np.inf)], whole=True)

    def cheapest(
        self, told: csr_array, costs: np.ndarray, row: csr_array, need: float, *, whole: bool = False
    ) -> np.ndarray | None:
        """Return the world in which a sum is that much more and that contradicts the least of what is published.

        Args:
            told: sums that may be contradicted.
            costs: of one more or less in each.
            row: the sum.
            need: how much more.
            whole: whether its numbers must be whole.
        """
        count = told.shape[0]
        parts: list[Part] = [(hstack([told, -eye_array(count), eye_array(count)]), 0.0, 0.0), (row, need, np.inf)]
        return self._solve(np.concatenate([np.zeros(self.size), costs, costs]), parts, whole=whole)

    def _solve(self, costs: np.ndarray, parts: list[Part], *, whole: bool = False) -> np.ndarray | None:
        """Solve over the unknowns and any columns after them, which are at least zero."""
        from scipy.optimize import Bounds, LinearConstraint, milp  # half a second of each start; few ever solve

        left = self.until - time.monotonic()
        if left <= 0:
            return None
        extra = len(costs) - self.size
        parts = [(self.fixed, 0.0, 0.0), (self.relations, self.slack, np.inf), *parts]
        found = milp(
            costs,
            bounds=Bounds(np.concatenate([self.lowest, np.zeros(extra)]), np.inf),
            constraints=[LinearConstraint(_wide(rows, len(costs)), *ends) for rows, *ends in parts if rows.shape[0]],
            integrality=np.concatenate([np.ones(self.size), np.zeros(extra)]) if whole else None,
            options={"time_limit": left, "mip_rel_gap": 0.2},
        )
        if found.x is None:
            return None
        world = np.asarray(found.x[: self.size])
        rounded = np.round(world)
        return rounded if np.abs(world - rounded).max(initial=0.0) < CLOSE else world


def _wide(rows: csr_array, width: int) -> csr_array:
    return rows if rows.shape[1] == width else hstack([rows, csr_array((rows.shape[0], width - rows.shape[1]))])
