"""What people fill in about what came of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.casework.forms import WorkForm
from vaern.node.reports.forwarding.labels import OUTCOMES
from vaern.node.reports.rules.outcomes import Outcome, sayable
from vaern.node.web.fields import DayInput

if TYPE_CHECKING:
    from collections.abc import Sequence


class OutcomeForm(WorkForm):
    """What came of a case, among what may follow what was said before."""

    outcome = forms.ChoiceField(
        label=_("What came of it?"),
        widget=forms.RadioSelect,
        help_text=_("Whoever reported learns this code and nothing else. What was said stays said."),
    )
    field_order = ("outcome", "why", "words")

    def __init__(self, *args: Any, history: Sequence[Outcome] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [(code.value, OUTCOMES[code][0]) for code in sayable(history)]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Outcome:
        """What was chosen."""
        return Outcome(self.cleaned_data["outcome"])


class SilenceForm(WorkForm):
    """Until when nobody is told."""

    until = forms.DateField(
        label=_("Tell nobody before"),
        widget=DayInput(),
        help_text=_("What is said until then waits, and goes home on that day in its order."),
    )
    field_order = ("until", "why", "words")
