"""Reasons: a list of them and free text, and the one that role and place suggest, shown as one line.

    suggest("vaern.node.reports.takedown", (Permission.REPORT_ASSESS, Why.REMOVAL))     # in a room's `register()`

Whoever acts where their role acts every day is not asked a hundred times for what never differs: the line says which
reason is recorded, one click changes it, and the ledger says whether it was taken over or chosen (ADR 0073).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.ledger.rules import LONGEST_NOTE, Given, Reason, Why
from vaern.node.web.conditions import ConditionalForm

if TYPE_CHECKING:
    from django.http import HttpRequest

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


SHORT = {
    Why.ASSESSMENT: _("Assessment"),
    Why.VICTIM_IDENTIFICATION: _("Victim identification"),
    Why.LEGAL_ASSISTANCE: _("Legal assistance"),
    Why.REMOVAL: _("Removal"),
    Why.LIST_QUALITY: _("List quality"),
}
"""Shorter labels, for a line; the others are short enough."""


# What role and place suggest ------------------------------------------------------------------------------------------

ROOT = "vaern.node"
_PLACES: dict[str, tuple[tuple[str, Why], ...]] = {}


def suggest(place: str, *whys: tuple[str, Why]) -> None:
    """Say which reason is the usual one for whom, in the pages of a package; called when an app is loaded.

    Args:
        place: dotted name of the package whose views it holds for; the longest that fits decides.
        whys: pairs of a permission and the reason of whoever has it; the first that fits is suggested.
    """
    _PLACES[place] = whys


def suggested(request: HttpRequest) -> Why | None:
    """Return the reason that the viewer's role suggests in the place of the requested page, if there is one."""
    match, viewer = request.resolver_match, getattr(request, "viewer", None)
    if match is None or viewer is None:
        return None
    # A view that several apps share stands in none of them: then the app of its route says which place it is.
    for named in (getattr(match.func, "__module__", ""), f"{ROOT}.{match.app_name}"):
        parts = named.split(".")
        for length in range(len(parts), 0, -1):
            for permission, why in _PLACES.get(".".join(parts[:length]), ()):
                if permission in viewer.permissions:
                    return why
    return None


class ReasonForm(ConditionalForm):
    """Asks why, or takes over what role and place suggest.

    Args:
        whys: the codes to choose from; by default all that a person may give.
    """

    template_name = "web/fields/reasoned.html"
    suggestion: Why | None = None

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

    def suggest(self, why: Why | None) -> None:
        """Fold the question away behind a reason that is taken over unless another is chosen.

        Args:
            why: the reason; nothing changes if the form does not offer it.
        """
        field = self.fields["why"]
        if why is None or why.value not in {code for code, _label in field.choices}:  # type: ignore[attr-defined]
            return
        self.suggestion, field.required = why, False
        field.initial = self.initial["why"] = why.value

    @property
    def line(self) -> object:
        """The suggested reason in a word or two; None where the question is asked in full."""
        if self.suggestion is None or self["why"].errors or self["words"].errors:
            return None
        now = self["why"].value() or self.suggestion.value
        return SHORT.get(Why(now), WHYS[Why(now)]) if now in set(Why) else None

    def clean(self) -> dict[str, Any]:
        """Take the suggestion over where nothing was chosen, and require words if the code alone says nothing."""
        cleaned = super().clean()
        if self.suggestion and not cleaned.get("why") and "why" not in self.errors:
            cleaned["why"] = self.suggestion.value
        if cleaned.get("why") == Why.OTHER and not cleaned.get("words", "").strip():
            self.add_error("words", _("Say the reason in words."))
        return cleaned

    @property
    def reason(self) -> Reason:
        """The given reason; only after `is_valid()`."""
        why, words = Why(self.cleaned_data["why"]), self.cleaned_data["words"].strip()
        return Reason(why, words, Given.DEFAULT if why is self.suggestion and not words else Given.CHOSEN)
