"""Which cells the published form of a country's year leaves out, by the method of public releases.

What is small is left out, and as much more as it takes for nobody to work it out (`rules.suppression`). Beside the
table somebody may know every total that is not small: it stands in public releases.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from vaern.node.alliance.rules.statistics import Place, parts_of
from vaern.node.alliance.rules.suppression.cells import SMALL, Cell
from vaern.node.alliance.rules.suppression.protection import Guard, Why
from vaern.node.alliance.rules.suppression.system import System

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from vaern.node.alliance.rules.statistics import Definitions, Statistic
    from vaern.node.alliance.rules.suppression.system import Form


def left_out(
    found: Definitions, numbers: Mapping[Place, int], untold: Collection[str] = (), *, guard: bool = True
) -> dict[Place, Why]:
    """Return the cells that are not told, and why: the public is not told which of the two it is.

    Args:
        found: the definitions.
        numbers: every cell.
        untold: indicators whose number of this country and year no public release tells: a statistic that counts the
            same is left out whole.
        guard: False leaves out the small cells alone; for the test that somebody then works them out.
    """
    out: dict[Place, Why] = {}
    for one in found.statistics:
        places = [Place(one.code), *(place for part in parts_of(found, one) for place in part)]
        if one.tells_of and one.tells_of in untold:
            out |= dict.fromkeys(places, Why.GUARD)
            continue
        small = [place for place in places if numbers[place] in SMALL]
        out |= dict.fromkeys(small, Why.SMALL)
        if guard and one.breakdowns:
            for place in _guarded(found, one, numbers, set(small)):
                out.setdefault(place, Why.GUARD)
    return out


def _guarded(found: Definitions, one: Statistic, numbers: Mapping[Place, int], small: set[Place]) -> set[Place]:
    """Return the cells of a statistic that are left out, so that its small numbers are safe.

    Sensitive is what `publishing` calls so of a share: a part, the total, and the total without the part.
    """
    total, parts = Place(one.code), list(parts_of(found, one))
    places = [total, *(place for part in parts for place in part)]
    unknowns = {place: number for number, place in enumerate(places[1:])}
    forms: dict[Place, Form] = {place: ((unknowns[place], 1),) for place in places[1:]}
    sums: list[Form] = [tuple((unknowns[place], 1) for place in part) for part in parts]
    forms[total] = sums[0]
    rests: list[Form] = [
        tuple((unknowns[other], 1) for other in part if other != place) for part in parts for place in part
    ]
    cells = {place: _cell(place) for place in places}
    truth = np.array([numbers[place] for place in places[1:]])
    watched = [form for form in dict.fromkeys([*forms.values(), *sums, *rests]) if form]
    system = System(
        truth=truth,
        fixed=() if numbers[total] in SMALL else (forms[total],),
        cells=tuple(cells.values()),
        told=tuple((number, forms[place]) for number, place in enumerate(places)),
        relations=(),
        equal=tuple((*sums[0], *((unknown, -1) for unknown, _sign in other)) for other in sums[1:]),
        sensitive=tuple(form for form in watched if _value(truth, form) in SMALL),
    )
    if not system.sensitive:
        return set()
    kept = Guard(system, {cells[place] for place in small}).run()
    return {place for place, cell in cells.items() if cell in kept}


def _value(truth: np.ndarray, form: Form) -> int:
    return int(sum(sign * truth[unknown] for unknown, sign in form))


def _cell(place: Place) -> Cell:
    """Return a cell as the guard weighs it: a total costs more than its parts, as the row of everything does."""
    row = f"{place.breakdown}:{place.category}" if place.breakdown else "all"
    return Cell(place.statistic, row, "year", date(2000, 1, 1))
