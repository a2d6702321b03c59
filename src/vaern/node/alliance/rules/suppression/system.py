"""What follows from tables: their numbers as one system of equations over what nobody is told.

An unknown is one quantity of one country in the months that no table tells apart. Releases share an unknown where its
number did not change between them: whoever compares releases may guess that, so it is held against us that they know.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from vaern.node.alliance.rules import periods
from vaern.node.alliance.rules.suppression.cells import ALL, OTHER, SMALL, Cell, Tables
from vaern.node.alliance.rules.suppression.relations import Relation, relations, without_implied

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

Form = tuple[tuple[int, int], ...]
"""A sum of unknowns: pairs of an unknown and its sign."""


@dataclass(frozen=True)
class System:
    """Everything that the tables of some indicators say.

    Attributes:
        truth: the number of each unknown.
        fixed: the sums that are told already.
        cells, told: each cell of the new release, and for each of its sums the cell's number and the sum.
        relations: sums that are known to be at least zero.
        equal: sums that are known to be zero.
        sensitive: the sums between 1 and 4, told or not.
    """

    truth: np.ndarray
    fixed: tuple[Form, ...]
    cells: tuple[Cell, ...]
    told: tuple[tuple[int, Form], ...]
    relations: tuple[Form, ...]
    equal: tuple[Form, ...]
    sensitive: tuple[Form, ...]

    def matrix(self, forms: Iterable[Form]) -> csr_array:
        """Return sums as the rows of a matrix over the unknowns."""
        found = tuple(forms)
        entries = [(row, unknown, sign) for row, form in enumerate(found) for unknown, sign in form]
        rows, columns, signs = np.array(entries, dtype=float).reshape(-1, 3).T
        return csr_array((signs, (rows.astype(int), columns.astype(int))), shape=(len(found), len(self.truth)))

    def value(self, form: Form) -> int:
        """Return the true number of a sum."""
        return int(sum(sign * self.truth[unknown] for unknown, sign in form))


class Builder:
    """Gives every unknown its place, for the indicators of one family and the releases up to the new one, the last."""

    def __init__(self, releases: Sequence[Tables], codes: Sequence[str]) -> None:
        found = [(tables, [c for c in sorted(tables.cells) if c.code in codes]) for tables in releases]
        found = [(tables, cells) for tables, cells in found if cells]
        self.codes = [code for code in codes if any(cell.code == code for _tables, cells in found for cell in cells)]
        shapes = [shape for tables, _cells in found for code, shape in tables.shapes.items() if code in self.codes]
        known = {quantity for shape in shapes for quantity in (shape.of, shape.hits)}
        self.relations = without_implied([one for one in relations() if known.issuperset((one.smaller, one.larger))])
        cuts = {cut for tables, cells in found for cut in _cuts(tables, cells)}
        if any(one.cumulated for one in self.relations):
            cuts |= {tables.basis.first for tables, _cells in found}
        self.cuts = sorted(cuts)
        self.listed = sorted({code for tables, _cells in found for code in tables.listed})
        self.unknowns: dict[tuple[str, str, int, int], int] = {}
        self.truth: list[int] = []
        self.editions = [Edition(self, tables, cells) for tables, cells in found]

    def build(self) -> System:
        """Return the system."""
        *before, now = self.editions
        fixed = {form for edition in before for _number, form in edition.told()}
        told = list(now.told())
        sensitive = {form for edition in self.editions for form in edition.sensitive()}
        relations = {pair for edition in self.editions for pair in edition.relations()}
        return System(
            truth=np.array(self.truth, dtype=np.int64),
            fixed=tuple(sorted(fixed)),
            cells=tuple(now.cells),
            told=tuple(told),
            relations=tuple(sorted(form for sign, form in relations if sign == "<=")),
            equal=tuple(sorted(form for sign, form in relations if sign == "=")),
            sensitive=tuple(sorted(sensitive, key=lambda form: (-len(form), form))),
        )

    def unknown(self, quantity: str, row: str, atom: int, number: int) -> int:
        """Return the place of an unknown."""
        found = self.unknowns.setdefault((quantity, row, atom, number), len(self.truth))
        if found == len(self.truth):
            self.truth.append(number)
        return found

    def value(self, form: Form) -> int:
        """Return the true number of a sum."""
        return sum(sign * self.truth[unknown] for unknown, sign in form)

    def runs(self) -> Iterable[range]:
        """Return what a table could have as a period, in atoms: every month, quarter and year between two cuts."""
        places = {cut: number for number, cut in enumerate(self.cuts)}
        found = {
            (places[cut], places.get(periods.after(kind, cut), -1))
            for kind in periods.KINDS
            for cut in self.cuts[:-1]
            if periods.start_of(kind, cut) == cut
        }
        return [range(first, end) for first, end in sorted(found) if end > 0]


class Edition:
    """One release in a system: its numbers at the time, as unknowns."""

    def __init__(self, builder: Builder, tables: Tables, cells: Sequence[Cell]) -> None:
        self.builder, self.tables, self.cells = builder, tables, cells
        rest = tuple(row for row in tables.basis.rows if row not in builder.listed)
        self.groups = {**{row: (row,) for row in builder.listed if row in tables.basis.rows}, OTHER: rest}
        self.atoms = [
            periods.between("month", first, periods.before("month", end)) for first, end in pairwise(builder.cuts)
        ]
        self.rows = {row: self._groups_of(row) for row in (ALL, OTHER, *tables.listed)}
        self.places: dict[tuple[str, str], list[int]] = {}

    def told(self) -> Iterable[tuple[int, Form]]:
        """Yield the number of each cell with each sum that it tells."""
        places = {cut: number for number, cut in enumerate(self.builder.cuts)}
        for number, cell in enumerate(self.cells):
            months = self.tables.months_of(cell)
            atoms = range(places[months[0]], places[periods.after("month", months[-1])])
            for quantities in self.tables.shapes[cell.code].told:
                yield number, self._sum(quantities, cell.row, atoms)

    def sensitive(self) -> Iterable[Form]:
        """Yield every sum that a table could tell and must not."""
        for code in self.builder.codes:
            shape = self.tables.shapes[code]
            stocks = [range(end + 1) for end in range(len(self.atoms))]
            for atoms in stocks if shape.stock else self.builder.runs():
                for row in self.rows:
                    for quantities in shape.sensitive:
                        form = self._sum(quantities, row, atoms)
                        if self.builder.value(form) in SMALL:
                            yield form

    def relations(self) -> Iterable[tuple[str, Form]]:
        """Yield what is known of every country, with the sign "=" or "<="; but nothing that the numbers break."""
        for one in self.builder.relations:
            for row in self.groups:
                for equal, form in self._related(one, row):
                    difference = self.builder.value(form)
                    if difference == 0 or (difference > 0 and not equal):
                        yield "=" if equal else "<=", form

    def _related(self, one: Relation, row: str) -> Iterable[tuple[bool, Form]]:
        """Yield what the larger quantity has more than the smaller, of each atom or up to each, and whether nothing."""
        low, high = self._places(one.smaller, row), self._places(one.larger, row)
        for number in range(len(self.atoms)):
            first = 0 if one.cumulated else number
            pairs = ((place, sign) for places, sign in ((high, 1), (low, -1)) for place in places[first : number + 1])
            form = tuple(sorted(pairs))
            if not one.cumulated:
                yield one.equal, form
                continue
            yield False, form
            if one.equal and number == len(self.atoms) - 1:
                yield True, form

    def _groups_of(self, row: str) -> list[str]:
        wanted = set(self.tables.rows_of(row))
        return [name for name, group in self.groups.items() if group and wanted.issuperset(group)]

    def _sum(self, quantities: Mapping[str, int], row: str, atoms: range) -> Form:
        return tuple(
            sorted(
                (unknown, sign)
                for quantity, sign in quantities.items()
                for group in self.rows[row]
                for unknown in self._places(quantity, group)[atoms.start : atoms.stop]
            )
        )

    def _places(self, quantity: str, group: str) -> list[int]:
        """Return the unknowns of a quantity of some countries, atom by atom."""
        found = self.places.get((quantity, group))
        if found is None:
            total, rows = self.tables.basis.total, self.groups[group]
            found = self.places[quantity, group] = [
                self.builder.unknown(quantity, group, number, total({quantity: 1}, rows, months))
                for number, months in enumerate(self.atoms)
            ]
        return found


def _cuts(tables: Tables, cells: Iterable[Cell]) -> Iterable[date]:
    for cell in cells:
        months = tables.months_of(cell)
        yield months[0]
        yield periods.after("month", months[-1])
