"""What people fill in about scans."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.ledger.rules import Why
from vaern.node.organisations.releases import Handling
from vaern.node.scans.labels import HANDLINGS, OUTCOMES, VERDICTS
from vaern.node.scans.reading import Header, ResultsError, Row, read_lines, read_run
from vaern.node.scans.rules import LONGEST_KEPT
from vaern.node.web.fields import DayInput
from vaern.node.web.reasons import ReasonForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.organisations.releases import Prospect

WORKING = (
    Why.ASSESSMENT, Why.INVESTIGATION, Why.VICTIM_IDENTIFICATION, Why.LEGAL_ASSISTANCE, Why.REMOVAL,
    Why.LIST_QUALITY, Why.OTHER,
)  # fmt: skip


class BringInForm(ReasonForm):
    """A results folder: `findings.jsonl`, and if it is at hand `run.json`."""

    reference = forms.CharField(
        label=_("Reference"), max_length=100,
        help_text=_("How your organisation calls it, such as a journal number. No names of people."),
    )  # fmt: skip
    findings = forms.FileField(
        label="findings.jsonl", max_length=200,
        help_text=_("From the folder that vaern scan wrote. The names of files in it are dropped: they stay with you."),
        widget=forms.FileInput(attrs={"accept": ".jsonl"}),
    )  # fmt: skip
    run = forms.FileField(
        label="run.json", required=False, max_length=200,
        help_text=_("From the same folder, so that the lists and their releases are known. Paths in it are dropped."),
        widget=forms.FileInput(attrs={"accept": ".json"}),
    )  # fmt: skip
    field_order = ("reference", "findings", "run", "why", "words")

    rows: list[Row]
    header: Header = Header()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, whys=WORKING, **kwargs)

    def clean_reference(self) -> str:
        """Refuse what cannot be shown in a line."""
        return printable(self.cleaned_data["reference"])

    def clean_findings(self) -> None:
        """Read the lines; the file itself is dropped here."""
        upload = self.cleaned_data["findings"]
        try:
            self.rows = read_lines(upload.read())
        except ResultsError as error:
            raise forms.ValidationError(
                _("Line %(line)s cannot be taken: %(what)s."), params={"line": error.line, "what": error.what}
            ) from None
        finally:
            upload.close()
        if not self.rows:
            raise forms.ValidationError(_("There is no finding in it."))

    def clean_run(self) -> None:
        """Read the header; the file itself is dropped here."""
        if upload := self.cleaned_data["run"]:
            try:
                self.header = read_run(upload.read())
            except ResultsError as error:
                raise forms.ValidationError(_("It cannot be taken: %(what)s."), params={"what": error.what}) from None
            finally:
                upload.close()


class ReviewForm(ReasonForm):
    """What a person concluded."""

    outcome = forms.ChoiceField(
        label=_("What did you find?"), widget=forms.RadioSelect,
        choices=[(code.value, label) for code, (label, _tone) in OUTCOMES.items()],
    )  # fmt: skip
    field_order = ("outcome", "why", "words")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, whys=WORKING, **kwargs)


class ProlongForm(ReasonForm):
    """Until when a scan is still needed."""

    until = forms.DateField(label=_("New end date"), widget=DayInput())
    field_order = ("until", "why", "words")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, whys=WORKING, **kwargs)

    def clean_until(self) -> Any:
        """Refuse a day that may not be chosen."""
        until, today = self.cleaned_data["until"], timezone.localdate()
        if not today < until <= today + LONGEST_KEPT:
            raise forms.ValidationError(_("The day must lie ahead, within five years."))
        return until


class ReleaseForm(ReasonForm):
    """Who receives, how they have to handle it, until when, and why.

    Args:
        prospects: whom the scan could be released to.
    """

    recipients = forms.MultipleChoiceField(label=_("Recipients"), widget=forms.CheckboxSelectMultiple)
    handling = forms.ChoiceField(
        label=_("Handling"), initial=Handling.AMBER_STRICT.value, widget=forms.RadioSelect,
        choices=[(code.value, label) for code, label in HANDLINGS.items()],
    )  # fmt: skip
    until = forms.DateField(
        label=_("Until"), widget=DayInput(), help_text=_("The recipients see it until the end of this day.")
    )
    legal_ground = forms.CharField(
        label=_("Legal ground"), required=False, max_length=500,
        help_text=_("Needed if a recipient is under another legal regime: the provision that allows the transfer."),
    )  # fmt: skip
    field_order = ("recipients", "handling", "until", "legal_ground", "why", "words")

    def __init__(self, *args: Any, prospects: Sequence[Prospect] = (), **kwargs: Any) -> None:
        super().__init__(*args, whys=WORKING, **kwargs)
        self.prospects = {str(prospect.organisation.id): prospect for prospect in prospects if not prospect.until}
        self.fields["recipients"].choices = [  # type: ignore[attr-defined]
            (id, named(prospect)) for id, prospect in self.prospects.items()
        ]
        self.fields["until"].initial = timezone.localdate() + timedelta(days=30)

    def clean_until(self) -> datetime:
        """Return the end of the day."""
        until, today = self.cleaned_data["until"], timezone.localdate()
        if not today <= until < today + timedelta(days=366):
            raise forms.ValidationError(_("A release ends after today, and within a year."))
        return timezone.make_aware(datetime.combine(until, time(23, 59, 59)))

    def clean(self) -> dict[str, Any]:
        """Ask for the legal ground where a recipient is under another regime."""
        cleaned = super().clean()
        if self.crossing and not cleaned.get("legal_ground", "").strip():
            self.add_error("legal_ground", _("A recipient is under another legal regime: name the legal ground."))
        return cleaned

    @property
    def chosen(self) -> list[Prospect]:
        """The recipients that were ticked."""
        return [self.prospects[id] for id in self.cleaned_data.get("recipients", [])]

    @property
    def crossing(self) -> list[Prospect]:
        """Those of them that are under another regime."""
        return [prospect for prospect in self.chosen if prospect.crosses]


class ExportForm(ReasonForm):
    """Which findings leave the node, in what form, and to whom."""

    verdicts = forms.MultipleChoiceField(
        label=_("Findings"), widget=forms.CheckboxSelectMultiple, initial=["known", "near"],
        choices=[(code, label) for code, (label, _tone) in VERDICTS.items()],
    )  # fmt: skip
    form = forms.ChoiceField(
        label=_("Form"), widget=forms.RadioSelect, initial="json", choices=[("json", "JSON"), ("csv", "CSV")]
    )
    to_whom = forms.CharField(
        label=_("To whom"), max_length=200, help_text=_("The authority or unit that will receive it.")
    )
    field_order = ("verdicts", "form", "to_whom", "why", "words")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, whys=WORKING, **kwargs)


class PlainReasonForm(ReasonForm):
    """Why something is recalled or erased."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, whys=(*WORKING[:-1], Why.DATA_SUBJECT, Why.OTHER), **kwargs)


def named(prospect: Prospect) -> str:
    """Return how a recipient is named where it is chosen: name, country, regime."""
    organisation = prospect.organisation
    country = f" ({organisation.member.code})" if organisation.member else ""
    return f"{organisation.name}{country} – {organisation.regime.upper()}"


def printable(text: str) -> str:
    """Return the text if it can be shown in a line.

    Raises:
        ValidationError: it holds signs that cannot be seen.
    """
    if not text.isprintable():
        raise forms.ValidationError(_("It holds signs that cannot be shown."))
    return text.strip()
