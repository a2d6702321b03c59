"""What people give to find a call of the look-up service, and to check the proof of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.lookup.taking import WireError, asked_in
from vaern.lookup.wire import MOST_BYTES
from vaern.node.ledger.keys import verifier_key
from vaern.proofs.calls import ProofBroken, read_proof
from vaern.proofs.checkpoints import CheckpointError, VerifierKey

if TYPE_CHECKING:
    from vaern.proofs.calls import CallProof
    from vaern.records import Signal

LARGEST_PROOF = 1_000_000
"""Bytes of a proof; it has a few thousand."""

LARGEST = MOST_BYTES + 2 * LARGEST_PROOF
"""Bytes of the form with both its files."""

MOST_SAID = 5
"""Faults of a file that are said."""


class FindCallForm(forms.Form):
    """The id of a call."""

    call = forms.CharField(
        label=_("Id of a call"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("The answer of the look-up service had it: 32 hexadecimal digits, with hyphens or without."),
    )

    def clean_call(self) -> UUID:
        """Return the id."""
        try:
            return UUID(self.cleaned_data["call"].strip())
        except ValueError:
            raise forms.ValidationError(
                _("This is no id of a call. Copy it from the answer: “call” has it, 32 hexadecimal digits.")
            ) from None


class CheckProofForm(forms.Form):
    """The proof of a call, and what it asked."""

    proof = forms.FileField(
        label=_("Proof"),
        max_length=200,
        help_text=_("The file that the page of the call gave, or that “vaern lookup prove” printed."),
    )
    asked = forms.FileField(
        label=_("What was asked"),
        max_length=200,
        required=False,
        help_text=_(
            "The body of the call as it was sent, .ndjson of a stream. Without it the page says whether the call is in "
            "the ledger, and not whether these signals were asked. It is read and forgotten."
        ),
    )
    key = forms.CharField(
        label=_("Key of the ledger"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text=_(
            "This node's own. Compare it with one that you got at another time or by another way; of a call that "
            "another node answered, put in that node's."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = str(verifier_key())

    def clean_proof(self) -> CallProof:
        """Return the proof."""
        file = self.cleaned_data["proof"]
        if file.size > LARGEST_PROOF:
            raise forms.ValidationError(
                _("This file is too large for a proof. Choose the one that the call's page gave.")
            )
        try:
            return read_proof(file.read())
        except ProofBroken as error:
            raise forms.ValidationError(
                _("This is no proof of a look-up, or not a whole one (%(place)s). Fetch it from the call's page."),
                params={"place": error.place},
            ) from None

    def clean_asked(self) -> tuple[Signal, ...] | None:
        """Return the signals that the call asked; None where no file was given."""
        file = self.cleaned_data["asked"]
        if not file:
            return None
        try:
            return asked_in(file.read(), stream=file.name.lower().endswith(".ndjson"))
        except WireError as error:
            said = "; ".join(f"{one.place or '-'}: {one.text}" for one in error.faults[:MOST_SAID])
            raise forms.ValidationError(
                _("This is no body of a call. Give it as it was sent. What is wrong, by its place: %(said)s"),
                params={"said": said},
            ) from None

    def clean_key(self) -> VerifierKey:
        """Return the key."""
        try:
            return VerifierKey.parse(self.cleaned_data["key"])
        except CheckpointError:
            raise forms.ValidationError(
                _("This is no key of a ledger, or not a whole one: name+number+key, in one line.")
            ) from None
