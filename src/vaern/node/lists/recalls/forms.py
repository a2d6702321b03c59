"""What is asked of an organisation that a recall concerns."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.casework.forms import WorkForm
from vaern.node.lists.rules.effects import Accounts

MOST = 1_000_000_000
"""Far more accounts than anybody has, and still a number that the database takes."""


class AcknowledgeEffectForm(WorkForm):
    """That an organisation knows of a recall, and what it did."""


class AccountsForm(AcknowledgeEffectForm):
    """The same, of what came to a program of an organisation: what it did to accounts because of it, as numbers.

    Args:
        stands: what was said before; then it is asked how far that is.
    """

    measures = forms.IntegerField(
        label=_("Measures against accounts that rested on it"),
        min_value=0,
        max_value=MOST,
        required=False,
        help_text=_("Accounts that were suspended, closed or limited because of a match with this entry. Name none."),
    )
    lifted = forms.IntegerField(label=_("Of these, lifted"), min_value=0, max_value=MOST, required=False)
    kept = forms.IntegerField(
        label=_("Of these, standing on another ground"),
        min_value=0,
        max_value=MOST,
        required=False,
        help_text=_("One that one of your people has looked at. The others stay open until they are lifted."),
    )
    field_order = ("measures", "lifted", "kept", "why", "words")

    def __init__(self, *args: Any, stands: Accounts | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if stands is not None:
            self.fields["measures"].required = True
            for name in ("measures", "lifted", "kept"):
                self.fields[name].initial = getattr(stands, name)

    @property
    def accounts(self) -> Accounts:
        """What was said; only after `is_valid()`."""
        return Accounts(*(self.cleaned_data.get(name) or 0 for name in ("measures", "lifted", "kept")))

    def clean(self) -> dict[str, Any]:
        """Refuse numbers that do not go together."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not self.accounts.possible:
            self.add_error("lifted", _("More are lifted, or stand on another ground, than there are measures."))
        return given
