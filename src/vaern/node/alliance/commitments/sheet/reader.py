"""From a spreadsheet to a reply, or to everything that is wrong with it: never to a part of a reply."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vaern.node.alliance.commitments import reply_intake
from vaern.node.alliance.commitments.sheet.rows import WRONG, Grid, Row, grids, wrongs
from vaern.node.alliance.files.sheet import faults as f
from vaern.node.alliance.files.sheet import layout, workbooks
from vaern.node.alliance.files.sheet.faults import Fault, Unreadable
from vaern.node.alliance.rules import contents, problems
from vaern.node.alliance.rules.contents import ActionLine, Baseline, Content, DeclaredValue, Evidence, Line, Target

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from vaern.node.alliance.files.sheet.workbooks import Workbook


@dataclass(frozen=True)
class Purpose:
    """What a spreadsheet is made for.

    Attributes:
        round, member: their ids.
        revision: of the reply that it was made from.
        frame_version: of a new commitment.
        goals: the goal of each commitment that a line may name.
        language: in which the file is written.
    """

    round: UUID
    member: UUID
    revision: int
    frame_version: str
    goals: Mapping[UUID, str]
    language: str = "en"

    @property
    def meta(self) -> tuple[str, ...]:
        """What the hidden sheet says, in the order of `layout.META_ROWS`."""
        return (layout.NAME, layout.VERSION, str(self.round), str(self.member), str(self.revision), self.language)


@dataclass(frozen=True)
class Reply:
    """What a spreadsheet says."""

    lines: Sequence[Line]
    declared: Sequence[DeclaredValue]


def read(data: bytes, purpose: Purpose) -> Reply | list[Fault]:
    """Return the reply in a file, or all of its faults."""
    try:
        book = workbooks.read(data)
    except Unreadable as error:
        return [Fault("", "", error.code)]
    if wrong := _made_for_another(book, purpose):
        return [wrong]
    tables, found = grids(book)
    for grid in tables.values():
        found += wrongs(grid)
    if len(tables) < len(layout.TABLES):
        return found
    reading = _Reading(tables, purpose)
    reply = reading.reply()
    found += reading.faults
    return found or reply


_FILE_FAULTS = {
    "form": f.NOT_OURS,
    "version": f.OTHER_FORM,
    "round": f.OTHER_ROUND,
    "member": f.OTHER_MEMBER,
    "revision": f.STALE,
}


def _made_for_another(book: Workbook, purpose: Purpose) -> Fault | None:
    sheet = next((one for one in book.sheets if one.name == layout.META), None)
    if sheet is None:
        return Fault("", "", f.NOT_OURS)
    for row, (name, wanted) in enumerate(zip(layout.META_ROWS, purpose.meta, strict=True), 1):
        cell = sheet.cells.get((row, 2))
        if name in _FILE_FAULTS and (cell is None or cell.formula or str(cell.value) != wanted):
            return Fault("", "", _FILE_FAULTS[name])
    return None


class _Reading:
    """The tables of one file, put together."""

    def __init__(self, tables: Mapping[str, Grid], purpose: Purpose) -> None:
        self.commitments, self.actions, self.evidence, self.declared = (tables[one.code] for one in layout.TABLES)
        self.purpose = purpose
        self.faults: list[Fault] = []

    def reply(self) -> Reply:
        """Return what the file says; meaningful only if there are no faults."""
        numbers, rows = self._numbers(), self.commitments.rows
        actions = self._under(self.actions, numbers)
        evidence = self._under(self.evidence, numbers)
        self._find_foreign()
        lines = [
            Line(self._content(row, actions.get(at, []), evidence.get(at, [])), _clean(row.values.get("commitment")))
            for at, row in enumerate(rows)
        ]
        self.declared.rows = [row for row in self.declared.rows if _is_answered(row)]
        declared = [_declared(row) for row in self.declared.rows]
        for problem in reply_intake.problems_of(lines, declared):
            if problem.code != problems.MISSING or problem.path.startswith("declared"):
                self._place(problem, actions, evidence)
        return Reply([Line(contents.tidy(line.content), line.commitment) for line in lines], declared)

    def _say(self, grid: Grid, row: Row, path: str, code: str) -> None:
        if row.values.get(path) is not WRONG:
            self.faults.append(Fault(grid.name, grid.cell(row.number, path), code, f.said(row.values.get(path) or "")))

    def _numbers(self) -> dict[int, int]:
        """Return the place of each commitment by its number."""
        found: dict[int, int] = {}
        for at, row in enumerate(self.commitments.rows):
            number = row.values.get("line")
            if number is None:
                self._say(self.commitments, row, "line", f.NO_LINE)
            elif number in found:
                self._say(self.commitments, row, "line", f.TWO_LINES)
            elif isinstance(number, int):
                found[number] = at
        return found

    def _under(self, grid: Grid, numbers: Mapping[int, int]) -> dict[int, list[Row]]:
        """Return rows of actions or of evidence by the place of their commitment."""
        found: dict[int, list[Row]] = {}
        for row in grid.rows:
            number = row.values.get("line")
            if isinstance(number, int) and number in numbers:
                found.setdefault(numbers[number], []).append(row)
            else:
                self._say(grid, row, "line", f.NO_LINE if number is None else f.NO_SUCH_LINE)
        return found

    def _find_foreign(self) -> None:
        seen = set()
        for row in self.commitments.rows:
            commitment, goal = row.values.get("commitment"), row.values.get("goal")
            if not goal:
                self._say(self.commitments, row, "goal", problems.MISSING)
            if commitment is None or commitment is WRONG:
                continue
            if commitment not in self.purpose.goals:
                self._say(self.commitments, row, "commitment", f.UNKNOWN_COMMITMENT)
            elif commitment in seen:
                self._say(self.commitments, row, "commitment", f.TWO_COMMITMENTS)
            elif goal and goal != self.purpose.goals[commitment]:
                self._say(self.commitments, row, "goal", f.OTHER_GOAL)
            seen.add(commitment)

    def _content(self, row: Row, actions: Sequence[Row], evidence: Sequence[Row]) -> Content:
        at = {path: _clean(value) for path, value in row.values.items()}
        baseline = Baseline(
            at.get("target.baseline.value"), at.get("target.baseline.date"), at.get("target.baseline.source") or ""
        )
        target = Target(
            indicator=at.get("target.indicator") or None,
            text=at.get("target.text") or "",
            value=at.get("target.value"),
            unit=at.get("target.unit") or "",
            direction=at.get("target.direction") or "at_least",
            due=at.get("target.due"),
            baseline=baseline,
        )
        return Content(
            frame_version=at.get("frame_version") or self.purpose.frame_version,
            goal=at.get("goal") or "",
            obligation=at.get("obligation") or "",
            requirement=at.get("requirement") or "",
            target=target,
            owner=at.get("owner") or "",
            language=at.get("language") or self.purpose.language,
            actions=tuple(_action(one) for one in actions),
            evidence=tuple(_evidence(one) for one in evidence),
        )

    def _place(
        self, problem: problems.Problem, actions: Mapping[int, list[Row]], evidence: Mapping[int, list[Row]]
    ) -> None:
        """Show a problem of the reply at its cell."""
        room, number, *rest = problem.path.split(".")
        path, at = ".".join(rest), int(number)
        if room == "declared":
            row = self.declared.rows[at]
            if not (path == "why" and row.values.get("value") is WRONG):
                self._say(self.declared, row, path, problem.code)
            return
        nested = re.match(r"(actions|evidence)\.(\d+)\.(\w+)", path)
        if nested:
            grid, under = (self.actions, actions) if nested[1] == "actions" else (self.evidence, evidence)
            self._say(grid, under[at][int(nested[2])], nested[3], problem.code)
        elif path in {"actions", "evidence"}:
            grid, under = (self.actions, actions) if path == "actions" else (self.evidence, evidence)
            self._say(grid, under[at][problems.MOST_LINES], "line", problem.code)
        elif path != "goal" or self.commitments.rows[at].values.get("goal"):
            self._say(self.commitments, self.commitments.rows[at], path, problem.code)


def _clean(value: Any) -> Any:
    return None if value is WRONG or value == "" else value


def _action(row: Row) -> ActionLine:
    at = {path: _clean(value) for path, value in row.values.items()}
    return ActionLine(at.get("text") or "", at.get("code"), at.get("state") or "planned", at.get("date"))


def _evidence(row: Row) -> Evidence:
    at = {path: _clean(value) for path, value in row.values.items()}
    return Evidence(at.get("text") or "", at.get("url") or "", at.get("date"))


def _is_answered(row: Row) -> bool:
    """Whether a row was filled in: rows left as the file had them declare nothing."""
    return any(row.values.get(path) not in (None, "") for path in ("value", "why", "source"))


def _declared(row: Row) -> DeclaredValue:
    at = {path: _clean(value) for path, value in row.values.items()}
    return DeclaredValue(
        at.get("indicator") or "", at.get("period") or "", at.get("value"), at.get("why") or "", at.get("source") or ""
    )
