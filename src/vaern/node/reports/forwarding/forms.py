"""What people fill in to forward, to return an outcome, to acknowledge a recall, to keep or erase a report."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.ledger.rules import Why
from vaern.node.organisations.releases import Handling
from vaern.node.reports.forwarding.labels import HANDLINGS, OUTCOMES
from vaern.node.reports.rules import LONGEST_KEPT
from vaern.node.web.fields import DayInput
from vaern.node.web.reasons import ReasonForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.organisations.releases import Prospect

WORKING = (
    Why.ASSESSMENT, Why.INVESTIGATION, Why.VICTIM_IDENTIFICATION, Why.LEGAL_ASSISTANCE, Why.REMOVAL, Why.OTHER,
)  # fmt: skip


class ForwardForm(ReasonForm):
    """Who receives it, how they have to handle it, until when, on what ground, and why.

    Args:
        prospects: to whom the report could be forwarded.
    """

    recipients = forms.MultipleChoiceField(label=_("Recipients"), widget=forms.CheckboxSelectMultiple)
    handling = forms.ChoiceField(
        label=_("Handling"), initial=Handling.AMBER_STRICT.value, widget=forms.RadioSelect,
        choices=[(code.value, label) for code, label in HANDLINGS.items()],
    )  # fmt: skip
    until = forms.DateField(
        label=_("Until"), widget=DayInput(), help_text=_("The recipients' copies are erased after this day.")
    )
    legal_ground = forms.CharField(
        label=_("Legal ground"), required=False, max_length=500,
        help_text=_("Needed if a recipient is under another legal regime: the provision that allows the transfer."),
    )  # fmt: skip
    field_order = ("recipients", "handling", "until", "legal_ground", "why", "words")

    def __init__(self, *args: Any, prospects: Sequence[Prospect] = (), **kwargs: Any) -> None:
        super().__init__(*args, whys=WORKING, **kwargs)
        self.prospects = {str(prospect.organisation.id): prospect for prospect in prospects if not prospect.until}
        self.fields["recipients"].choices = [  # type: ignore[attr-defined]
            (id, named(prospect)) for id, prospect in self.prospects.items()
        ]
        self.fields["until"].initial = timezone.localdate() + timedelta(days=180)

    def clean_until(self) -> datetime:
        """Return the end of the day."""
        until, today = self.cleaned_data["until"], timezone.localdate()
        if not today <= until < today + timedelta(days=366):
            raise forms.ValidationError(_("A release ends after today, and within a year."))
        return timezone.make_aware(datetime.combine(until, time(23, 59, 59)))

    def clean(self) -> dict[str, Any]:
        """Ask for the legal ground where a recipient is under another regime."""
        cleaned = super().clean()
        if self.crossing and not cleaned.get("legal_ground", "").strip():
            self.add_error("legal_ground", _("A recipient is under another legal regime: name the legal ground."))
        return cleaned

    @property
    def chosen(self) -> list[Prospect]:
        """The recipients that were ticked."""
        return [self.prospects[id] for id in self.cleaned_data.get("recipients", [])]

    @property
    def crossing(self) -> list[Prospect]:
        """Those of them that are under another regime."""
        return [prospect for prospect in self.chosen if prospect.crosses]


class OutcomeForm(ReasonForm):
    """What came of a report that was forwarded here."""

    outcome = forms.ChoiceField(
        label=_("What came of it?"), widget=forms.RadioSelect,
        choices=[(code.value, label) for code, (label, _tone) in OUTCOMES.items()],
        help_text=_("The sender sees this alone. If you passed it on, what comes back to you is carried on to it."),
    )  # fmt: skip
    field_order = ("outcome", "why", "words")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, whys=WORKING, **kwargs)


class KeepForm(ReasonForm):
    """Until when a report is still needed."""

    until = forms.DateField(label=_("New end date"), widget=DayInput())
    field_order = ("until", "why", "words")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, whys=WORKING, **kwargs)

    def clean_until(self) -> date:
        """Refuse a day that may not be chosen."""
        until, today = self.cleaned_data["until"], timezone.localdate()
        if not today < until <= today + LONGEST_KEPT:
            raise forms.ValidationError(_("The day must lie ahead, within five years."))
        return until  # type: ignore[no-any-return]


class PlainReasonForm(ReasonForm):
    """Why something is recalled or erased."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, whys=(*WORKING[:-1], Why.DATA_SUBJECT, Why.OTHER), **kwargs)


class AcknowledgeForm(PlainReasonForm):
    """What happens to the copy of a recalled report on which work had begun."""

    copy = forms.ChoiceField(
        label=_("Your copy"), widget=forms.RadioSelect,
        choices=[("erase", _("Erase it")), ("keep", _("Keep it, for the reason below"))],
    )  # fmt: skip
    field_order = ("copy", "why", "words")

    def __init__(self, *args: Any, has_copy: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_copy:
            del self.fields["copy"]


def named(prospect: Prospect) -> str:
    """Return how a recipient is named where it is chosen: name, country, regime."""
    organisation = prospect.organisation
    country = f" ({organisation.member.code})" if organisation.member else ""
    return f"{organisation.name}{country} – {organisation.regime.upper()}"
