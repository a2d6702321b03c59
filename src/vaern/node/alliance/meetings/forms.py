"""What the secretariat fills in about a meeting. Texts are asked for in both languages; Danish may be left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.alliance.base.words import worded
from vaern.node.alliance.meetings import labels, queries
from vaern.node.alliance.models import AgendaItem
from vaern.node.alliance.rules import meetings
from vaern.node.alliance.rules.meetings import Effect, How
from vaern.node.ledger.rules import Why
from vaern.node.organisations.models import Member
from vaern.node.web.fields import DayInput
from vaern.node.web.reasons import ReasonForm

if TYPE_CHECKING:
    from vaern.node.alliance.models import MinisterialMeeting

LANGUAGES = {"en": _("in English"), "da": _("in Danish")}


class MoveForm(ReasonForm):
    """The reason for a step of a meeting."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, whys=(Why.ADMINISTRATION, Why.OTHER), **kwargs)
        self.fields["why"].initial = Why.ADMINISTRATION.value


class TextForm(forms.Form):
    """A form with texts in both languages.

    Attributes:
        texts: label, longest length, rows (1: a line) and whether English is needed, by the field that they make.
    """

    texts: dict[str, tuple[Any, int, int, bool]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        made: dict[str, forms.Field] = {}
        for name, (label, longest, rows, needed) in self.texts.items():
            for language, words in LANGUAGES.items():
                made[f"{name}_{language}"] = forms.CharField(
                    label=f"{label} – {words}",
                    max_length=longest,
                    required=needed and language == "en",
                    widget=forms.TextInput() if rows == 1 else forms.Textarea(attrs={"rows": rows}),
                    initial=(self.initial.get(name) or {}).get(language, ""),
                )
        self.fields = {**made, **self.fields}

    @property
    def values(self) -> dict[str, Any]:
        """What was filled in, by the fields of the model; only after `is_valid()`."""
        given = dict(self.cleaned_data)
        for name in self.texts:
            spoken = {language: given.pop(f"{name}_{language}").strip() for language in LANGUAGES}
            given[name] = {language: text for language, text in spoken.items() if text}
        return given


class MeetingForm(TextForm):
    """Name, place and days."""

    texts = {"name": (_("Name"), meetings.LONGEST_NAME, 1, True)}
    place = forms.CharField(label=_("Place"), max_length=meetings.LONGEST_NAME)
    host = forms.ModelChoiceField(label=_("Host"), queryset=Member.objects.order_by("name"), required=False)
    first_day = forms.DateField(label=_("First day"), widget=DayInput())
    last_day = forms.DateField(label=_("Last day"), widget=DayInput())

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order."""
        given = super().clean() or self.cleaned_data
        if given.get("first_day") and given.get("last_day") and given["last_day"] < given["first_day"]:
            self.add_error("last_day", labels.PROBLEMS[meetings.DAYS_REVERSED])
        return given


class PlanForm(MeetingForm):
    """A meeting, and the topics with which its agenda begins."""

    topics = forms.MultipleChoiceField(
        label=_("Topics of its agenda"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        initial=list(meetings.TOPICS),
        help_text=_("What the ministers met about in June 2012. Each can be changed and moved, and others added."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topics"].choices = [(code, worded(text)) for code, text in meetings.TOPICS.items()]  # type: ignore[attr-defined]


class PartForm(TextForm):
    """A row of a part of a meeting.

    Args:
        meeting: whose.
    """

    texts = {}

    def __init__(self, *args: Any, meeting: MinisterialMeeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "item" in self.fields:
            self.fields["item"].queryset = meeting.agenda.all()  # type: ignore[attr-defined]


def _item() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(label=_("Item of the agenda"), queryset=AgendaItem.objects.none(), required=False)


class AgendaForm(PartForm):
    """An item of the agenda, and where it stands."""

    texts = {"title": (_("Title"), meetings.LONGEST_NAME, 1, True)}
    position = forms.IntegerField(
        label=_("Position"), min_value=1, max_value=99, required=False, help_text=_("Left empty: where it is, or last.")
    )


class DiscussionForm(PartForm):
    """What was said about an item."""

    texts = {"discussion": (_("What was said"), meetings.LONGEST_TEXT, 6, False)}


class CommitmentsField(forms.ModelMultipleChoiceField):
    """Commitments, each by its member and its goal."""

    def label_from_instance(self, obj: Any) -> str:
        """Return how one is called."""
        return f"{obj.member}, {obj.goal}"


class DecisionForm(PartForm):
    """A decision."""

    texts = {"text": (_("What was decided"), meetings.LONGEST_TEXT, 4, True)}
    item = _item()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        effects = {one.commitment_id: one.effect for one in self.initial.get("effects", ())}
        for effect, label in labels.EFFECTS.items():
            self.fields[effect.value] = CommitmentsField(
                queries.choosable(list(effects)),
                label=label,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                initial=[pk for pk, does in effects.items() if does == effect.value],
            )

    def clean(self) -> dict[str, Any]:
        """Refuse a commitment that is both made and changed."""
        given = super().clean() or self.cleaned_data
        if set(given.get(Effect.MAKES.value, ())) & set(given.get(Effect.CHANGES.value, ())):
            self.add_error(Effect.CHANGES.value, labels.PROBLEMS[meetings.BOTH])
        return given

    @property
    def values(self) -> dict[str, Any]:
        """What was filled in, with the commitments by what the decision does to them."""
        given = super().values
        return {**given, "effects": {effect: list(given.pop(effect.value)) for effect in Effect}}


class PaperForm(PartForm):
    """A paper: its reference and title, its text, or where its file lies."""

    reference = forms.CharField(label=_("Reference of the document"), max_length=80)
    title = forms.CharField(label=_("Title"), max_length=meetings.LONGEST_NAME)
    item = _item()
    text = forms.CharField(
        label=_("Text"), required=False, max_length=meetings.LONGEST_PAPER, widget=forms.Textarea(attrs={"rows": 8})
    )
    url = forms.URLField(
        label=_("Where its file lies"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("No file is taken in here. Whoever opens it there compares it with the SHA-256 value."),
    )
    sha256 = forms.CharField(label=_("SHA-256 of its file"), required=False, max_length=64)

    def clean_sha256(self) -> str:
        """Refuse what is no digest."""
        found: str = self.cleaned_data["sha256"].strip().lower()
        if found and not re.fullmatch("[0-9a-f]{64}", found):
            raise forms.ValidationError(labels.PROBLEMS[meetings.NOT_A_DIGEST])
        return found


class AttendanceForm(PartForm):
    """An office, whose, and how it attended."""

    member = forms.ModelChoiceField(label=_("Member"), queryset=Member.objects.order_by("name"), required=False)
    body = forms.CharField(
        label=_("Or another body"),
        required=False,
        max_length=meetings.LONGEST_NAME,
        help_text=_("Such as a commission of a union, or an observer."),
    )
    office = forms.CharField(label=_("Office"), max_length=meetings.LONGEST_NAME)
    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=meetings.LONGEST_NAME,
        help_text=_("Not needed: the office attends."),
    )
    how = forms.ChoiceField(
        label=_("How"), widget=forms.RadioSelect, choices=[(how.value, label) for how, label in labels.HOWS.items()]
    )
    represented_by = forms.CharField(
        label=_("Represented by (office)"), required=False, max_length=meetings.LONGEST_NAME
    )

    def clean(self) -> dict[str, Any]:
        """Ask for one whose office it is, and for who came instead where somebody did."""
        given = super().clean() or self.cleaned_data
        if bool(given.get("member")) == bool(given.get("body")):
            self.add_error("member", labels.PROBLEMS[meetings.OF_WHOM])
        if (given.get("how") == How.REPRESENTED.value) != bool(given.get("represented_by")):
            self.add_error("represented_by", labels.PROBLEMS[meetings.BY_WHOM])
        return given


FORMS: dict[str, type[PartForm]] = {
    "agenda": AgendaForm,
    "papers": PaperForm,
    "attendance": AttendanceForm,
    "discussion": DiscussionForm,
    "decisions": DecisionForm,
}
"""The form of each part (`parts.PARTS`)."""
