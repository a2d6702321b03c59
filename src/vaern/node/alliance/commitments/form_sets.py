"""The forms of one commitment together: shown from what it says, and read back into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vaern.node.alliance.commitments import labels
from vaern.node.alliance.commitments.forms import ActionLines, ContentForm, EvidenceLines
from vaern.node.alliance.rules.contents import ActionLine, Baseline, Content, Evidence, Target

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
    """

    def __init__(
        self, data: Mapping[str, Any] | None, content: Content | None, version: str, prefix: str = "c"
    ) -> None:
        self.before, self.version = content, version
        shown = content or Content(version, "")
        given: Any = {"data": data}
        self.form = ContentForm(
            **given, prefix=prefix, version=version, fixed_goal=content is not None, initial=_initial(shown)
        )
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

    def is_valid(self) -> bool:
        """Whether every field holds a valid value."""
        return all([self.form.is_valid(), self.actions.is_valid(), self.evidence.is_valid()])

    @property
    def lines(self) -> dict[str, list[forms.Form]]:
        """The lines that were filled in, in the order of `content`."""
        return {
            "actions": [one for one in self.actions if _says(one, "text", "code", "date")],
            "evidence": [one for one in self.evidence if _says(one, "text", "url", "date")],
        }

    def content(self) -> Content:
        """Return what was filled in; only after `is_valid()`."""
        given, lines = self.form.cleaned_data, self.lines
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
            tuple(
                ActionLine(one["text"], one["code"] or None, one["state"], one["date"])
                for one in (line.cleaned_data for line in lines["actions"])
            ),
            tuple(
                Evidence(one["text"], one["url"], one["date"])
                for one in (line.cleaned_data for line in lines["evidence"])
            ),
            given["language"],
        )

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
