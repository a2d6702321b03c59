"""What people fill in about a request of another country."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.cases.assistance import labels as ours
from vaern.node.cases.assistance.data import zones_of
from vaern.node.cases.assistance.forms import WordsForm, country_choices
from vaern.node.cases.assistance.incoming import labels
from vaern.node.cases.assistance.incoming.effects import Said
from vaern.node.cases.assistance.incoming.intake import Head, receivable
from vaern.node.cases.assistance.incoming.state import asker_of
from vaern.node.cases.rules import clocks
from vaern.node.cases.rules.instruments import DataKind
from vaern.node.cases.rules.terms import Duty
from vaern.node.casework.forms import WorkForm
from vaern.node.casework.releases.forms import ReleaseForm
from vaern.node.law.labels import said
from vaern.node.web.fields import DayInput, MomentInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.cases.models import IncomingRequest
    from vaern.node.cases.rules.instruments import Book
    from vaern.node.cases.rules.term_files import Ground


class HeadForm(WorkForm):
    """What a letter or certificate says of itself.

    Args:
        book: instruments and countries to choose from.
    """

    authority = forms.CharField(label=_("Authority that asks"), max_length=200)
    reference = forms.CharField(label=_("Its reference"), max_length=80, required=False)
    requesting = forms.ChoiceField(label=_("Country that asks"))
    instrument = forms.ChoiceField(label=_("Instrument"))
    data = forms.ChoiceField(label=_("Kind of data"), choices=list(ours.DATA.items()))  # type: ignore[assignment]
    received_at = forms.DateTimeField(
        label=_("Received"), widget=MomentInput(), help_text=_("Every period that runs from receipt begins here.")
    )
    urgent = forms.BooleanField(label=_("Urgent"), required=False)
    confidential = forms.BooleanField(
        label=_("To be kept from the person concerned"),
        required=False,
    )
    deadline = forms.DateField(label=_("The day that whoever asks named"), required=False, widget=DayInput())
    limitation = forms.DateField(
        label=_("Prosecution is barred after"),
        required=False,
        widget=DayInput(),
    )
    language = forms.CharField(label=_("Language of the request"), max_length=40, required=False)
    field_order: tuple[str, ...] = (
        "authority",
        "reference",
        "requesting",
        "instrument",
        "data",
        "received_at",
        "urgent",
        "confidential",
        "deadline",
        "limitation",
        "language",
        "why",
        "words",
    )

    def __init__(self, *args: Any, book: Book, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["requesting"].choices = country_choices(book)  # type: ignore[attr-defined]
        named = [(one.code, f"{said(one.name)}, {one.provision}") for one in receivable(book)]
        self.fields["instrument"].choices = [("", _("Choose an instrument")), *sorted(named, key=lambda one: one[1])]  # type: ignore[attr-defined]

    @property
    def head(self) -> Head:
        """What was filled in."""
        given = self.cleaned_data
        return Head(
            instrument=given["instrument"],
            requesting=given["requesting"],
            data=DataKind(given["data"]),
            authority=given["authority"],
            reference=given["reference"],
            received_at=given["received_at"],
            urgent=given["urgent"],
            confidential=given["confidential"],
            language=given["language"],
            deadline=given["deadline"],
            limitation=given["limitation"],
        )

    @staticmethod
    def initial_of(request: IncomingRequest) -> dict[str, Any]:
        """Return what the form shows of a request that is corrected."""
        authority, reference = asker_of(request)
        names = (
            "requesting",
            "instrument",
            "data",
            "received_at",
            "urgent",
            "confidential",
            "deadline",
            "limitation",
            "language",
        )
        return {"authority": authority, "reference": reference, **{name: getattr(request, name) for name in names}}


class DocumentForm(WorkForm):
    """A document in which the request came."""

    file = forms.FileField(
        label=_("Document"),
        allow_empty_file=True,
        help_text=_("Text, XML or a mail. The node takes no pictures, scans or PDFs: keep these where they are."),
    )
    field_order: tuple[str, ...] = ("file", "why", "words")


class GroundForm(WordsForm):
    """Why a request is refused, or postponed.

    Args:
        grounds: what the table has for the instrument.
        waits: it is postponed: until when, if that can be said.
    """

    ground = forms.ChoiceField(label=_("Ground"), widget=forms.RadioSelect)
    until = forms.DateField(label=_("Expected until"), required=False, widget=DayInput())
    field_order: tuple[str, ...] = ("ground", "until", "text", "why", "words")

    def __init__(self, *args: Any, grounds: Sequence[Ground], waits: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].choices = [(one.code, labels.ground(one)) for one in grounds]  # type: ignore[attr-defined]
        if not waits:
            del self.fields["until"]

    @property
    def said(self) -> Said:
        """The ground, and until when."""
        return Said(ground=self.cleaned_data["ground"], until=self.cleaned_data.get("until"))


class DelayForm(WordsForm):
    """Of which duty notice of a delay is given."""

    duty = forms.ChoiceField(label=_("What takes longer"), widget=forms.RadioSelect)
    field_order: tuple[str, ...] = ("duty", "text", "why", "words")

    def __init__(self, *args: Any, duties: Sequence[Duty], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["duty"].choices = [(one.value, labels.DUTIES[one]) for one in duties]  # type: ignore[attr-defined]

    @property
    def said(self) -> Said:
        """The duty."""
        return Said(duty=Duty(self.cleaned_data["duty"]))


class ExecutedForm(WordsForm):
    """What was done, whether that is all, and of a preservation since when it holds.

    Args:
        preserves: it keeps data.
        country: where they are.
    """

    since = forms.DateField(label=_("Kept since"), widget=DayInput())
    partial = forms.BooleanField(label=_("Not all that was asked for is there"), required=False)
    field_order: tuple[str, ...] = ("since", "partial", "text", "why", "words")

    def __init__(self, *args: Any, preserves: bool, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country = country
        if preserves:
            self.fields["since"].initial = timezone.localdate()
        else:
            del self.fields["since"]

    @property
    def said(self) -> Said:
        """The beginning of that day where the data are, and whether something is missing."""
        day = self.cleaned_data.get("since")
        since = clocks.end_of_day(day - clocks.DAY, zones_of(self.country)[0]) if day else None
        return Said(partial=self.cleaned_data["partial"], since=since)


class AnswerForm(WordsForm):
    """What was handed over, and on what conditions they may use it."""

    limits = forms.CharField(
        label=_("Limits on use"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("On what conditions they may use it; they read it beside the answer."),
    )
    field_order: tuple[str, ...] = ("text", "limits", "why", "words")

    @property
    def said(self) -> Said:
        """The conditions."""
        return Said(limits=self.cleaned_data["limits"])


class PassForm(ReleaseForm):
    """To which desk of the own country, and until when it sees the request."""

    DAYS = 180

    text = forms.CharField(
        label=_("What the desk is asked"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    field_order: tuple[str, ...] = (
        "recipients",
        "text",
        "handling",
        "europol",
        "restriction",
        "permission",
        "until",
        "transfer",
        "legal_ground",
        "why",
        "words",
    )


def now_typed() -> str:
    """Return this minute, as the browser's field has it."""
    return timezone.localtime().replace(tzinfo=None).isoformat(timespec="minutes")
