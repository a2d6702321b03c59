"""What people fill in about scans."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from vaern.node.casework.forms import WorkForm
from vaern.node.scans.labels import OUTCOMES, VERDICTS
from vaern.node.scans.results import Header, ResultsError, Row, read_lines, read_run
from vaern.node.scans.rules import ReviewOutcome, State
from vaern.node.web.lists import Choice, Filters, Words
from vaern.node.web.reasons import ReasonForm


class ScanFilters(Filters):
    """What an address asks of the list of scans."""

    q = Words()
    state = Choice(State)
    whose = Choice(("own", "released"))


class BringInForm(ReasonForm):
    """A results folder: `findings.jsonl`, and if it is at hand `run.json`."""

    reference = forms.CharField(
        label=_("Reference"),
        max_length=100,
        help_text=_("How your organisation calls it, such as a journal number. No names of people."),
    )
    findings = forms.FileField(
        label="findings.jsonl",
        max_length=200,
        help_text=_("From the folder that vaern scan wrote. The names of files in it are dropped: they stay with you."),
        widget=forms.FileInput(attrs={"accept": ".jsonl"}),
    )
    run = forms.FileField(
        label="run.json",
        required=False,
        max_length=200,
        help_text=_("From the same folder, so that the lists and their releases are known. Paths in it are dropped."),
        widget=forms.FileInput(attrs={"accept": ".json"}),
    )
    field_order = ("reference", "findings", "run", "why", "words")

    rows: list[Row]
    header: Header = Header()

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
                _("Line %(line)s cannot be taken. %(what)s"), params={"line": error.line, "what": error.what}
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
                raise forms.ValidationError(_("It cannot be taken. %(what)s"), params={"what": error.what}) from None
            finally:
                upload.close()


class ReviewForm(WorkForm):
    """What a person concluded.

    Args:
        known: how many findings are known or were confirmed the same; who sets them aside is asked once more.
    """

    outcome = forms.ChoiceField(
        label=_("What did you find?"),
        widget=forms.RadioSelect,
        choices=[(code.value, label) for code, (label, _tone) in OUTCOMES.items()],
    )
    anyway = forms.BooleanField(
        label=_("I conclude that there is no known material, in spite of these findings"), required=False
    )
    field_order = ("outcome", "anyway", "why", "words")

    def __init__(self, *args: Any, known: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        if not known or self.data.get("outcome") != ReviewOutcome.NOT_CONFIRMED.value:
            del self.fields["anyway"]

    def clean_anyway(self) -> bool:
        """Ask once more before a person sets aside what lists, or people, say."""
        if not self.cleaned_data["anyway"]:
            raise forms.ValidationError(
                ngettext(
                    "%(count)s finding of this scan is known, or was confirmed to be the same. Tick this if you still "
                    "conclude that there is no known material.",
                    "%(count)s findings of this scan are known, or were confirmed to be the same. Tick this if you "
                    "still conclude that there is no known material.",
                    self.known,
                )
                % {"count": self.known}
            )
        return True


class ExportForm(WorkForm):
    """Which findings leave the node, in what form, and to whom."""

    verdicts = forms.MultipleChoiceField(
        label=_("Findings"),
        widget=forms.CheckboxSelectMultiple,
        initial=["known", "near"],
        choices=[(code, label) for code, (label, _tone) in VERDICTS.items()],
    )
    form = forms.ChoiceField(
        label=_("Form"), widget=forms.RadioSelect, initial="json", choices=[("json", "JSON"), ("csv", "CSV")]
    )
    to_whom = forms.CharField(
        label=_("To whom"), max_length=200, help_text=_("The authority or unit that will receive it.")
    )
    field_order = ("verdicts", "form", "to_whom", "why", "words")


def printable(text: str) -> str:
    """Return the text if it can be shown in a line.

    Raises:
        ValidationError: it holds signs that cannot be seen.
    """
    if not text.isprintable():
        raise forms.ValidationError(_("It holds signs that cannot be shown."))
    return text.strip()
