"""What people fill in who contest an entry, and who answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.casework.forms import WorkForm
from vaern.node.lists.base import labels
from vaern.node.lists.rules.effects import WRONG, RecallReason
from vaern.node.lists.rules.feedback import Claim, FeedbackState, Outcome
from vaern.node.web.lists import Choice, Filters, Words

if TYPE_CHECKING:
    from collections.abc import Collection


class FeedbackFilters(Filters):
    """What an address asks of the feedback on one's lists."""

    list = Words()
    state = Choice(FeedbackState)
    organisation = Words()

    def clean_organisation(self) -> str:
        """Return an id, or "" where it is none."""
        try:
            return str(UUID(self.cleaned_data["organisation"]))
        except ValueError:
            return ""


class ContestForm(WorkForm):
    """What is wrong with an entry."""

    claim = forms.ChoiceField(
        label=_("What is wrong?"),
        widget=forms.RadioSelect,
        choices=[(code.value, labels.CLAIMS[code]) for code in Claim],
    )
    classification = forms.CharField(
        label=_("Which class it should have"),
        max_length=60,
        required=False,
        help_text=_("Where its class is wrong, in the scheme of the list."),
    )
    field_order = ("claim", "classification", "why", "words")


class AnswerForm(WorkForm):
    """What is done about feedback, and what is said to it.

    Args:
        outcomes: among which is chosen.
        classification: that was suggested.
    """

    outcome = forms.ChoiceField(label=_("What do you do with the entry?"), widget=forms.RadioSelect)
    classification = forms.CharField(
        label=_("Which class it has"), max_length=60, required=False, help_text=_("Where you correct its class.")
    )
    because = forms.ChoiceField(
        label=_("What is wrong with it?"),
        required=False,
        choices=[("", "–"), *((code.value, labels.REASONS[code]) for code in RecallReason if code in WRONG)],
        help_text=_("Where you recall it."),
    )
    field_order = ("outcome", "classification", "because", "why", "words")

    def __init__(self, *args: Any, outcomes: Collection[Outcome], classification: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outcome = self.fields["outcome"]
        assert isinstance(outcome, forms.ChoiceField)
        outcome.choices = [(code.value, labels.DOES[code]) for code in outcomes]
        self.fields["classification"].initial = classification
        for needed, name in ((Outcome.CORRECTED, "classification"), (Outcome.RECALLED, "because")):
            if needed not in outcomes:
                del self.fields[name]
