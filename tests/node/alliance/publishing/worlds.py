"""An invented alliance with values of two years, and an attacker who has the released files and nothing else."""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import date
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import lil_array
from tests.node.alliance.publishing import histories
from tests.node.factories import make_member, make_organisation, make_person, viewer_for

from vaern.node.alliance.files import opendata
from vaern.node.alliance.models import Membership, Value
from vaern.node.alliance.publishing import actions, preview_computation, previews, queries
from vaern.node.alliance.rules import definitions
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.node.alliance.rules.releases import Scope

SHARES = (
    "safeguarded_share",
    "country_share",
    "forwarded_with_outcome",
    "dropped_by_receiver",
    "police_notice_24h",
    "held_share",
    "removal_24h",
    "removal_72h",
    "removal_7d",
    "reappearance",
)
MONTHS = tuple(date(year, month, 1) for year in (2024, 2025) for month in range(1, 13))
BEFORE = date(2023, 12, 1)
"""Everything before the first month."""

COUNTS = ("identified_flow", "safeguarded_flow")
WHY = Reason(Why.ADMINISTRATION, "the yearly release")


def secretariat() -> Any:
    return viewer_for(make_person(Role.SECRETARIAT, make_organisation(OrganisationKind.SECRETARIAT)))


def an_alliance(seed: int = 1, codes: tuple[str, ...] = ("XA", "XV", "XT"), largest: float = 3.0) -> None:
    """Make members, and a value of everything for each month; and what belongs to no member."""
    draw = random.Random(seed)
    members = [make_member(code) for code in codes]
    for member in members:
        Membership.objects.create(
            member=member, joined=date(2023, 1, 1), endorsed_by="A. Minister", office="Ministry", document="J. 1"
        )
    totals: Counter[tuple[str, date]] = Counter()
    values: list[Value] = []
    for number, member in enumerate([*members, None]):
        own = histories.invented(draw, MONTHS, largest * (number + 0.5))
        totals.update(own)
        if member is not None:
            values += _values(member, own)
    Value.objects.bulk_create([*values, *_values(None, totals)])


def _values(member: Any, numbers: Counter[tuple[str, date]]) -> Iterator[Value]:
    for month, code in product(MONTHS, (*COUNTS, *SHARES)):
        hits = numbers[f"{code}:hits", month] if code in SHARES else None
        yield _value(code, member, month, hits, numbers[f"{code}:of", month])


def _value(code: str, member: Any, month: date, hits: int | None, of: int) -> Value:
    share = hits is not None
    return Value(
        version=definitions.current().version,
        code=code,
        member=member,
        period="month",
        start=month,
        as_of=10,
        numerator=hits if share else of,
        denominator=of if share else None,
        value=None if share and not of else 1.0,
        missing="nothing" if share and not of else "",
    )


def released(viewer: Any, scope: Scope, explanation: str = "", corrects: Any = None, danish: str = "") -> Any:
    """Release what a preview shows."""
    preview = previews.ask(viewer, scope, corrects)
    if preview.ready_at is None:  # the job's work
        preview_computation.compute(preview.pk)
        preview.refresh_from_db()
    return actions.release(viewer, WHY, preview, explanation, danish)


def file_of(release: Any) -> dict[str, Any]:
    """What everybody can download of a release."""
    found = queries.content_of(release)
    text = opendata.document(
        found, release.number, release.released_at, (release.explanation, release.explanation_da), None
    )
    return dict(json.loads(text))


def truth() -> dict[tuple[str, str, str, date], int]:
    """The number of each month, by indicator, part (`of`, `hits`) and member ("" for all): the test's secret."""
    found = {}
    for one in Value.objects.filter(period="month").select_related("member"):
        row = one.member.code if one.member else ""
        if one.code in SHARES:
            found[one.code, "hits", row, one.start] = one.numerator or 0
        found[one.code, "of", row, one.start] = (one.denominator if one.code in SHARES else one.numerator) or 0
    return found


class Attacker:
    """Reads released files, writes down every equation that they give, and asks how far a number can lie.

    Knows the definitions: totals are sums, years are sums of months, a stock grows by its flow, and everything is a sum
    of records, each of which adds what `histories` says. Believes that nothing changed between releases.
    """

    def __init__(self, files: list[dict[str, Any]]) -> None:
        self.members = sorted({one["code"] for file in files for one in file["members"]})
        self.names: dict[tuple[str, str, str, date], int] = {}
        self.rows: list[tuple[dict[int, float], float]] = []
        self.figures = {(f["indicator"], f["row"], f["period"]): f for file in files for f in file["figures"]}
        for file in files:
            for one in file["figures"]:
                self._read(one)
        self._records()
        self.equal = self._matrix([row for row, _value in self.rows])
        self.values = np.array([value for _row, value in self.rows])

    def _matrix(self, rows: list[dict[int, float]]) -> Any:
        found = lil_array((len(rows), len(self.names)))
        for number, row in enumerate(rows):
            for column, sign in row.items():
                found[number, column] = sign
        return found.tocsr()

    def _place(self, code: str, part: str, row: str, month: date) -> int:
        return self.names.setdefault((code, part, row, month), len(self.names))

    def sum_of(self, code: str, part: str, row: str, period: str) -> dict[int, float]:
        """A number of a table as a sum of what one member has in one month."""
        if code == "identified_stock":
            code, months = "identified_flow", [BEFORE, *(m for m in MONTHS if m <= _months(period)[-1])]
        else:
            months = _months(period)
        rows = [*self.members, "other"] if row == "all" else [row]
        return {self._place(code, part, one, month): 1.0 for one in rows for month in months}

    def _read(self, one: dict[str, Any]) -> None:
        code, row, period = one["indicator"], one["row"], one["period"]
        if one["status"] == "suppressed" or code.endswith("_growth"):
            return
        if code in SHARES:
            self.rows.append((self.sum_of(code, "hits", row, period), one["numerator"]))
            self.rows.append((self.sum_of(code, "of", row, period), one["denominator"]))
        elif one["status"] == "computed":
            self.rows.append((self.sum_of(code, "of", row, period), one["value"]))

    def _records(self) -> None:
        """Every number is a sum of records."""
        wanted, sums = list(self.names), {name: {place: -1.0} for name, place in self.names.items()}
        known = set()
        for kind, of_kind in histories.records((BEFORE, *MONTHS)).items():
            for row in (*self.members, "other"):
                for number, adds in enumerate(of_kind):
                    place = self._place(kind, str(number), row, BEFORE)
                    for (quantity, month), count in adds:
                        name = (*quantity.split(":"), row, month)
                        known.add(name[:2])
                        if name in sums:
                            sums[name][place] = count
        self.rows += [(sums[name], 0.0) for name in wanted if name[:2] in known]

    def bounds(self, form: dict[int, float]) -> tuple[float, float]:
        """The least and the most that a sum can be."""
        costs = np.zeros(len(self.names))
        costs[list(form)] = list(form.values())
        ends = []
        for sign in (1, -1):
            found = linprog(sign * costs, A_eq=self.equal, b_eq=self.values, bounds=(0, None))
            ends.append(sign * found.fun if found.status == 0 else sign * -np.inf)
        return ends[0], ends[1]

    def narrowed(self, every: int = 1) -> tuple[int, list[tuple[str, str, str, float, float]]]:
        """How many small numbers were tried, and those that are known better than from 1 to 4."""
        secret, found, count = truth(), [], 0
        for (code, row, period), one in sorted(self.figures.items())[::every]:
            if one["status"] != "suppressed" or code.endswith("_growth"):
                continue
            forms = [self.sum_of(code, "of", row, period)]
            if code in SHARES:
                hits = self.sum_of(code, "hits", row, period)
                forms += [hits, {**forms[0], **dict.fromkeys(hits, -1.0)}]
            for form in forms:
                if 1 <= self._true(secret, form) <= 4:
                    count += 1
                    low, high = self.bounds(form)
                    if low > 1 + 1e-6 or high < 4 - 1e-6:
                        found.append((code, row, period, low, high))
        return count, found

    def _true(self, secret: dict[Any, int], form: dict[int, float]) -> float:
        names = list(self.names)
        return sum(sign * self._known(secret, *names[place]) for place, sign in form.items())

    def _known(self, secret: dict[Any, int], code: str, part: str, row: str, month: date) -> int:
        if row != "other":
            return secret.get((code, part, row, month), 0)
        return secret.get((code, part, "", month), 0) - sum(
            secret.get((code, part, one, month), 0) for one in self.members
        )


def _months(period: str) -> list[date]:
    year = int(period[:4])
    if len(period) == 4:
        return [date(year, month, 1) for month in range(1, 13)]
    if "Q" in period:
        first = int(period[6]) * 3 - 2
        return [date(year, month, 1) for month in range(first, first + 3)]
    return [date(year, int(period[5:]), 1)]
