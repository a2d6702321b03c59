"""What a rapporteur fills in of one commitment: a form, and lines of actions and evidence. Works without a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from vaern.node.alliance.base.words import worded
from vaern.node.alliance.commitments import labels
from vaern.node.alliance.rules import definitions, frame
from vaern.node.alliance.rules.problems import LONGEST_LINE, LONGEST_TEXT, MOST_LINES
from vaern.node.ledger.rules import LONGEST_NOTE, Reason, Why
from vaern.node.web.fields import DayInput
from vaern.node.web.sections import Section, Sectioned

if TYPE_CHECKING:
    from collections.abc import Collection


def _text(label: object, rows: int = 0, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    most = LONGEST_TEXT if rows else LONGEST_LINE
    return forms.CharField(label=label, max_length=most, required=False, widget=widget, **more)  # type: ignore[arg-type]


def _number(label: object, **more: Any) -> forms.FloatField:
    widget = forms.NumberInput(attrs={"step": "any"})
    return forms.FloatField(label=label, required=False, widget=widget, **more)  # type: ignore[arg-type]  # lazy


def _day(label: object) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=DayInput())  # type: ignore[arg-type]  # lazy


class WhyForm(forms.Form):
    """A reason in words."""

    why = forms.CharField(label=_("Why"), max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 3}))

    @property
    def reason(self) -> Reason:
        """The reason given; only after `is_valid()`."""
        return Reason(Why.ADMINISTRATION, self.cleaned_data["why"].strip())


class ContentForm(Sectioned):
    """What a commitment says. A draft may lack what handing in requires, so no field is required here."""

    SECTIONS = (
        Section(
            labels.PROMISE,
            labels.PARTS[labels.PROMISE],
            ("goal", "obligation", "requirement", "owner", "language"),
            required=True,
        ),
        Section(
            labels.TARGET,
            labels.PARTS[labels.TARGET],
            (
                "target_text",
                "indicator",
                "direction",
                "target_value",
                "unit",
                "due",
                "baseline_value",
                "baseline_date",
                "baseline_source",
            ),
            required=True,
        ),
    )
    NEEDED = ("obligation", "requirement", "target_text", "target_value", "unit", "due", "owner")
    use_required_attribute = False

    goal = forms.ChoiceField(label=_("Operational goal"))
    obligation = _text(_("Obligation"), 3, help_text=_("To what does the country commit itself?"))
    requirement = _text(_("Requirement"), 3, help_text=_("What does that ask for?"))
    target_text = _text(_("Measurable target"), 2, help_text=_("What will be reached?"))
    indicator = forms.ChoiceField(
        label=_("Indicator"),
        required=False,
        help_text=_("One that the alliance computes; none for a number of the country’s own."),
    )
    direction = forms.ChoiceField(
        label=_("The value is reached when it is"),
        widget=forms.RadioSelect,
        choices=list(labels.DIRECTIONS.items()),
        initial="at_least",
    )
    target_value = _number(_("Value to be reached"))
    unit = _text(_("Unit"), help_text=_("Left empty, that of the indicator."))
    due = _day(_("Due"))
    baseline_value = _number(
        _("Baseline: value"), help_text=_("Without a baseline, progress is said to be not computable.")
    )
    baseline_date = _day(_("Baseline: on which day"))
    baseline_source = _text(_("Baseline: source"))
    owner = _text(_("Owner"), help_text=_("The authority that answers for it."))
    language = forms.ChoiceField(label=_("Language of these words"), choices=settings.LANGUAGES, initial="en")

    def __init__(self, *args: Any, version: str, fixed_goal: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        goals = [(goal.code, f"{goal.number} {worded(goal.text)}") for goal in frame.declaration(version).goals]
        self.fields["goal"].choices = goals  # type: ignore[attr-defined]
        if fixed_goal:
            del self.fields["goal"]
        indicators = [(one.code, worded(one.name)) for one in definitions.current().indicators]
        self.fields["indicator"].choices = [("", _("A number of our own")), *indicators]  # type: ignore[attr-defined]
        self._need(needed=True)

    def keep_only(self, names: Collection[str]) -> None:
        """Leave out the fields that a page does not ask for: what is left is one part, without a list."""
        self.undivide()
        self.fields = {name: field for name, field in self.fields.items() if name in names}

    def is_needed(self, name: str) -> bool:
        """Whether handing in requires a field."""
        return name in self.NEEDED

    def full_clean(self) -> None:
        """Validate what was filled in; the marks of what handing in requires stay on the page and block no draft."""
        self._need(needed=False)
        super().full_clean()
        self._need(needed=True)

    def _need(self, *, needed: bool) -> None:
        for name in self.fields.keys() & set(self.NEEDED):
            self.fields[name].required = needed


class ActionForm(forms.Form):
    """One action."""

    text = _text(_("Action"))
    code = forms.ChoiceField(label=_("From the menu"), required=False)
    state = forms.ChoiceField(label=_("State"), choices=list(labels.ACTION_STATES.items()))
    date = _day(_("Date"))

    def __init__(self, *args: Any, version: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        targets = frame.declaration(version).targets
        self.fields["code"].choices = [  # type: ignore[attr-defined]
            ("", _("None of the menu")),
            *((target.number, [(one.code, worded(one.text)) for one in target.actions]) for target in targets),
        ]


class EvidenceForm(forms.Form):
    """One piece of evidence."""

    text = _text(_("Evidence"))
    url = forms.URLField(label=_("Address"), required=False, max_length=LONGEST_LINE, assume_scheme="https")
    date = _day(_("Date"))


ActionLines = forms.formset_factory(ActionForm, extra=2, max_num=MOST_LINES, validate_max=True)
EvidenceLines = forms.formset_factory(EvidenceForm, extra=1, max_num=MOST_LINES, validate_max=True)
