"""What people fill in about a case."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.cases.base import labels
from vaern.node.cases.rules.gradings import LONGEST, Confidence, Credibility, Nature, Source
from vaern.node.cases.rules.handovers import DropReason
from vaern.node.cases.rules.people import Category
from vaern.node.casework.forms import WorkForm
from vaern.node.casework.releases.forms import ReleaseForm
from vaern.node.crosscheck.rules.identifiers import BadIdentifier, Identifier, Kind, normalised
from vaern.node.web.conditions import When
from vaern.node.web.fields import DayInput, MomentField

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vaern.node.cases.models import Party
    from vaern.node.organisations.models import Person

ZONES = ["", "UTC", *sorted(one for one in available_timezones() if "/" in one and not one.startswith("Etc"))]


def _choices(labelled: dict[Any, Any]) -> list[tuple[str, Any]]:
    return [(code.value, label[0] if isinstance(label, tuple) else label) for code, label in labelled.items()]


def lead_choices(leads: Iterable[Person]) -> list[tuple[str, Any]]:
    """Return who can answer for a case or own a task, as choices."""
    return [(str(one.pk), one.name) for one in leads]


class WallField(forms.SplitDateTimeField):
    """A local date and time, as a wall clock showed them; the zone is a field of its own."""

    def __init__(self, **kwargs: Any) -> None:
        day: dict[str, Any] = {"type": "date", "aria-label": _("Day")}
        at: dict[str, Any] = {"type": "time", "step": "1", "aria-label": _("Time of day")}
        widget = forms.SplitDateTimeWidget(
            date_attrs=day, date_format="%Y-%m-%d", time_attrs=at, time_format="%H:%M:%S"
        )
        super().__init__(widget=widget, required=False, **kwargs)

    def compress(self, data_list: Any) -> datetime | None:
        """Return them as one moment, as it was said."""
        day, at = data_list or (None, None)
        if bool(day) != bool(at):
            raise forms.ValidationError(_("Give both the day and the time of day, or neither."))
        return datetime.combine(day, at) if day and at else None


class CaseForm(WorkForm):
    """Journal number, who leads, whether it is urgent."""

    reference = forms.CharField(
        label=_("Journal number"),
        max_length=60,
        required=False,
        help_text=_("Your organisation's own number of the case. Never a name."),
    )
    lead = forms.ChoiceField(label=_("Lead"), help_text=_("Who answers for the case."))
    urgent = forms.BooleanField(label=_("A child may be in danger now"), required=False)
    field_order: tuple[str, ...] = ("reference", "lead", "urgent", "why", "words")

    def __init__(self, *args: Any, leads: Sequence[Person] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.leads = {str(one.pk): one for one in leads}
        self.fields["lead"].choices = lead_choices(leads)  # type: ignore[attr-defined]

    @property
    def chosen_lead(self) -> Person:
        """Who was chosen."""
        return self.leads[self.cleaned_data["lead"]]


class NewCaseForm(CaseForm):
    """A case that begins, from nothing or from a report."""

    report = forms.CharField(
        label=_("Code of the report"),
        max_length=9,
        required=False,
        help_text=_("Of your own desk. Its sender is told that a case was opened, and later what came of it."),
    )
    silent_until = forms.DateField(
        label=_("Tell nobody before"),
        widget=DayInput(),
        required=False,
        help_text=_("Leave it empty unless the investigation has to stay silent. The reason is recorded."),
    )
    field_order: tuple[str, ...] = ("report", "reference", "lead", "urgent", "silent_until", "why", "words")


class PartyForm(WorkForm):
    """Somebody whom the case is about."""

    category = forms.ChoiceField(
        label=_("Category"),
        widget=forms.RadioSelect,
        choices=_choices(labels.CATEGORIES),
        help_text=_("It decides who sees the reference, and how long it is kept."),
    )
    reference = forms.CharField(
        label=_("Reference"),
        max_length=60,
        help_text=_("The number in your own register. Never a name, and never a date of birth."),
    )
    field_order: tuple[str, ...] = ("category", "reference", "why", "words")

    @property
    def chosen(self) -> Category:
        """What was chosen."""
        return Category(self.cleaned_data["category"])


class CategoryForm(WorkForm):
    """Into which category somebody is put."""

    category = forms.ChoiceField(
        label=_("Category"),
        widget=forms.RadioSelect,
        choices=_choices(labels.CATEGORIES),
        help_text=_("How long the reference is kept is counted anew from today."),
    )
    field_order: tuple[str, ...] = ("category", "why", "words")


class StatementForm(WorkForm):
    """A statement with its marks; which of them, its nature says."""

    WHEN: ClassVar = {
        "source": When("nature", Nature.FACT),
        "credibility": When("nature", Nature.FACT),
        "confidence": When("nature", Nature.ASSESSMENT),
    }
    NEEDS: ClassVar = dict.fromkeys(WHEN, _("Needed for this kind of statement."))

    nature = forms.ChoiceField(
        label=_("Which is it?"),
        widget=forms.RadioSelect,
        choices=_choices(labels.NATURES),
        help_text=_("A fact can be shown to be true or false. An assessment is what somebody makes of facts."),
    )
    text = forms.CharField(
        label=_("Statement"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("No names and no description of material: references, places and times."),
    )
    source = forms.ChoiceField(
        label=_("Reliability of the source"),
        required=False,
        choices=[("", "–"), *_choices(labels.SOURCES)],
        help_text=_("Of facts. The codes are those of Europol's regulation, article 29."),
    )
    credibility = forms.ChoiceField(
        label=_("How exact it is"),
        required=False,
        choices=[("", "–"), *_choices(labels.CREDIBILITIES)],
        help_text=_("Of facts."),
    )
    confidence = forms.ChoiceField(
        label=_("How sure you are"),
        required=False,
        choices=[("", "–"), *_choices(labels.CONFIDENCES)],
        help_text=_("Of assessments."),
    )
    party = forms.ChoiceField(label=_("About"), required=False)
    happened = MomentField(
        label=_("When it happened"), required=False, help_text=_("If it is dated: it stands in the timeline then.")
    )
    field_order: tuple[str, ...] = (
        "nature",
        "text",
        "source",
        "credibility",
        "confidence",
        "party",
        "happened",
        "why",
        "words",
    )

    def __init__(self, *args: Any, parties: Sequence[Party] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parties = {str(one.pk): one for one in parties}
        self.fields["party"].choices = party_choices(parties)  # type: ignore[attr-defined]

    @property
    def marks(self) -> dict[str, Any]:
        """The marks as `statements.state` takes them."""
        given = self.cleaned_data
        return {
            "source": Source(given["source"]) if given["source"] else None,
            "credibility": Credibility(given["credibility"]) if given["credibility"] else None,
            "confidence": Confidence(given["confidence"]) if given["confidence"] else None,
            "party": self.parties.get(given["party"]),
            "happened_at": given.get("happened"),
        }


def party_choices(parties: Iterable[Party]) -> list[tuple[str, Any]]:
    """Return the persons of a case as choices, or nobody."""
    named = [(str(one.pk), f"{one} – {labels.CATEGORIES[Category(one.category)][0]}") for one in parties]
    return [("", _("Nobody in particular")), *named]


class IdentifierForm(WorkForm):
    """An identifier, in the form in which somebody has it."""

    WHEN: ClassVar = {
        "service": When("kind", Kind.ACCOUNT),
        **dict.fromkeys(("port", "seen", "zone"), When("kind", Kind.ADDRESS)),
    }
    NEEDS = ("service",)

    kind = forms.ChoiceField(label=_("Kind"), widget=forms.RadioSelect, choices=_choices(labels.KINDS))
    value = forms.CharField(
        label=_("Identifier"),
        max_length=500,
        help_text=_("A telephone number begins with + and the country's code; a device is make|model|serial number."),
    )
    service = forms.CharField(
        label=_("Service"), required=False, max_length=200, help_text=_("Of an account: the service that it is on.")
    )
    port = forms.IntegerField(label=_("Port"), required=False, min_value=1, max_value=65_535)
    seen = WallField(label=_("Seen at"), help_text=_("Of an address. Without time, zone and port it finds nobody."))
    zone = forms.ChoiceField(
        label=_("Time zone"), required=False, choices=[(name, name or _("Not known")) for name in ZONES]
    )
    party = forms.ChoiceField(label=_("Belongs to"), required=False)
    field_order: tuple[str, ...] = ("kind", "value", "service", "port", "seen", "zone", "party", "why", "words")

    def __init__(self, *args: Any, parties: Sequence[Party] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parties = {str(one.pk): one for one in parties}
        self.fields["party"].choices = party_choices(parties)  # type: ignore[attr-defined]
        self.identifier: Identifier | None = None

    def clean(self) -> dict[str, Any]:
        """Normalise the identifier, or say why it is not one."""
        cleaned = super().clean()
        if not cleaned.get("kind") or not cleaned.get("value"):
            return cleaned
        seen, zone = cleaned.get("seen"), cleaned.get("zone", "")
        at = seen.replace(tzinfo=ZoneInfo(zone)) if seen and zone else seen
        try:
            self.identifier = normalised(
                Kind(cleaned["kind"]),
                cleaned["value"],
                service=cleaned.get("service", ""),
                port=cleaned.get("port"),
                at=at,
            )
        except BadIdentifier as error:
            self.add_error("value", labels.identifier_problem(str(error)))
        return cleaned


class TaskForm(WorkForm):
    """Something to do."""

    text = forms.CharField(label=_("What"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))
    owner = forms.ChoiceField(label=_("Who"))
    due_on = forms.DateField(
        label=_("Until"), widget=DayInput(), help_text=_("After this day it is marked as overdue.")
    )
    field_order: tuple[str, ...] = ("text", "owner", "due_on", "why", "words")

    def __init__(self, *args: Any, leads: Sequence[Person] = (), text: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.leads = {str(one.pk): one for one in leads}
        self.fields["owner"].choices = lead_choices(leads)  # type: ignore[attr-defined]
        self.fields["due_on"].initial = timezone.localdate() + timedelta(days=7)
        if not text:
            del self.fields["text"]

    @property
    def chosen_owner(self) -> Person:
        """Who was chosen."""
        return self.leads[self.cleaned_data["owner"]]


class CodeForm(WorkForm):
    """Another case of the same organisation."""

    code = forms.CharField(label=_("Code of the case"), max_length=9, help_text=_("As the list shows it."))
    field_order: tuple[str, ...] = ("code", "why", "words")


class LinkForm(WorkForm):
    """What a case is linked with."""

    kind = forms.ChoiceField(
        label=_("Link with"),
        widget=forms.RadioSelect,
        choices=[
            ("report", _("A report of your desk")),
            ("series", _("A series")),
            ("case", _("Another case of yours")),
        ],
    )
    code = forms.CharField(label=_("Code"), max_length=9, help_text=_("Eight letters and digits."))
    field_order: tuple[str, ...] = ("kind", "code", "why", "words")


class HandOverForm(ReleaseForm):
    """To whom a case is handed over: one organisation."""

    DAYS = 360

    bag = forms.BooleanField(
        label=_("The evidence bag goes along"),
        required=False,
        help_text=_(
            "The register with its chains of custody and proofs, as a bag that anybody can check; for proceedings. "
            "To another node it goes in pieces, after the case. What the register is about stays where it lies."
        ),
    )
    field_order = (*ReleaseForm.field_order[:1], "bag", *ReleaseForm.field_order[1:])

    def __init__(self, *args: Any, may_bag: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_bag:
            del self.fields["bag"]
        self.fields["recipients"].label = _("Recipient")
        self.fields["recipients"].help_text = _("One organisation. It decides whether it takes the case.")

    def clean_recipients(self) -> list[str]:
        """Refuse more than one."""
        found: list[str] = self.cleaned_data["recipients"]
        if len(found) != 1:
            raise forms.ValidationError(_("Choose one organisation."))
        return found

    @property
    def bag_goes(self) -> bool:
        """Whether the evidence bag goes along."""
        return bool(self.cleaned_data.get("bag"))

    @property
    def along(self) -> list[tuple[str, bool]]:
        """What was ticked to go along."""
        return [(str(_("The evidence bag")), True)] if self.bag_goes else []


class DropForm(WorkForm):
    """Why a case is not taken."""

    dropped_for = forms.ChoiceField(
        label=_("Why you do not take it"),
        widget=forms.RadioSelect,
        choices=_choices(labels.DROP_REASONS),
        help_text=_("The sender sees this, and works on it again."),
    )
    field_order: tuple[str, ...] = ("dropped_for", "why", "words")

    @property
    def chosen(self) -> DropReason:
        """What was chosen."""
        return DropReason(self.cleaned_data["dropped_for"])
