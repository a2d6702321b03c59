"""The form for a decision on the status of trusted flagger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.law.forms import ReadForm
from vaern.node.law.records import Basis
from vaern.node.reports.base.flagger_status import DECISIONS
from vaern.node.reports.law.forms import COUNTRY
from vaern.node.reports.rules.flaggers import Decision
from vaern.node.web.conditions import When
from vaern.node.web.fields import DayInput

if TYPE_CHECKING:
    from vaern.node.reports.rules.flaggers import Step

LASTING = ("organisation", "decision", "since")


class DecisionForm(ReadForm):
    """One decision of a Digital Services Coordinator.

    Args:
        content: the row to correct; its organisation, decision and day cannot change.
        organisations: ids and names to choose from.
    """

    WHEN: ClassVar = {"area": When("decision", Decision.AWARDED)}
    NEEDS: ClassVar = {"area": _("Say in which area: a notice has priority within it alone.")}

    organisation = forms.ChoiceField(label=_("Organisation"))
    decision = forms.ChoiceField(
        label=_("What was decided"), choices=[(code.value, label) for code, (label, _tone) in DECISIONS.items()]
    )
    since = forms.DateField(label=_("From this day on"), widget=DayInput())
    coordinator = forms.CharField(label=_("Digital Services Coordinator"), max_length=150)
    country = forms.CharField(
        label=_("Country of the coordinator"),
        max_length=2,
        validators=[COUNTRY],
        help_text=_("Two capital letters, such as DK."),
    )
    area = forms.CharField(
        label=_("Area of expertise"),
        required=False,
        max_length=300,
        help_text=_("As the decision has it; a notice says it."),
    )
    reference = forms.CharField(
        label=_("Reference"),
        required=False,
        max_length=200,
        help_text=_("Number of the decision, or the address of the Commission’s list of trusted flaggers."),
    )
    field_order = (*LASTING, "coordinator", "country", "area", "reference", "source", "read", "why", "words")

    def __init__(
        self, *args: Any, content: Step | None = None, organisations: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        shown = (
            {name: getattr(content, name) for name in ("coordinator", "country", "area", "reference", "source")}
            if content
            else None
        )
        if shown and content:
            shown["read"] = content.day
        super().__init__(*args, initial=shown, **kwargs)
        self.content = content
        self.fields["organisation"].choices = organisations  # type: ignore[attr-defined]
        if content is not None:
            for name in LASTING:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Require the area of an award that is corrected, whose decision is not asked for again."""
        cleaned = super().clean()
        if self.content and self.content.decision == Decision.AWARDED and not (cleaned.get("area") or "").strip():
            self.add_error("area", self.NEEDS["area"])
        return cleaned

    @property
    def change(self) -> dict[str, Any]:
        """The columns of the row that were filled in; marked as read by the person."""
        given = self.cleaned_data
        found: dict[str, Any] = {name: given[name] for name in ("organisation", "since") if name in given}
        if "decision" in given:
            found["decision"] = Decision(given["decision"])
        texts = ("coordinator", "country", "area", "reference", "source")
        return {**found, **{name: given[name].strip() for name in texts}, "day": given["read"], "basis": Basis.READ}
