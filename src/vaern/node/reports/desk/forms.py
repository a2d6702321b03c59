"""Forms of the desk."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from vaern.node.casework.forms import WorkForm
from vaern.node.ledger.rules import Why
from vaern.node.reports.desk.queries import is_name_taken
from vaern.node.reports.rules.locations import LONGEST_HOLD
from vaern.node.reports.rules.states import KEPT_FOR
from vaern.node.web.fields import DayInput
from vaern.node.web.sections import Section, SectionedForm

if TYPE_CHECKING:
    from vaern.node.reports.models import Desk

MOST_HOLIDAYS = 400
SECOND_VIEWS = {
    "never": _("Never"),
    "doubtful": _("When the first person is in doubt"),
    "sampled": _("For a share, drawn at random"),
    "always": _("Always"),
}


class DuplicateForm(WorkForm):
    """The earlier report that is repeated, and the reason."""

    original = forms.CharField(
        label=_("The earlier report"),
        max_length=9,
        help_text=_("Its code, as the list shows it. It must be a report of your own desk."),
    )
    field_order = ("original", "why", "words")


class ProlongForm(WorkForm):
    """The new retention date, and the reason."""

    until = forms.DateField(
        label=_("Until"), widget=DayInput(), help_text=_("They are erased after this day unless it is prolonged again.")
    )
    field_order = ("until", "why", "words")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = timezone.localdate() + KEPT_FOR


class ViewForm(forms.Form):
    """The name under which a search is saved."""

    name = forms.CharField(label=_("Name of the view"), max_length=60)

    def clean_name(self) -> str:
        """Refuse text that cannot be shown in one line."""
        name: str = self.cleaned_data["name"]
        if not name.isprintable():
            raise forms.ValidationError(_("It holds signs that cannot be shown."))
        return name.strip()


class DeskForm(SectionedForm):
    """The settings of a desk."""

    TELLS = False
    SECTIONS = (
        Section("days", _("Working days"), ("working_days", "holidays", "timezone")),
        Section("second", _("Second views and classes"), ("second_view", "second_view_share", "scheme")),
        Section("takedown", _("Takedown"), ("police_first", "longest_hold_hours", "url_in_notice")),
        Section("public", _("Public form"), ("public_name", "emergency_number")),
        Section("help", _("Help on the public pages"), ("help_name", "help_at", "child_help_name", "child_help_at")),
    )

    working_days = forms.TypedMultipleChoiceField(
        label=_("Working days"),
        coerce=int,
        choices=list(WEEKDAYS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A report that nobody touches for two of them is marked as needing attention."),
    )
    holidays = forms.CharField(
        label=_("Holidays"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One day a line, as 2026-12-24. No working day is counted on them."),
    )
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        choices=lambda: [(name, name.replace("_", " ")) for name in sorted(available_timezones())],
        help_text=_("In which the days begin and end."),
    )
    second_view = forms.ChoiceField(
        label=_("Second view"),
        choices=list(SECOND_VIEWS.items()),
        widget=forms.RadioSelect,
        help_text=_("When another person assesses a report who has not seen the first assessment."),
    )
    second_view_share = forms.IntegerField(
        label=_("Share of second views"), min_value=1, max_value=100, help_text=_("Per cent, if a share is drawn.")
    )
    police_first = forms.BooleanField(
        label=_("The police are informed before a host is notified"),
        required=False,
        help_text=_("A notice waits until somebody has noted that the police are informed of the location."),
    )
    longest_hold_hours = forms.IntegerField(
        label=_("Longest police hold, in hours"),
        min_value=1,
        max_value=int(LONGEST_HOLD / timedelta(hours=1)),
        help_text=_("A hold ends by itself at the latest after this. The node allows a week at most."),
    )
    url_in_notice = forms.BooleanField(
        label=_("A notice names the exact address in its mail"),
        required=False,
        help_text=_("Otherwise only the host portal shows it."),
    )
    scheme = forms.CharField(
        label=_("National scheme"),
        required=False,
        max_length=40,
        help_text=_("The code of the classification scheme that is asked after the baseline; empty for none."),
    )
    public_name = forms.SlugField(
        label=_("Name of the public form"),
        required=False,
        max_length=40,
        help_text=_("It stands in the form's address: /report/NAME/. Without a name there is no public form."),
    )
    emergency_number = forms.CharField(
        label=_("Emergency number"),
        max_length=20,
        help_text=_("Shown on the public form to whoever knows a child in danger now."),
    )
    help_name = forms.CharField(
        label=_("Help for grown-ups: name"),
        required=False,
        max_length=100,
        help_text=_("A help line for those who saw something that weighs on them."),
    )
    help_at = forms.CharField(
        label=_("Help for grown-ups: how to reach it"),
        required=False,
        max_length=100,
        help_text=_("A telephone number or a name; it is shown as words, never as a link."),
    )
    child_help_name = forms.CharField(
        label=_("Help for children: name"),
        required=False,
        max_length=100,
        help_text=_("A child who is extorted reads it at once. Empty: the help line of your country under Law."),
    )
    child_help_at = forms.CharField(
        label=_("Help for children: how to reach it"),
        required=False,
        max_length=100,
        help_text=_("A number can be tapped on a telephone; words never become a link."),
    )

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        initial = {name: getattr(desk, name) for name in self.base_fields if hasattr(desk, name)}
        initial["holidays"] = "\n".join(desk.holidays)
        super().__init__(
            *args, whys=(Why.ADMINISTRATION, Why.OTHER), initial={**initial, "why": "administration"}, **kwargs
        )
        self.desk = desk

    def clean_holidays(self) -> list[str]:
        """Return the days, sorted, each once."""
        days = set()
        for number, line in enumerate(self.cleaned_data["holidays"].splitlines(), 1):
            if not line.strip():
                continue
            try:
                days.add(date.fromisoformat(line.strip()).isoformat())
            except ValueError:
                raise forms.ValidationError(
                    _("Line %(line)s is no day: write it as 2026-12-24."), params={"line": number}
                ) from None
        if len(days) > MOST_HOLIDAYS:
            raise forms.ValidationError(_("At most %(n)s days."), params={"n": MOST_HOLIDAYS})
        return sorted(days)

    def clean_child_help_at(self) -> str:
        """Refuse an incomplete help line: a child cannot call a name."""
        at: str = self.cleaned_data["child_help_at"].strip()
        if bool(at) != bool(self.cleaned_data.get("child_help_name", "").strip()):
            raise forms.ValidationError(_("A help line for children has a name and a way to reach it, or neither."))
        return at

    def clean_public_name(self) -> str:
        """Refuse a name that another desk has, or that the address of the dialogue has."""
        name: str = self.cleaned_data["public_name"].lower()
        if name == "receipt":  # /report/receipt/ opens the dialogue
            raise forms.ValidationError(_("The node uses this name itself: choose another."))
        if name and is_name_taken(self.desk, name):
            raise forms.ValidationError(_("Another desk has this name already."))
        return name
