"""Forms for personal limits."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.reports.rules import exposure


class LimitsForm(forms.Form):
    """The viewer's own budgets."""

    daily = forms.IntegerField(label=_("Warn me after so many files a day"), min_value=1, max_value=exposure.HIGHEST)
    hard = forms.IntegerField(
        label=_("Put nothing unknown before me after so many"), min_value=1, max_value=exposure.HIGHEST
    )
    interleave = forms.IntegerField(
        label=_("After so many heavy ones in a row, something else first"), min_value=1, max_value=50
    )


PAUSES = {"15": _("15 minutes"), "60": _("An hour"), "day": _("The rest of the day")}


class PauseForm(forms.Form):
    """A pause. There is deliberately no field for a reason."""

    pause = forms.ChoiceField(choices=[*PAUSES.items(), ("end", _("Go on"))])

    @property
    def until(self) -> datetime | None:
        """The end of the pause; None to end it now; only after `is_valid()`."""
        chosen = self.cleaned_data["pause"]
        if chosen == "end":
            return None
        if chosen == "day":
            tomorrow = timezone.localdate() + timedelta(days=1)
            return timezone.make_aware(datetime.combine(tomorrow, time.min))
        return timezone.now() + timedelta(minutes=int(chosen))
