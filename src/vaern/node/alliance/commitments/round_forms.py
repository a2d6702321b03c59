"""What is filled in of rounds: the plan, more time, and the values that a member declares."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.alliance.base.words import worded
from vaern.node.alliance.commitments import labels
from vaern.node.alliance.indicators.labels import UNITS
from vaern.node.alliance.rules import definitions, periods
from vaern.node.alliance.rules.contents import DeclaredValue
from vaern.node.alliance.rules.problems import LONGEST_LINE, NO_PERIOD
from vaern.node.web.fields import DayInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vaern.node.alliance.models import Round
    from vaern.node.alliance.rules.problems import Problem

LASTS = timedelta(days=60)


class RoundForm(forms.Form):
    """The plan of a round."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("All members read it: autumn 2026."))
    opens = forms.DateField(label=_("Opens on"), widget=DayInput(), help_text=_("The node opens it on that day."))
    closes = forms.DateField(
        label=_("Last day"), widget=DayInput(), help_text=_("What comes later is taken, and marked as late.")
    )
    reminders = forms.CharField(
        label=_("Reminders, in days before the last day"),
        required=False,
        max_length=60,
        help_text=_("Separated by commas: 14, 3. After it there are reminders by themselves."),
    )
    period = forms.CharField(
        label=_("Period for which values are declared"), max_length=7, help_text=_("2026, 2026-Q3 or 2026-07.")
    )

    def __init__(self, data: Any = None, round: Round | None = None) -> None:
        today = timezone.localdate()
        initial: dict[str, Any] = {
            "opens": today,
            "closes": today + LASTS,
            "reminders": "14, 3",
            "period": str(today.year),
        }
        if round is not None:
            initial = {
                "name": round.name,
                "opens": round.opens,
                "closes": round.closes,
                "period": round.period,
                "reminders": ", ".join(map(str, round.reminders)),
            }
        super().__init__(data, initial=initial)

    def clean_reminders(self) -> list[int]:
        """Return the days."""
        parts = [part.strip() for part in self.cleaned_data["reminders"].split(",") if part.strip()]
        if not all(part.isascii() and part.isdigit() and len(part) < 4 for part in parts):
            raise forms.ValidationError(_("Write whole days, separated by commas."))
        return [int(part) for part in parts]

    def clean_period(self) -> str:
        """Refuse what is no period."""
        period = str(self.cleaned_data["period"])
        try:
            periods.read(period)
        except ValueError:
            raise forms.ValidationError(labels.FAULTS[NO_PERIOD]) from None
        return period


class ExtendForm(forms.Form):
    """More time."""

    closes = forms.DateField(label=_("New last day"), widget=DayInput())


class ValueForm(forms.Form):
    """A declared value, or why there is none; with neither, nothing is declared."""

    value = forms.FloatField(label=_("Value"), required=False, widget=forms.NumberInput(attrs={"step": "any"}))
    source = forms.CharField(label=_("Source"), required=False, max_length=LONGEST_LINE)
    why = forms.CharField(label=_("Not computable, because"), required=False, max_length=LONGEST_LINE)


class ValueForms:
    """One form for each value.

    Args:
        data: what was sent; None to show what there is.
        values: what there is, one for each form.
    """

    def __init__(self, data: Mapping[str, Any] | None, values: Sequence[DeclaredValue]) -> None:
        self.values = values
        given: Any = {"data": data}
        self.forms = [
            ValueForm(
                **given,
                prefix=f"d{n}-{one.indicator}",
                initial={"value": one.value, "source": one.source, "why": one.why},
            )
            for n, one in enumerate(values)
        ]

    @property
    def rows(self) -> list[tuple[str, ValueForm]]:
        """What each is about, and its form."""
        return [(value_label(one), form) for one, form in zip(self.values, self.forms, strict=True)]

    def is_valid(self) -> bool:
        """Whether every field holds a valid value."""
        return all([form.is_valid() for form in self.forms])  # noqa: C419 - each says what is wrong in it

    @property
    def filled(self) -> list[tuple[DeclaredValue, ValueForm]]:
        """The values that were filled in, with their forms; only after `is_valid()`."""
        found = []
        for one, form in zip(self.values, self.forms, strict=True):
            value, source, why = (form.cleaned_data[name] for name in ("value", "source", "why"))
            if value is not None or why or source:
                found.append((DeclaredValue(one.indicator, one.period, value, why.strip(), source.strip()), form))
        return found

    def refuse(self, problems: Iterable[Problem]) -> None:
        """Show each problem at its field."""
        filled = self.filled
        for path, code in problems:
            number, _dot, name = path.partition(".")
            form = filled[int(number)][1]
            form.add_error(name if name in form.fields else None, labels.FAULTS[code])


def value_label(value: DeclaredValue) -> str:
    """Return what a value is about: indicator, unit, period."""
    known = definitions.current().by_code.get(value.indicator)
    if known is None:
        return f"{value.indicator}, {value.period}"
    return f"{worded(known.name)}, {UNITS[known.unit]}, {value.period}"
