"""The forms of one commitment together: shown from what it says, and read back into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vaern.node.alliance.commitments import labels
from vaern.node.alliance.commitments.forms import ActionLines, ContentForm, EvidenceLines
from vaern.node.alliance.rules.contents import ActionLine, Baseline, Content, Evidence, Target
from vaern.node.web.sections import part_task

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django import forms

    from vaern.node.alliance.rules.problems import Problem

PLACES = {
    "target.text": "target_text",
    "target.indicator": "indicator",
    "target.direction": "direction",
    "target.value": "target_value",
    "target.unit": "unit",
    "target.due": "due",
    "target.baseline.value": "baseline_value",
    "target.baseline.date": "baseline_date",
    "target.baseline.source": "baseline_source",
}
"""The field of each path of a commitment that is not called as its field is."""


class CommitmentForms:
    """All the forms of one commitment.

    Args:
        data: what was sent; None to show what there is.
        prefix: of the names of fields, where a page has several.
        content: what there is; None for a new one.
        version: of the declaration.
        only: the fields, and `actions` or `evidence`, that the page asks for; None for all. The rest stays as it is.
    """

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        content: Content | None,
        version: str,
        prefix: str = "c",
        only: frozenset[str] | None = None,
    ) -> None:
        self.before, self.version, self.only = content, version, only
        shown = content or Content(version, "")
        given: Any = {"data": data}
        self.form = ContentForm(
            **given, prefix=prefix, version=version, fixed_goal=content is not None, initial=_initial(shown)
        )
        if only is not None:
            self.form.keep_only(only)
        self.actions = ActionLines(
            **given,
            prefix=f"{prefix}-actions",
            form_kwargs={"version": version},
            initial=[
                {"text": one.text, "code": one.code, "state": one.state, "date": one.date} for one in shown.actions
            ],
        )
        self.evidence = EvidenceLines(
            **given,
            prefix=f"{prefix}-evidence",
            initial=[{"text": one.text, "url": one.url, "date": one.date} for one in shown.evidence],
        )
        self._list_lines()

    def is_valid(self) -> bool:
        """Whether every field holds a valid value."""
        return all([one.is_valid() for one in (self.form, *self.line_sets.values())])  # noqa: C419 - each says its own

    @property
    def line_sets(self) -> dict[str, Any]:
        """The sets of lines that the page asks for."""
        found = {"actions": self.actions, "evidence": self.evidence}
        return {name: one for name, one in found.items() if self.only is None or name in self.only}

    @property
    def lines(self) -> dict[str, list[forms.Form]]:
        """The lines that were filled in, in the order of `content`."""
        says = {"actions": ("text", "code", "date"), "evidence": ("text", "url", "date")}
        return {name: [one for one in rows if _says(one, *says[name])] for name, rows in self.line_sets.items()}

    def content(self) -> Content:
        """Return what was filled in; only after `is_valid()`."""
        before = self.before or Content(self.version, "")
        given, lines = {**_initial(before), **self.form.cleaned_data}, self.lines
        start = Baseline(given["baseline_value"], given["baseline_date"], given["baseline_source"])
        target = Target(
            given["indicator"] or None,
            given["target_text"],
            given["target_value"],
            given["unit"],
            given["direction"],
            given["due"],
            None if start == Baseline() else start,
        )
        return Content(
            self.version,
            self.before.goal if self.before else given["goal"],
            given["obligation"],
            given["requirement"],
            target,
            given["owner"],
            _actions(lines["actions"]) if "actions" in lines else before.actions,
            _evidence(lines["evidence"]) if "evidence" in lines else before.evidence,
            given["language"],
        )

    def _list_lines(self) -> None:
        """Let the list of the form's parts name the lines, too."""
        self.form.further = [part_task(name, labels.PARTS[name], _state(rows)) for name, rows in self.line_sets.items()]

    def refuse(self, problems: Iterable[Problem]) -> None:
        """Show each problem at its field."""
        for path, code in problems:
            room, _dot, rest = path.partition(".")
            if room in self.lines and rest:
                number, _dot, name = rest.partition(".")
                self.lines[room][int(number)].add_error(name, labels.FAULTS[code])
            else:
                name = PLACES.get(path, path)
                self.form.add_error(name if name in self.form.fields else None, labels.FAULTS[code])
        self._list_lines()


def _actions(lines: Iterable[forms.Form]) -> tuple[ActionLine, ...]:
    given = (line.cleaned_data for line in lines)
    return tuple(ActionLine(one["text"], one["code"] or None, one["state"], one["date"]) for one in given)


def _evidence(lines: Iterable[forms.Form]) -> tuple[Evidence, ...]:
    given = (line.cleaned_data for line in lines)
    return tuple(Evidence(one["text"], one["url"], one["date"]) for one in given)


def _state(rows: Any) -> str:
    """Return how far some lines are."""
    if rows.is_bound and rows.total_error_count():
        return "wrong"
    return "done" if any(row[field].value() for row in rows for field in ("text", "date")) else "open"


def _says(line: forms.Form, *names: str) -> bool:
    return any(line.cleaned_data.get(name) for name in names)


def _initial(content: Content) -> dict[str, Any]:
    target, start = content.target, content.target.baseline or Baseline()
    return {
        "goal": content.goal,
        "obligation": content.obligation,
        "requirement": content.requirement,
        "target_text": target.text,
        "indicator": target.indicator,
        "direction": target.direction,
        "target_value": target.value,
        "unit": target.unit,
        "due": target.due,
        "baseline_value": start.value,
        "baseline_date": start.date,
        "baseline_source": start.source,
        "owner": content.owner,
        "language": content.language,
    }
