"""What people fill in about any record of casework: release it, keep it longer, say why."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.ledger.rules import Why
from vaern.node.organisations.releases import LONGEST, Handling
from vaern.node.organisations.rules import LONGEST_KEPT
from vaern.node.web.fields import DayInput
from vaern.node.web.reasons import ReasonForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.organisations.releases import Prospect

WORKING = (
    Why.ASSESSMENT, Why.INVESTIGATION, Why.VICTIM_IDENTIFICATION, Why.LEGAL_ASSISTANCE, Why.REMOVAL,
    Why.LIST_QUALITY, Why.OTHER,
)  # fmt: skip
"""The reasons of those who work on a record."""

HANDLINGS: dict[Handling, Any] = {
    Handling.RED: _("TLP:RED – for the people named, nobody else"),
    Handling.AMBER_STRICT: _("TLP:AMBER+STRICT – inside the recipient's organisation only"),
    Handling.AMBER: _("TLP:AMBER – the recipient's organisation and those it works for, if they need it"),
    Handling.GREEN: _("TLP:GREEN – inside the community"),
}


class WorkForm(ReasonForm):
    """Why somebody who works on a record does something to it."""

    whys: ClassVar[tuple[Why, ...]] = WORKING

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, whys=self.whys, **kwargs)


class PlainReasonForm(WorkForm):
    """Why something is recalled or erased."""

    whys = (*WORKING[:-1], Why.DATA_SUBJECT, Why.OTHER)


class KeepForm(WorkForm):
    """Until when a record is still needed."""

    until = forms.DateField(label=_("New end date"), widget=DayInput())
    field_order = ("until", "why", "words")

    def clean_until(self) -> date:
        """Refuse a day that may not be chosen."""
        until, today = self.cleaned_data["until"], timezone.localdate()
        if not today < until <= today + LONGEST_KEPT:
            raise forms.ValidationError(_("The day must lie ahead, within five years."))
        return until  # type: ignore[no-any-return]


class ReleaseForm(WorkForm):
    """Who receives, how they have to handle it, until when, on what ground, and why.

    Args:
        prospects: to whom the record could be released.
    """

    DAYS = 30
    """How long it lasts unless another day is chosen."""

    recipients = forms.MultipleChoiceField(label=_("Recipients"), widget=forms.CheckboxSelectMultiple)
    handling = forms.ChoiceField(
        label=_("Handling"), initial=Handling.AMBER_STRICT.value, widget=forms.RadioSelect,
        choices=[(code.value, label) for code, label in HANDLINGS.items()],
    )  # fmt: skip
    until = forms.DateField(
        label=_("Until"), widget=DayInput(), help_text=_("The recipients see it until the end of this day.")
    )
    legal_ground = forms.CharField(
        label=_("Legal ground"), required=False, max_length=500,
        help_text=_("Needed if a recipient is under another legal regime: the provision that allows the transfer."),
    )  # fmt: skip
    field_order = ("recipients", "handling", "until", "legal_ground", "why", "words")

    def __init__(self, *args: Any, prospects: Sequence[Prospect] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prospects = {str(prospect.organisation.id): prospect for prospect in prospects if not prospect.until}
        self.fields["recipients"].choices = [  # type: ignore[attr-defined]
            (id, named(prospect)) for id, prospect in self.prospects.items()
        ]
        self.fields["until"].initial = timezone.localdate() + timedelta(days=self.DAYS)

    def clean_until(self) -> datetime:
        """Return the end of the day."""
        until, today = self.cleaned_data["until"], timezone.localdate()
        if not today <= until < today + LONGEST:
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


def named(prospect: Prospect) -> str:
    """Return how a recipient is named where it is chosen: name, country, regime."""
    organisation = prospect.organisation
    country = f" ({organisation.member})" if organisation.member else ""
    return f"{organisation.name}{country} – {organisation.regime.upper()}"
