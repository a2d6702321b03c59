"""What administrators fill in about other nodes. Whether a card is one, and whose, the actions decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from vaern.node.exchange.rules.identity import LARGEST_CARD
from vaern.node.ledger.rules import Why
from vaern.node.web.reasons import ReasonForm

if TYPE_CHECKING:
    from collections.abc import Sequence

WHYS = (Why.ADMINISTRATION, Why.OTHER)
DIGITS = 30


class ExchangeForm(ReasonForm):
    """Why something about the exchange is decided."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, whys=WHYS, **kwargs)


class SaidForm(ExchangeForm):
    """Why the exchange with a node stops: in words, which stay with the node."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].required = True
        self.fields["words"].help_text = _("It stands beside the node until the exchange goes on.")


class CardForm(ExchangeForm):
    """The card of another node, as text or as a file."""

    card = forms.CharField(
        label=_("Their card"),
        required=False,
        max_length=LARGEST_CARD,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("All of what they sent you, from the first brace to the last."),
    )
    file = forms.FileField(label=_("Or the file that they sent you"), required=False, max_length=200)
    field_order = ("card", "file", "why", "words")

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        cleaned = super().clean()
        file = cleaned.get("file")
        if "card" not in self.errors and "file" not in self.errors:
            if bool(file) == bool(cleaned.get("card", "").strip()):
                self.add_error("card", _("Paste their card, or choose its file: one of the two."))
            elif file and file.size > LARGEST_CARD:
                self.add_error("file", _("No card is as large as this file. Choose the one that they sent you."))
        return cleaned

    @property
    def document(self) -> bytes:
        """The card that was given; only after `is_valid()`."""
        file = self.cleaned_data.get("file")
        return bytes(file.read()) if file else str(self.cleaned_data["card"]).strip().encode()


class AgreementForm(ExchangeForm):
    """What passes between this node and another, and whose organisations the other may list.

    Args:
        passing: kinds of message, each its name and how it is shown.
        countries: codes and names of those that the directory has.
    """

    accepts = forms.MultipleChoiceField(
        label=_("We take from them"), required=False, widget=forms.CheckboxSelectMultiple
    )
    sends = forms.MultipleChoiceField(label=_("We send them"), required=False, widget=forms.CheckboxSelectMultiple)
    countries = forms.MultipleChoiceField(
        label=_("Countries whose organisations live on their node"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Organisations of other countries on their list are left out. Those of no country are taken."),
    )
    field_order = ("heard", "accepts", "sends", "countries", "why", "words")

    def __init__(
        self,
        *args: Any,
        passing: Sequence[tuple[str, object]],
        countries: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in ("accepts", "sends"):
            self.fields[name].choices = passing  # type: ignore[attr-defined]
            if not passing:
                self.fields[name].help_text = _("This node knows no kind of message that organisations send yet.")
        self.fields["countries"].choices = countries  # type: ignore[attr-defined]


class ConfirmForm(AgreementForm):
    """The digits that somebody of the other side read aloud, and what passes from now on."""

    heard = forms.CharField(
        label=_("The 30 digits that they read to you"),
        max_length=200,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}),
        help_text=_(
            "Six groups of five, on the telephone or face to face, by somebody whom you know. Digits that came with "
            "the card, or in a message, prove nothing."
        ),
    )

    def clean_heard(self) -> str:
        """Ask for 30 digits, however they are grouped."""
        heard = "".join(one for one in str(self.cleaned_data["heard"]) if not one.isspace() and one not in "-–.")
        if not heard.isascii() or not heard.isdecimal():
            raise ValidationError(_("Type the digits alone: they have no letters and no other signs."))
        if len(heard) != DIGITS:
            raise ValidationError(
                ngettext(
                    "This is %(n)d digit, and there are 30.", "These are %(n)d digits, and there are 30.", len(heard)
                )
                % {"n": len(heard)}
            )
        return heard
