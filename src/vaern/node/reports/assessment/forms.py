"""Forms: an assessment with its declaration of exposure, and the decision after a legal review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.ledger.rules import LONGEST_NOTE
from vaern.node.reports.assessment.actions import Judgement, answers_of
from vaern.node.reports.assessment.labels import CONTRADICTIONS, WITHOUT_LOOKING
from vaern.node.reports.exposure.labels import EXTENTS, SEVERITIES
from vaern.node.reports.law.schemes import label_of
from vaern.node.reports.rules import assessments
from vaern.node.reports.rules.assessments import Basis, Place
from vaern.node.reports.rules.exposure import Extent

if TYPE_CHECKING:
    from vaern.node.reports.assessment.queries import Sheet

BASELINE = {"yes": True, "no": False, "unclear": None}
MOST_FILES = 100_000
NO_CLASS = "none-of-these"
"""What a person chooses who finds that no class fits: said, and not what stands there while nobody has said anything.
"""


class AssessForm(forms.Form):
    """One person's view of some items: baseline, class, facts, conclusion; and what they looked at.

    No answer is preselected: one left unread would be a false record of a child, or of a person's day.

    Args:
        sheet: what the page shows.
        chosen: numbers of the items selected at first; by default those that need viewing, or all if there are none.
    """

    items = forms.TypedMultipleChoiceField(label=_("Items"), coerce=int, widget=forms.CheckboxSelectMultiple)
    baseline = forms.ChoiceField(
        label=_("Is it of the INTERPOL baseline?"),
        widget=forms.RadioSelect,
        choices=[("yes", _("Yes")), ("no", _("No")), ("unclear", _("Cannot be told"))],
        help_text=_(
            "A real child before or in puberty (INTERPOL says 13 or younger) who takes part in a sexual act or "
            "witnesses one, or whose genital or anal region is the focus: illegal everywhere. It need not be severe."
        ),
    )
    value = forms.ChoiceField(label=_("Class"), widget=forms.RadioSelect)
    actionable = forms.ChoiceField(
        label=_("Conclusion under our law"),
        widget=forms.RadioSelect,
        choices=[("yes", _("An offence here: act on it")), ("no", _("Nothing to be done here"))],
    )
    extent = forms.ChoiceField(
        label=_("What you looked at"),
        widget=forms.RadioSelect,
        help_text=_(
            "In your own licensed tool. If you looked at nothing, say what you follow: notices and documents say "
            "exactly that."
        ),
    )
    looked = forms.IntegerField(
        label=_("Files"),
        required=False,
        min_value=0,
        max_value=MOST_FILES,
        help_text=_("Left empty: one for each item, or one for a part."),
    )
    severity = forms.ChoiceField(
        label=_("How heavy it was for you"),
        widget=forms.RadioSelect,
        required=False,
        choices=list(SEVERITIES.items()),
        help_text=_("Only if you looked at something."),
    )
    doubtful = forms.BooleanField(label=_("I am in doubt"), required=False)
    ask = forms.BooleanField(label=_("I want a second, independent view"), required=False)

    def __init__(self, sheet: Sheet, data: Any = None, chosen: frozenset[int] = frozenset()) -> None:
        super().__init__(data)
        self.sheet = sheet
        numbers = [line.item.number for line in sheet.lines]
        chosen = chosen or frozenset(line.item.number for line in sheet.lines if not line.spared)
        items: Any = self.fields["items"]
        items.choices = [(number, number) for number in numbers]
        items.initial = [number for number in numbers if not chosen or number in chosen]
        items.required = bool(numbers)
        self.facts: list[str] = []
        extent: Any = self.fields["extent"]
        extent.choices = [
            (Extent.WHOLE.value, EXTENTS[Extent.WHOLE.value]),
            (Extent.PART.value, EXTENTS[Extent.PART.value]),
            *((basis.value, label) for basis, label in WITHOUT_LOOKING.items() if basis in sheet.can_rest),
        ]
        if not sheet.pictured:
            del self.fields["baseline"]
        if sheet.scheme is None:
            del self.fields["value"]
        else:
            value: Any = self.fields["value"]
            value.label = label_of(sheet.scheme.name)
            value.choices = [
                *((given["code"], label_of(given["label"])) for given in sheet.scheme.values),
                (NO_CLASS, _("None of these")),
            ]
            for question in sheet.scheme.questions:
                self._add(question)
        if sheet.place is not Place.FIRST:
            del self.fields["doubtful"], self.fields["ask"]

    def _add(self, question: dict[str, Any]) -> None:
        name, label = f"fact_{question['code']}", label_of(question["label"])
        self.facts.append(name)
        if question["kind"] == "flag":
            self.fields[name] = forms.BooleanField(label=label, required=False)
        else:
            choices = [(choice["code"], label_of(choice["label"])) for choice in question["choices"]]
            self.fields[name] = forms.ChoiceField(
                label=label, required=False, choices=[("", _("Not said")), *choices], initial=""
            )

    def clean(self) -> dict[str, Any]:
        """Require the severity if something was looked at; report contradicting answers at both fields."""
        given = super().clean() or self.cleaned_data
        looked = given.get("extent") in {Extent.PART.value, Extent.WHOLE.value}
        if looked and not given.get("severity"):
            self.add_error("severity", _("Say how heavy it was for you: you looked at something."))
        if not self.errors:
            for what, fields in assessments.contradictions(answers_of(self.judgement, self.sheet.scheme)):
                self.refuse(CONTRADICTIONS[what], fields)
        return given

    def refuse(self, message: Any, names: tuple[str, ...] = ()) -> None:
        """Report at each affected field why the answers are refused; above the form if no field is affected."""
        there = [name for name in names if name in self.fields]
        for name in there:
            self.add_error(name, message)
        if not there:
            self.add_error(None, message)

    @property
    def fact_fields(self) -> list[forms.BoundField]:
        """The fields for the facts that the scheme asks for."""
        return [self[name] for name in self.facts]

    @property
    def facts_given(self) -> bool:
        """Whether a fact was answered, so that the facts are to be seen."""
        return self.is_bound and any(self.data.get(name) for name in self.facts)

    @property
    def judgement(self) -> Judgement:
        """The judgement that was entered; only after `is_valid()`."""
        given = self.cleaned_data
        items = tuple(given["items"])
        whole = not self.sheet.more and not self.sheet.done and len(items) == len(self.sheet.lines)
        said = given["extent"]
        basis = Basis(said) if said in set(Basis) else Basis.LOOKED
        extent = Extent.NOTHING if basis is not Basis.LOOKED else Extent(said)
        usual = {Extent.NOTHING: 0, Extent.PART: 1, Extent.WHOLE: max(len(items), 1)}[extent]
        return Judgement(
            actionable=given["actionable"] == "yes",
            baseline=BASELINE[given.get("baseline", "unclear")],
            value="" if (value := given.get("value", "")) == NO_CLASS else value,
            facts={name.removeprefix("fact_"): given[name] for name in self.facts},
            items=() if whole else items,
            extent=extent,
            files=usual if given.get("looked") is None else given["looked"],
            severity=int(given["severity"] or 1),
            basis=basis,
            doubtful=given.get("doubtful", False),
            ask=given.get("ask", False),
        )


class LawForm(forms.Form):
    """Why a report continues after a legal review, or ends."""

    words = forms.CharField(
        label=_("Why, in your own words"),
        min_length=10,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("On what this rests: a decision, another provision. No names, no description of material."),
    )
