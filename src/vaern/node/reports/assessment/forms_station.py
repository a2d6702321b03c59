"""The form that concludes as a viewing station saw it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vaern.node.reports.law.schemes import value_label
from vaern.node.reports.viewing.presenters import answer_said

if TYPE_CHECKING:
    from vaern.node.reports.assessment.from_station import Grade, Sheet
    from vaern.node.reports.models import Scheme

MYSELF = "myself"


def grade_said(grade: Grade, scheme: Scheme | None) -> str:
    """Return a grade in words."""
    baseline, value = grade
    words = [] if baseline is None else [gettext("Baseline") if baseline else gettext("Not baseline")]
    words += [value_label(scheme, value)] if value else []
    return ", ".join(words) or gettext("No class given")


class StationForm(forms.Form):
    """Which answers a person follows where they differ, and what each grade is under the law here.

    Nothing is preselected: whether something is an offence here no station says.

    Args:
        sheet: what stations answered.
    """

    ask = forms.BooleanField(label=_("I want a second, independent view"), required=False)

    def __init__(self, sheet: Sheet, data: Any = None) -> None:
        super().__init__(data)
        self.sheet = sheet
        self.open = [one for one in sheet.items if one.seen and not one.done]
        self.grades = {f"grade_{n}": grade for n, grade in enumerate(sheet.grades)}
        for one in self.open:
            if one.to_choose:
                self.fields[f"item_{one.item.number}"] = forms.ChoiceField(
                    label=gettext("Item %(n)s: the answers differ. Which do you follow?") % {"n": one.item.number},
                    widget=forms.RadioSelect,
                    choices=[
                        *((str(row.pk), f"{row.by}: {answer_said(row)}") for row in one.seen),
                        (MYSELF, gettext("None: I look myself")),
                    ],
                )
        for name, grade in self.grades.items():
            self.fields[name] = forms.ChoiceField(
                label=gettext("%(grade)s: conclusion under our law") % {"grade": grade_said(grade, sheet.scheme)},
                widget=forms.RadioSelect,
                required=False,
                choices=[
                    ("yes", gettext("An offence here: act on it")),
                    *([] if grade[0] else [("no", gettext("Nothing to be done here"))]),
                ],
            )
        self.order_fields([*(name for name in self.fields if name != "ask"), "ask"])

    def clean(self) -> dict[str, Any]:
        """Require a conclusion for each grade that is followed."""
        given = super().clean() or self.cleaned_data
        if not self.errors:
            from vaern.node.reports.assessment.from_station import grade_of

            chosen = self.followed
            rows = [row for one in self.open for row in one.seen if row.pk in chosen.values()]
            needed = {grade_of(row, self.sheet.scheme) for row in rows}
            for name, grade in self.grades.items():
                if grade in needed and not given.get(name):
                    self.add_error(name, gettext("Say whether it is an offence here."))
        return given

    @property
    def followed(self) -> dict[int, int]:
        """The answer that is followed of each item; those that one looks at oneself are left out."""
        found = {}
        for one in self.open:
            chosen = self.cleaned_data.get(f"item_{one.item.number}") if one.to_choose else str(one.seen[-1].pk)
            if chosen and chosen != MYSELF:
                found[one.item.number] = int(chosen)
        return found

    @property
    def offences(self) -> dict[Grade, bool]:
        """Whether each grade that was answered is an offence here."""
        return {grade: given == "yes" for name, grade in self.grades.items() if (given := self.cleaned_data.get(name))}
