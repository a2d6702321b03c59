"""Forms: a station with its licence, what a person confirms, how a station calls somebody, a work package."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from vaern.node.casework.forms import WorkForm
from vaern.node.ledger.rules import Why
from vaern.node.reports.rules.stations import LASTS, USUAL
from vaern.node.reports.viewing.age import is_recipient
from vaern.node.reports.viewing.stations import Terms
from vaern.node.web.fields import DayInput

PSEUDONYM = RegexValidator(r"^[A-Za-z0-9._-]+\Z", _("Letters, digits, point, hyphen and underscore."))


class StationReasonForm(WorkForm):
    """Why something is done to a station."""

    whys: ClassVar[tuple[Why, ...]] = (Why.ASSESSMENT, Why.ADMINISTRATION, Why.OTHER)


class TermsForm(StationReasonForm):
    """A licence of a station, and the key for which packages are encrypted."""

    authority = forms.CharField(label=_("Authority that gave the licence"), max_length=200)
    number = forms.CharField(label=_("Number of the licence"), max_length=100)
    valid_until = forms.DateField(label=_("Valid until, this day included"), widget=DayInput())
    place = forms.CharField(
        label=_("Place"), max_length=200, help_text=_("Building and room to which the licence is tied.")
    )
    recipient = forms.CharField(
        label=_("The station's age recipient"),
        max_length=62,
        help_text=_(
            "One line that begins with age1, as age-keygen prints it at the station. Compare it with the station by "
            "telephone. The secret key stays there."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    field_order: tuple[str, ...] = ("authority", "number", "valid_until", "place", "recipient", "why", "words")

    def clean_recipient(self) -> str:
        """Require a recipient of the kind that age-keygen makes, with a right checksum."""
        text = str(self.cleaned_data["recipient"]).strip()
        if not is_recipient(text):
            raise forms.ValidationError(
                _("That is no age recipient. It begins with age1 and has 62 characters; one may be mistyped.")
            )
        return text

    def clean_valid_until(self) -> Any:
        """Refuse a licence that has ended."""
        day = self.cleaned_data["valid_until"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("This licence has ended."))
        return day

    @property
    def terms(self) -> Terms:
        """The licence that was entered; only after `is_valid()`."""
        names = ("authority", "number", "valid_until", "place", "recipient")
        return Terms(**{name: self.cleaned_data[name] for name in names})


class StationForm(TermsForm):
    """A new station."""

    name = forms.CharField(label=_("Name of the station"), max_length=100)
    operator = forms.CharField(
        label=_("Organisation that runs it"), max_length=200, help_text=_("Your own, or who has the licence.")
    )
    field_order = ("name", "operator", *TermsForm.field_order)


class PseudonymForm(forms.Form):
    """How a station calls the person."""

    pseudonym = forms.CharField(
        label=_("What this station calls you"),
        max_length=40,
        required=False,
        validators=[PSEUDONYM],
        help_text=_("Left empty: it is forgotten."),
    )


class PackageForm(WorkForm):
    """For which station a package is, and for how long.

    Args:
        stations: ids and labels to choose from, all of them with a valid licence.
    """

    station = forms.ChoiceField(label=_("Viewing station"), widget=forms.RadioSelect)
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        coerce=int,
        initial=USUAL,
        help_text=_("After that the station opens it no more, and the file is erased here."),
    )
    field_order = ("station", "days", "why", "words")

    def __init__(self, *args: Any, stations: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["station"].choices = stations  # type: ignore[attr-defined]
        if len(stations) == 1:
            self.fields["station"].initial = stations[0][0]
        self.fields["days"].choices = [(n, ngettext("%(n)s day", "%(n)s days", n) % {"n": n}) for n in LASTS]  # type: ignore[attr-defined]
