"""The question to the router, as a form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.cases.assistance import labels
from vaern.node.cases.assistance.forms import country_choices, take_country
from vaern.node.cases.assistance.providers import register as providers
from vaern.node.web.fields import DayInput, SuggestedInput

if TYPE_CHECKING:
    from vaern.node.cases.rules.instruments import Book


_THREE = {"yes": True, "no": False, "": None}


class RouterForm(forms.Form):
    """A question to the router.

    Args:
        book: whose countries are offered.
    """

    requesting = forms.ChoiceField(label=_("Who asks"))
    provider = forms.CharField(
        label=_("Provider"),
        max_length=200,
        required=False,
        widget=SuggestedInput(),
        help_text=_("Of one that is offered here, the table says which company answers, and in which country."),
    )
    holder = forms.ChoiceField(
        label=_("Where the holder of the data is"),
        required=False,
        help_text=_("The country whose law reaches the provider: its seat, or its representative in the Union."),
    )
    data = forms.ChoiceField(label=_("Kind of data"), choices=list(labels.DATA.items()))  # type: ignore[assignment]
    on = forms.DateField(label=_("On the day"), widget=DayInput())
    urgent = forms.BooleanField(label=_("Somebody’s life or safety is in imminent danger"), required=False)
    preserved = forms.BooleanField(label=_("The data are preserved already"), required=False)
    cybertip = forms.BooleanField(label=_("The provider reported them to the CyberTipline"), required=False)
    dual = forms.ChoiceField(
        label=_("An offence on both sides"),
        required=False,
        choices=[("", _("Nobody has looked")), ("yes", _("Yes")), ("no", _("No"))],
    )

    grave = forms.ChoiceField(
        label=_("The offence"),
        required=False,
        choices=[
            ("", _("Nobody has looked")),
            ("yes", _("Carries a maximum of three years or more, or is one that Union law names")),
            ("no", _("Neither")),
        ],
        help_text=_(
            "Counts for orders of the Union for traffic and content data. Sexual abuse and exploitation of children, "
            "and so CSAM, are named, whatever they carry."
        ),
    )

    def __init__(self, *args: Any, book: Book, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("requesting", "holder"):
            self.fields[name].choices = country_choices(book)  # type: ignore[attr-defined]
        self.fields["provider"].widget.suggestions = providers.names()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Take the country from the table of providers where nobody chose one."""
        cleaned = super().clean() or {}
        take_country(self, cleaned, cleaned.get("requesting", ""), cleaned.get("on"))
        return cleaned

    @property
    def both_sides(self) -> bool | None:
        """Whether the act is an offence on both sides; None where nobody has looked."""
        return _THREE[self.cleaned_data["dual"]]

    @property
    def grave_enough(self) -> bool | None:
        """Whether the offence is grave enough, or one that is named; None where nobody has looked."""
        return _THREE[self.cleaned_data["grave"]]
