"""Forms for domain blocks, and the appeal on the stop page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.reports.rules import domains, zones
from vaern.node.reports.takedown.forms import PlainForm
from vaern.node.web.fields import DayInput


class AskForm(PlainForm):
    """The request for a block: domain, reasons, and review date."""

    domain = forms.CharField(
        label=_("Domain"),
        max_length=300,
        help_text=_("The whole domain and all below it. A defanged name is understood."),
    )
    because = forms.CharField(
        label=_("Why it is blocked"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Told to whoever answers for it, and to the country that confirms it."),
    )
    dedicated = forms.CharField(
        label=_("Why the domain is given over to abuse"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What else lies on it? What lawful use did you look for, and not find?"),
    )
    review_date = forms.DateField(
        label=_("Review date"), widget=DayInput(), help_text=_("It lapses then. Whoever still needs it asks anew.")
    )
    field_order = ("domain", "because", "dedicated", "review_date", "why", "words")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["review_date"].initial = timezone.localdate() + domains.LASTS


class PutForm(PlainForm):
    """The organisation of another country that is asked to confirm.

    Args:
        others: the organisations to choose from.
    """

    to: Any = forms.ModelChoiceField(label=_("Organisation of another country"), queryset=None)
    field_order = ("to", "why", "words")

    def __init__(self, *args: Any, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = others  # type: ignore[attr-defined]
        self.fields["to"].label_from_instance = lambda one: f"{one.name}, {one.member}"  # type: ignore[attr-defined]


class AnswerForm(PlainForm):
    """The answer of another country."""

    confirmed = forms.TypedChoiceField(
        label=_("Answer"),
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
        empty_value=None,
        choices=[("yes", _("We confirm that the domain is to be stopped")), ("no", _("We do not confirm it"))],
    )
    because = forms.CharField(
        label=_("Why"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Told to the organisation that asks."),
    )
    field_order = ("confirmed", "because", "why", "words")


class ExportForm(PlainForm):
    """The recipient of the list, and the host of its stop page."""

    to_whom = forms.CharField(
        label=_("To whom"), max_length=200, help_text=_("The access provider that will stop these domains.")
    )
    stop = forms.CharField(
        label=_("Host of the stop page"),
        max_length=300,
        help_text=_("The provider's host that sends everybody on to the stop page: a name, or its addresses."),
    )
    without = forms.BooleanField(label=_("Leave out what may not be blocked any more"), required=False)
    field_order = ("to_whom", "stop", "without", "why", "words")

    def clean_stop(self) -> str:
        """Refuse values that give no DNS record."""
        given = str(self.cleaned_data["stop"])
        try:
            zones.answers(given)
        except zones.Unusable:
            raise forms.ValidationError(_("Give one name, or IP addresses.")) from None
        return given


class StoppedForm(forms.Form):
    """An appeal against a block. It does not reveal whether anything is blocked."""

    domain = forms.CharField(label=_("Domain"), max_length=300, required=False)
    code = forms.CharField(
        label=_("Code"),
        max_length=100,
        required=False,
        help_text=_("If you answer for it: the code in our letter."),
    )
    words = forms.CharField(
        label=_("Why the block is wrong"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Do not describe or send the content, and give no link."),
    )

    def clean(self) -> dict[str, Any]:
        """Require the domain or the code."""
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("domain", "").strip() and not cleaned.get("code", "").strip():
            self.add_error("domain", _("Name the domain, or give the code."))
        return cleaned
