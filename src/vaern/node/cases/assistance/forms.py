"""What people fill in about requests, held data and their clocks."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vaern.node.cases.assistance import labels
from vaern.node.cases.assistance.data import zones_of
from vaern.node.cases.assistance.incoming.delivery import Delivery
from vaern.node.cases.assistance.providers import register as providers
from vaern.node.cases.rules import clocks
from vaern.node.cases.rules.assistance import Option
from vaern.node.cases.rules.clocks import Origin, Settled
from vaern.node.casework.forms import WORKING, WorkForm
from vaern.node.casework.releases.forms import ReleaseForm
from vaern.node.ledger.rules import Why
from vaern.node.web.conditions import When
from vaern.node.web.fields import DayInput, SuggestedInput

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vaern.node.cases.models import HeldData, KeepingClock
    from vaern.node.cases.rules.instruments import Book
    from vaern.node.casework.releases.terms import Prospect
    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.rules import Regime


def country_choices(book: Book) -> list[tuple[str, Any]]:
    """Return the countries that the table knows, by name; the first is empty, for a preselected one would be wrong."""
    named = sorted(((code, labels.country(code, book)) for code in book.countries), key=lambda one: one[1])
    return [("", _("Choose a country")), *named]


def take_country(form: forms.Form, cleaned: dict[str, Any], asking: str, on: date | None = None) -> None:
    """Take the country of the holder from the table of providers, where nobody chose one and it says it."""
    if cleaned.get("holder"):
        return
    known = providers.find(cleaned.get("provider", ""), asking, on)
    if known is None:
        form.add_error("holder", _("Choose a country: the table of providers does not say it."))
    else:
        cleaned["holder"] = known.content.country


class HeldForm(WorkForm):
    """Data that a provider holds.

    Args:
        book: countries to choose from.
        asking: code of the country in whose name the data will be asked for.
    """

    label = forms.CharField(
        label=_("What it is"), max_length=80, help_text=_("In a few words, without a name or an address.")
    )
    provider = forms.CharField(label=_("Provider"), max_length=200, widget=SuggestedInput())
    identifier = forms.CharField(
        label=_("Account or identifier"), max_length=500, required=False, help_text=_("Kept sealed.")
    )
    holder = forms.ChoiceField(
        label=_("Country of the provider"),
        required=False,
        help_text=_("Leave it for a provider that is offered above: the table says which company answers you."),
    )
    data = forms.ChoiceField(label=_("Kind of data"), choices=list(labels.DATA.items()))  # type: ignore[assignment]
    kept_until = forms.DateField(
        label=_("The provider keeps them until"),
        required=False,
        widget=DayInput(),
        help_text=_("The last day of its own retention, if it is known. It ends at the end of that day there."),
    )
    reported_on = forms.DateField(
        label=_("Reported to the CyberTipline on"),
        required=False,
        widget=DayInput(),
        help_text=_("The provider keeps what it reported for a year from then; 90 days before 7 May 2024."),
    )
    field_order: tuple[str, ...] = (
        "label",
        "provider",
        "identifier",
        "holder",
        "data",
        "kept_until",
        "reported_on",
        "why",
        "words",
    )

    def __init__(self, *args: Any, book: Book, asking: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asking = asking
        self.fields["holder"].choices = country_choices(book)  # type: ignore[attr-defined]
        self.fields["provider"].widget.suggestions = providers.names()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Take the country from the table of providers where nobody chose one.

        A report in the future is refused, and data of which nobody knows how long they are there.
        """
        cleaned = super().clean()
        take_country(self, cleaned, self.asking)
        if (reported := cleaned.get("reported_on")) and reported > timezone.localdate():
            self.add_error("reported_on", _("That day lies ahead."))
        if not self.errors and not cleaned.get("kept_until") and not cleaned.get("reported_on"):
            self.add_error("kept_until", _("Say how long they are kept, or take a careful guess: it can be corrected."))
        return cleaned

    @property
    def kept_until_at(self) -> datetime | None:
        """The end of the last day, in the earliest zone of the provider's country."""
        return end_of_typed(self.cleaned_data["kept_until"], self.cleaned_data["holder"])

    @property
    def reported_at(self) -> datetime | None:
        """The beginning of the day of the report there: the earliest it can have been."""
        day = self.cleaned_data["reported_on"]
        zone = zones_of(self.cleaned_data["holder"])[0]
        return clocks.end_of_day(day - clocks.DAY, zone) if day else None


def end_of_typed(day: Any, country: str) -> datetime | None:
    """Return the end of a day that was typed: the earliest in the country's zones."""
    return min(clocks.end_of_day(day, zone) for zone in zones_of(country)) if day else None


class ClockForm(WorkForm):
    """A further clock for held data: on what basis, since when, and until when if no law says it."""

    origin = forms.ChoiceField(label=_("Basis"), choices=list(labels.ORIGINS.items()))
    basis = forms.CharField(label=_("Provision or letter"), required=False, max_length=200)
    since = forms.DateField(label=_("Since"), widget=DayInput())
    until = forms.DateField(
        label=_("Last day"), required=False, widget=DayInput(), help_text=_("Only where no law says how long it lasts.")
    )
    field_order: tuple[str, ...] = ("origin", "basis", "since", "until", "why", "words")

    def __init__(self, *args: Any, held: HeldData, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = held

    def clean_since(self) -> Any:
        """Refuse a beginning that lies ahead."""
        if self.cleaned_data["since"] > timezone.localdate():
            raise forms.ValidationError(_("That day lies ahead."))
        return self.cleaned_data["since"]

    @property
    def starts_at(self) -> datetime:
        """The beginning of the day there."""
        return clocks.end_of_day(self.cleaned_data["since"] - clocks.DAY, zones_of(self.held.holder)[0])

    @property
    def ends_at(self) -> datetime | None:
        """The end of the last day there; None where the law says it."""
        return end_of_typed(self.cleaned_data["until"], self.held.holder)

    @property
    def chosen(self) -> Origin:
        """The basis."""
        return Origin(self.cleaned_data["origin"])


class ProlongForm(WorkForm):
    """A later end; typed only where no law says by how much."""

    until = forms.DateField(label=_("New last day"), widget=DayInput())
    field_order: tuple[str, ...] = ("until", "why", "words")

    def __init__(self, *args: Any, by_law: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if by_law:
            del self.fields["until"]


class SettleForm(WorkForm):
    """Why a clock stops.

    Args:
        others: clocks of the same data that run longer.
    """

    WHEN: ClassVar = {"by": When("how", Settled.SECURED)}
    NEEDS = ("by",)

    how = forms.ChoiceField(label=_("Why it stops"), widget=forms.RadioSelect)
    by: forms.ModelChoiceField[Any] = forms.ModelChoiceField(label=_("Secured by"), queryset=None, required=False)
    field_order: tuple[str, ...] = ("how", "by", "why", "words")

    def __init__(self, *args: Any, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [how for how in Settled if how is not Settled.SECURED or others.exists()]
        self.fields["how"].choices = [(how.value, labels.SETTLED[how][0]) for how in offered]  # type: ignore[attr-defined]
        self.fields["by"].queryset = others  # type: ignore[attr-defined]
        self.fields["by"].label_from_instance = clock_label  # type: ignore[attr-defined]
        if not others.exists():
            del self.fields["by"]


def clock_label(clock: KeepingClock) -> str:
    """Return a clock as a choice."""
    return f"{labels.ORIGINS[Origin(clock.origin)]} – {labels.end(clock.ends_at, clock.held.holder)}"


class HandOverForm(ReleaseForm):
    """To which central authority, how it has to handle it, and until when it sees it."""

    DAYS, FOR_COURT = 365, True


def _hand_to(one: Organisation) -> Any:
    words = _("Hand it to %(name)s on %(node)s") if one.node else _("Hand it to %(name)s here")
    return words % {"name": one.name, "node": one.node}


class SendForm(WorkForm):
    """That a request was sent; and to which authority of this node or of a peer, if it is for one.

    Args:
        prospects: to whom it can be handed.
        regime: of whoever sends.
    """

    deliver_to = forms.TypedChoiceField(
        label=_("How it left"), required=False, widget=forms.RadioSelect, coerce=UUID, empty_value=None
    )
    transfer = forms.ChoiceField(
        label=_("Ground of transfer"),
        required=False,
        help_text=_("What allows that it goes to that country, where the two are not bound by the same law."),
    )
    legal_ground = forms.CharField(label=_("Legal ground, in words"), required=False, max_length=500)
    whys = (*WORKING[:-1], Why.DATA_SUBJECT, Why.OTHER)
    field_order: tuple[str, ...] = ("deliver_to", "transfer", "legal_ground", "why", "words")

    def __init__(self, *args: Any, prospects: Sequence[Prospect], regime: Regime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        handed = [(str(one.organisation.pk), _hand_to(one.organisation)) for one in prospects]
        self.fields["deliver_to"].choices = [*handed, ("", _("By our own channel"))]  # type: ignore[attr-defined]
        self.fields["deliver_to"].initial = handed[0][0] if handed else ""
        grounds = {ground.code: ground for one in prospects if one.asks_ground for ground in one.grounds(regime)}
        said_of = [(code, ground.said(get_language() or "en")) for code, ground in grounds.items()]
        self.fields["transfer"].choices = [("", "–"), *said_of]  # type: ignore[attr-defined]
        gone = [] if grounds else ["transfer", "legal_ground"]
        for name in [*gone, *([] if handed else ["deliver_to"])]:
            del self.fields[name]

    @property
    def delivery(self) -> Delivery | None:
        """To whom it is handed here, and on what ground; None where it left by one's own channel."""
        given = self.cleaned_data
        if not given.get("deliver_to"):
            return None
        return Delivery(given["deliver_to"], given.get("transfer", ""), given.get("legal_ground", ""))


class SightForm(WorkForm):
    """Until when a central authority sees a request that it has."""

    until = forms.DateField(
        label=_("Until"), widget=DayInput(), help_text=_("The recipients see it until the end of this day.")
    )
    field_order: tuple[str, ...] = ("until", "why", "words")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = timezone.localdate() + HandOverForm.DAYS * clocks.DAY

    @property
    def until_at(self) -> datetime:
        """The end of the day."""
        return timezone.make_aware(datetime.combine(self.cleaned_data["until"], time(23, 59, 59)))


class WordsForm(WorkForm):
    """What was written or said, and why it is recorded."""

    text = forms.CharField(
        label=_("What is said"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Kept sealed. No names of victims, no description of material."),
    )
    field_order: tuple[str, ...] = ("text", "why", "words")


class ExecuteForm(WordsForm):
    """That a request was executed; for a preservation, since when it holds."""

    since = forms.DateField(label=_("Preserved since"), widget=DayInput())
    field_order: tuple[str, ...] = ("since", "text", "why", "words")

    def __init__(self, *args: Any, preserves: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not preserves:
            del self.fields["since"]

    def clean_since(self) -> Any:
        """Refuse a beginning that lies ahead."""
        if self.cleaned_data["since"] > timezone.localdate():
            raise forms.ValidationError(_("That day lies ahead."))
        return self.cleaned_data["since"]

    def since_at(self, country: str) -> datetime | None:
        """The beginning of that day where the data are."""
        day = self.cleaned_data.get("since")
        return clocks.end_of_day(day - clocks.DAY, zones_of(country)[0]) if day else None


class ReceiveForm(WordsForm):
    """That evidence came."""

    whole = forms.BooleanField(
        label=_("All that was asked for is there: stop the clocks of these data"), required=False
    )
    field_order: tuple[str, ...] = ("whole", "text", "why", "words")


class DecideForm(WorkForm):
    """How a request goes on whose law has ended."""

    option = forms.ChoiceField(
        label=_("How it goes on"), widget=forms.RadioSelect, choices=list(labels.OPTIONS.items())
    )
    field_order: tuple[str, ...] = ("option", "why", "words")

    @property
    def chosen(self) -> Option:
        """What was decided."""
        return Option(self.cleaned_data["option"])
