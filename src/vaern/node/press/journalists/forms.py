"""Forms for journalists and for the officers who decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vaern.node.press.base import labels
from vaern.node.press.rules.lines import one_line, plain_address

LANGUAGES = [("en", "English"), ("da", "Dansk")]
LONGEST_NEEDS = 500


class PressForm(forms.Form):
    """A journalist: name, medium, press card. No file."""

    name = forms.CharField(label=_("Your name"), max_length=120, help_text=_("As it stands on the press card."))
    medium = forms.CharField(label=_("Medium"), max_length=120, help_text=_("For whom you report."))
    card = forms.CharField(label=_("Number of the press card"), max_length=60)
    issuer = forms.CharField(label=_("Who issued the card"), max_length=120)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    needs = forms.CharField(
        label=_("What do you need?"),
        max_length=LONGEST_NEEDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A seat for a wheelchair, an interpreter, power for a camera."),
    )

    def clean(self) -> dict[str, Any]:
        """Reduce each answer to one line of printable characters."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("name", "medium", "card", "issuer", "phone", "needs"):
            if name in cleaned:
                cleaned[name] = one_line(cleaned[name])
                if self.fields[name].required and not cleaned[name]:
                    self.add_error(name, _("Fill this in."))
        return cleaned

    @property
    def said(self) -> dict[str, str]:
        """What they said; only after `is_valid()`."""
        given = {name: str(self.cleaned_data[name]) for name in PressForm.base_fields}
        return {**given, "language": (get_language() or "en")[:2]}


class RegisterForm(PressForm):
    """The public form: with an address to confirm, and protection against bots."""

    email = forms.CharField(
        label=_("Mail address"),
        max_length=254,
        help_text=_("A link goes there. Open it, and confirm that it is you."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    homepage = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    proof = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    field_order = ("name", "medium", "card", "issuer", "email", "phone", "needs")

    def clean_email(self) -> str:
        """Take one plain address."""
        return address_or_error(self.cleaned_data["email"])

    def clean_homepage(self) -> str:
        """Reject a filled honeypot field: people only see it once it has been filled in."""
        if self.cleaned_data["homepage"]:
            raise forms.ValidationError(_("A program seems to have filled in this field. Empty it, and send again."))
        return ""

    @property
    def said(self) -> dict[str, str]:
        """What they said, with the address."""
        return {**super().said, "email": str(self.cleaned_data["email"])}


def address_or_error(text: str) -> str:
    """Return one plain mail address.

    Raises:
        ValidationError: it is none.
    """
    found = plain_address(text)
    try:
        validate_email(found)
    except ValidationError:
        raise ValidationError(_("Write one mail address, such as name@paper.example.")) from None
    return found


class CheckForm(forms.Form):
    """What was verified, how, and with what result."""

    what = forms.ChoiceField(
        label=_("What did you verify?"),
        widget=forms.RadioSelect,
        choices=[(code.value, label) for code, label in labels.CHECKED.items()],
    )
    how = forms.ChoiceField(
        label=_("How?"), widget=forms.RadioSelect, choices=[(code.value, label) for code, label in labels.HOW.items()]
    )
    good = forms.ChoiceField(
        label=_("What came of it?"),
        widget=forms.RadioSelect,
        choices=[("yes", _("It is right")), ("no", _("It is not right, or cannot be found out"))],
    )


class AcceptForm(forms.Form):
    """That somebody is accredited, and why although late."""

    words = forms.CharField(
        label=_("Why is it taken, if it came late?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed for a registration after the deadline."),
    )


class RefuseForm(forms.Form):
    """Why somebody is refused: they read it."""

    words = forms.CharField(
        label=_("Why?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("They are told exactly this. Write it in their language."),
    )
