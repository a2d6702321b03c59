"""Build the published figures from tables and their suppressed cells. What is not in `told` is in no release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.alliance.rules import periods, values
from vaern.node.alliance.rules.figures import Figure
from vaern.node.alliance.rules.releases import GROWTH, MEDIANS
from vaern.node.alliance.rules.suppression.cells import ALL, OTHER, Cell

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date

    from vaern.node.alliance.rules.suppression.cells import Tables


def figures(
    tables: Tables, left_out: Collection[Cell], medians: Mapping[Cell, float], joined: Mapping[str, date | None]
) -> tuple[Figure, ...]:
    """Return the figures of a release.

    Args:
        tables: with every cell that there is.
        left_out: the cells that are not told.
        medians: of the cells that have one.
        joined: when each member joined.
    """
    told = tables.cells - set(left_out)
    found = [
        _told(tables, cell, medians.get(cell)) if cell in told else _named(cell, "suppressed")
        for cell in sorted(tables.cells)
    ]
    return (*found, *_growth(tables, told, joined))


def _named(cell: Cell, status: str, **more: object) -> Figure:
    written = periods.written(cell.period, cell.start)
    return Figure(code=cell.code, row=cell.row, period=written, status=status, **more)  # type: ignore[arg-type]


def _told(tables: Tables, cell: Cell, median: float | None) -> Figure:
    shape = tables.shapes[cell.code]
    of = tables.number(cell, {shape.of: 1})
    if cell.code in MEDIANS:
        if median is None or of == 0:
            return _named(cell, "not_computable", of=of, why=values.NOTHING)
        return _named(cell, "computed", value=median, of=of)
    if not shape.hits:
        return _named(cell, "computed", value=float(of))
    hits = tables.number(cell, {shape.hits: 1})
    number = values.share(hits, of)
    if number.value is None:
        return _named(cell, "not_computable", hits=hits, of=of, why=number.missing)
    return _named(cell, "computed", value=number.value, hits=hits, of=of)


def _growth(tables: Tables, told: Collection[Cell], joined: Mapping[str, date | None]) -> Iterator[Figure]:
    """Yield growth over a year, of whole quarters and years of which the release has both numbers."""
    of = {code: growth for growth, code in GROWTH.items()}
    for cell in sorted(tables.cells):
        if cell.code not in of or cell.period == "month" or cell.row == OTHER:
            continue
        earlier = Cell(cell.code, cell.row, cell.period, periods.year_before(cell.start))
        if earlier not in tables.cells:
            continue
        named = Cell(of[cell.code], cell.row, cell.period, cell.start)
        if cell not in told or earlier not in told:
            yield _named(named, "suppressed")
            continue
        shape = tables.shapes[cell.code]
        late = cell.row != ALL and values.joined_within(joined.get(cell.row), earlier.start)
        covered = earlier.start >= tables.basis.first
        before = tables.number(earlier, {shape.of: 1}) if covered else None
        number = values.growth(tables.number(cell, {shape.of: 1}), before, joined_meanwhile=late)
        if number.value is None:
            yield _named(named, "not_computable", why=number.missing)
        else:
            yield _named(named, "computed", value=number.value)
