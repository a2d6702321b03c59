"""Forms to forward, and to return an outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.casework.forms import WorkForm
from vaern.node.casework.releases.forms import ReleaseForm
from vaern.node.reports.forwarding.labels import OUTCOMES
from vaern.node.reports.rules.outcomes import sayable
from vaern.node.web.fields import DayInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.reports.rules.outcomes import Outcome


class ForwardForm(ReleaseForm):
    """Recipients, handling, end date, legal ground and reason of a forward."""

    DAYS = 180
    until = forms.DateField(
        label=_("Until"), widget=DayInput(), help_text=_("The recipients' copies are erased after this day.")
    )


class OutcomeForm(WorkForm):
    """The outcome of a received report, among the codes that may follow the earlier ones."""

    outcome = forms.ChoiceField(
        label=_("What came of it?"),
        widget=forms.RadioSelect,
        help_text=_("The sender sees this alone. If you passed it on, what comes back to you is carried on to it."),
    )
    field_order = ("outcome", "why", "words")

    def __init__(self, *args: Any, history: Sequence[Outcome] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [(code.value, OUTCOMES[code][0]) for code in sayable(history)]  # type: ignore[attr-defined]
