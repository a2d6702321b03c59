"""The reason dialogue: a list of reasons and free text, for opening casework and releasing records."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.ledger.rules import LONGEST_NOTE, Reason, Why

WHYS: dict[Why, Any] = {
    Why.ASSESSMENT: _("Assessment of a report or a finding"),
    Why.INVESTIGATION: _("Investigation"),
    Why.VICTIM_IDENTIFICATION: _("Identification of a victim"),
    Why.LEGAL_ASSISTANCE: _("Mutual legal assistance"),
    Why.REMOVAL: _("Removal at the source"),
    Why.LIST_QUALITY: _("Quality of a hash list"),
    Why.OVERSIGHT: _("Oversight"),
    Why.DATA_SUBJECT: _("A data subject's request"),
    Why.ADMINISTRATION: _("Administration"),
    Why.OWN_ACCOUNT: _("My own account"),
    Why.RETENTION: _("Retention period ended"),
    Why.OTHER: _("Another reason"),
}
"""What people read of each code."""

CHOOSABLE = tuple(why for why in Why if why not in {Why.OWN_ACCOUNT, Why.RETENTION})
"""What a person may choose; the others are given by the node."""


def why_label(why: str) -> str:
    """Return the label of a reason code, even of one that no longer exists."""
    return str(WHYS[Why(why)]) if why in set(Why) else why


class ReasonForm(forms.Form):
    """Asks why.

    Args:
        whys: the codes to choose from; by default all that a person may give.
    """

    why = forms.ChoiceField(label=_("Why"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In your own words"),
        help_text=_("Needed for another reason. No names of victims, no description of material."),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, whys: tuple[Why, ...] = CHOOSABLE, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].choices = [(why.value, WHYS[why]) for why in whys]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Require words if the code alone says nothing."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("why") == Why.OTHER and not cleaned.get("words", "").strip():
            self.add_error("words", _("Say the reason in words."))
        return cleaned

    @property
    def reason(self) -> Reason:
        """The given reason; only after `is_valid()`."""
        return Reason(Why(self.cleaned_data["why"]), self.cleaned_data["words"].strip())
