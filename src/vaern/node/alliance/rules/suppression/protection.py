"""Which cells a release leaves out: the small ones, and as many more as it takes for nobody to work these out.

A small number is safe when there are two other worlds: tables of whole numbers that agree with everything that was ever
told, one in which it is 1 or less, and one in which it is 4 or more. Whoever knows only what was told can not say which
world is the real one, so the interval from 1 to 4 is never narrowed. Where such a world is missing, a linear programme
finds the one that contradicts least of what is still to be told, and that is left out too.

The method is the successive choice of J. P. Kelly, B. L. Golden and A. A. Assad, Cell suppression: disclosure
protection for sensitive tabular data, Networks 22 (1992), with worlds of whole numbers.
"""

from __future__ import annotations

import enum
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from vaern.node.alliance.rules.suppression.cells import ALL, OTHER, SMALL, Cell, families
from vaern.node.alliance.rules.suppression.relations import relations
from vaern.node.alliance.rules.suppression.system import Builder, System
from vaern.node.alliance.rules.suppression.worlds import CLOSE, Worlds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vaern.node.alliance.rules.suppression.cells import Tables

LOW, HIGH = SMALL[0], SMALL[-1]
SECONDS = 120.0
"""How long one family of indicators may take. What is not safe by then is left out whole."""

LEVELS = {"month": 1.0, "quarter": 2.0, "year": 4.0}


class Why(enum.StrEnum):
    """Why a cell is left out: it is small itself, or another would follow from it. The public is not told which."""

    SMALL = "small"
    GUARD = "guard"


def _to_nobody(_share: float) -> None:
    pass


def protect(
    before: Sequence[Tables],
    now: Tables,
    *,
    guard: bool = True,
    seconds: float = SECONDS,
    tell: Callable[[float], None] = _to_nobody,
) -> dict[Cell, Why]:
    """Return the cells that a release leaves out.

    Args:
        before: what was ever told: every earlier release with the cells that it told.
        now: the new release with every cell that it would tell.
        guard: False leaves out the small cells alone; for the test that the attacker then succeeds.
        seconds: how long one family of indicators may take.
        tell: is told now and then how far it is, from 0 to 1.
    """
    left_out = {cell: Why.SMALL for cell in sorted(now.cells) if now.is_small(cell)}
    done = 0
    pairs = [(one.smaller, one.larger) for one in relations()]
    for codes in families(now.shapes, pairs) if guard else ():
        count = sum(cell.code in codes for cell in now.cells)
        if count:
            part = _Part(tell, done / len(now.cells), count / len(now.cells))
            system = Builder([*before, now], codes).build()
            for cell in sorted(Guard(system, set(left_out), seconds, part).run()):
                left_out.setdefault(cell, Why.GUARD)
            done += count
    tell(1.0)
    return left_out


@dataclass(frozen=True)
class _Part:
    """A part of the work, which tells how far the whole is: from `begins`, as long as `length`."""

    tell: Callable[[float], None]
    begins: float = 0.0
    length: float = 1.0

    def __call__(self, share: float) -> None:
        self.tell(self.begins + share * self.length)

    def half(self, number: int) -> _Part:
        """Return its first or second half."""
        return _Part(self, number / 2, 0.5)


_UNSEEN = _Part(_to_nobody)


class Guard:
    """Leaves out cells of one family, until every small number of it is safe."""

    def __init__(self, system: System, left_out: set[Cell], seconds: float = SECONDS, part: _Part = _UNSEEN) -> None:
        self.system = system
        self.part = part
        self.until = time.monotonic() + seconds
        forms = sorted({form for _number, form in system.told})
        place = {form: number for number, form in enumerate(forms)}
        self.told = system.matrix(forms)
        told_by = np.array([(place[form], number) for number, form in system.told]).T
        self.tells = csr_array((np.ones(len(system.told)), told_by), shape=(len(forms), len(system.cells)))
        self.costs = np.array([_cost(cell) for cell in system.cells])
        self.worth = np.array([_worth(system.value(form)) for form in forms])
        self.out = np.array([cell in left_out for cell in system.cells], dtype=bool)
        self.worlds = Worlds(system, self.until)

    def run(self) -> set[Cell]:
        """Return the cells that are left out."""
        values = np.array([self.system.value(form) for form in self.system.sensitive], dtype=float)
        matrix = self.system.matrix(self.system.sensitive)
        self._all_safe(-matrix, values - LOW, self.part.half(0))
        self._all_safe(matrix, HIGH - values, self.part.half(1))
        return {self.system.cells[number] for number in np.flatnonzero(self.out)}

    def _all_safe(self, rows: csr_array, need: np.ndarray, part: _Part) -> None:
        """Find, for each of these sums, a world in which it is as much more as it needs to be.

        A world serves every sum that is far enough away in it, and what is left out later takes no world away.
        """
        unsafe = need > 0
        most = int(unsafe.sum())
        while unsafe.any():
            part(1 - unsafe.sum() / most)
            world = self.worlds.of_many(self._still_told(), rows[np.flatnonzero(unsafe)], need[unsafe])
            reached = unsafe & _reached(rows, need, world)
            if not reached.any():
                break
            unsafe &= ~reached
        for number in np.flatnonzero(unsafe):
            while unsafe[number]:
                part(1 - unsafe.sum() / most)
                world = self._world_for(rows[[number]], need[number])
                if world is None:
                    self.out[:] = True
                    return
                unsafe &= ~_reached(rows, need, world)

    def _world_for(self, row: csr_array, need: float) -> np.ndarray | None:
        """Return a world for one sum; what it contradicts is left out. None: none was found in time."""
        broken = self._cheapest(row, need)
        if broken is None or np.array_equal(broken, np.round(broken)):
            return broken
        world = self.worlds.of_one(self._still_told(), row, need)
        return self._cheapest(row, need, whole=True) if world is None else world

    def _cheapest(self, row: csr_array, need: float, *, whole: bool = False) -> np.ndarray | None:
        costs = self.worth * (self.tells @ (self.costs * ~self.out))
        world = self.worlds.cheapest(self._still_told(), costs[costs > 0], row, need, whole=whole)
        if world is not None:
            broken = np.abs(self.told @ world) > CLOSE
            self.out |= self.tells.T @ broken > 0
        return world

    def _still_told(self) -> csr_array:
        return self.told[np.flatnonzero(self.tells @ ~self.out > 0)]


def _reached(rows: csr_array, need: np.ndarray, world: np.ndarray | None) -> np.ndarray:
    return np.zeros(len(need), dtype=bool) if world is None else rows @ world >= need - CLOSE


def _cost(cell: Cell) -> float:
    """Return what a cell costs: the more it sums, the more is lost."""
    rows = 8.0 if cell.row == ALL else 0.5 if cell.row == OTHER else 1.0
    return rows * LEVELS[cell.period]


def _worth(number: int) -> float:
    """Return what one more or less in a number costs: less, the larger it is, because it is then one of few changes."""
    return (1.0 + math.log1p(number)) / math.sqrt(1.0 + number)
