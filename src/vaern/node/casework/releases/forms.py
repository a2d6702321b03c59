"""What people fill in to release a record: to whom, how it has to be handled, until when, on what ground, and why."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vaern.node.casework.forms import WorkForm
from vaern.node.casework.releases.actions import LONGEST
from vaern.node.casework.releases.terms import Handling, Terms, bounds, refusals
from vaern.node.casework.releases.transfers import Code
from vaern.node.organisations.rules import Regime
from vaern.node.web.fields import DayInput

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from vaern.node.casework.models import Casework
    from vaern.node.casework.releases.terms import Prospect
    from vaern.node.casework.releases.transfers import Ground

HANDLINGS: dict[Handling, Any] = {
    Handling.RED: _("TLP:RED – for the people named, nobody else"),
    Handling.AMBER_STRICT: _("TLP:AMBER+STRICT – inside the recipient's organisation only"),
    Handling.AMBER: _("TLP:AMBER – the recipient's organisation and those it works for, if they need it"),
    Handling.GREEN: _("TLP:GREEN – inside the community"),
}

CODES: dict[Code, Any] = {
    Code.H1: _("H1 – not to be used in judicial proceedings without the provider's permission"),
    Code.H2: _("H2 – not to be passed on without the provider's permission"),
    Code.H3: _("H3 – another restriction, said below"),
}


class TermsFields(forms.Form):
    """On what terms a record leaves: handling no wider than it came, and the ground on which it goes abroad."""

    FOR_COURT = False
    """Whether what leaves is for judicial proceedings."""

    handling = forms.ChoiceField(label=_("Handling"), widget=forms.RadioSelect)
    europol = forms.MultipleChoiceField(
        label=_("Europol's handling codes"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(code.value, label) for code, label in CODES.items()],
        help_text=_("None ticked is H0: it may be used to prevent and combat crime, as the law that applies allows."),
    )
    restriction = forms.CharField(label=_("What H3 restricts"), required=False, max_length=500)
    permission = forms.CharField(
        label=_("Who permitted it"),
        required=False,
        max_length=500,
        help_text=_("It came to you on terms by which its source is asked first: who there permitted it, and when."),
    )
    transfer = forms.ChoiceField(
        label=_("Ground of transfer"),
        required=False,
        help_text=_(
            "Needed if a recipient is in a country that is not bound by the same law of the Union: what allows that "
            "it leaves. It is chosen once for all of them."
        ),
    )
    legal_ground = forms.CharField(
        label=_("Legal ground, in words"),
        required=False,
        max_length=500,
        help_text=_(
            "Needed if a recipient is under another legal regime: the provision that allows it. Needed, too, where "
            "the ground of transfer has to be explained: the treaty, the danger, the single case."
        ),
    )

    def bind_to(self, record: Casework, prospects: Sequence[Prospect]) -> None:
        """Offer what a record and its possible recipients leave open, and no field that nobody could need.

        Args:
            record: what would leave.
            prospects: to whom it could.
        """
        self.regime, self.held = Regime(record.organisation.regime), bounds(record)
        labels = [code for code in Handling if code.value in self.held.labels]
        first = Handling.AMBER_STRICT if Handling.AMBER_STRICT in labels else Handling.RED
        self.fields["handling"].choices = [(code.value, HANDLINGS[code]) for code in labels]  # type: ignore[attr-defined]
        self.fields["handling"].initial = first.value
        self.fields["europol"].initial = sorted(code.value for code in self.held.codes)
        self.fields["restriction"].initial = " ".join(self.held.restrictions)
        if not self.held.codes and not any(one.coded for one in prospects):
            del self.fields["europol"], self.fields["restriction"]
        if not self.held.asks(passed_on=True, for_court=self.FOR_COURT):
            del self.fields["permission"]
        self._offer_grounds(prospects)

    def _offer_grounds(self, prospects: Sequence[Prospect]) -> None:
        offered: dict[str, Ground] = {}
        for one in prospects:
            if one.asks_ground:
                offered |= {ground.code: ground for ground in one.grounds(self.regime)}
        if not offered:
            del self.fields["transfer"]
            return
        language = get_language() or "en"
        choices = [("", "–"), *((code, ground.said(language)) for code, ground in offered.items())]
        self.fields["transfer"].choices = choices  # type: ignore[attr-defined]

    def refuse(self, chosen: Sequence[Prospect]) -> None:
        """Ask for what the recipients and the terms on which it came make necessary."""
        if {"handling", "until"} <= self.cleaned_data.keys():
            for field, words in refusals(self.terms, chosen, self.regime, self.held, for_court=self.FOR_COURT):
                self.add_error(field, words)

    @property
    def terms(self) -> Terms:
        """What was decided; only when handling and end are valid."""
        given = self.cleaned_data
        return Terms(
            Handling(given["handling"]),
            given["until"],
            given.get("legal_ground", ""),
            given.get("transfer", ""),
            frozenset(Code(one) for one in given.get("europol", [])),
            given.get("restriction", ""),
            given.get("permission", ""),
        )


class ReleaseForm(TermsFields, WorkForm):
    """Who receives, how they have to handle it, until when, on what ground, and why.

    Args:
        record: what would be released.
        prospects: to whom it could be.
    """

    DAYS = 30
    """How long it lasts unless another day is chosen."""

    recipients = forms.MultipleChoiceField(label=_("Recipients"), widget=forms.CheckboxSelectMultiple)
    until = forms.DateField(
        label=_("Until"), widget=DayInput(), help_text=_("The recipients see it until the end of this day.")
    )
    field_order: tuple[str, ...] = (
        "recipients",
        "handling",
        "europol",
        "restriction",
        "permission",
        "until",
        "transfer",
        "legal_ground",
        "why",
        "words",
    )

    def __init__(self, *args: Any, record: Casework, prospects: Sequence[Prospect] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prospects = {str(prospect.organisation.id): prospect for prospect in prospects if not prospect.until}
        self.fields["recipients"].choices = [  # type: ignore[attr-defined]
            (id, named(prospect)) for id, prospect in self.prospects.items()
        ]
        self.fields["until"].initial = timezone.localdate() + timedelta(days=self.DAYS)
        self.bind_to(record, list(self.prospects.values()))

    def clean_until(self) -> datetime:
        """Return the end of the day."""
        until, today = self.cleaned_data["until"], timezone.localdate()
        if not today <= until < today + LONGEST:
            raise forms.ValidationError(_("A release ends after today, and within a year."))
        return timezone.make_aware(datetime.combine(until, time(23, 59, 59)))

    def clean(self) -> dict[str, Any]:
        """Ask for what the recipients make necessary."""
        cleaned = super().clean() or self.cleaned_data
        self.refuse(self.chosen)
        return cleaned

    @property
    def along(self) -> list[tuple[str, bool]]:
        """What was decided here to go along beside the record, as `along.lines` says it."""
        return []

    @property
    def chosen(self) -> list[Prospect]:
        """The recipients that were ticked."""
        return [self.prospects[id] for id in self.cleaned_data.get("recipients", [])]

    @property
    def receivers(self) -> list[UUID]:
        """The ids of the recipients that were ticked."""
        return [one.organisation.id for one in self.chosen]

    @property
    def crossing(self) -> list[Prospect]:
        """Those of them that are under another regime."""
        return [prospect for prospect in self.chosen if prospect.crosses]

    @property
    def abroad(self) -> list[Prospect]:
        """Those of them to which it goes on the ground of transfer that was chosen."""
        return [prospect for prospect in self.chosen if prospect.asks_ground]


def named(prospect: Prospect) -> str:
    """Return how a recipient is named where it is chosen: name, country, regime."""
    organisation = prospect.organisation
    country = f" ({organisation.member})" if organisation.member else ""
    return f"{organisation.name}{country} – {organisation.regime.upper()}"
