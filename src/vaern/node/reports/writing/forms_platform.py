"""The form of a platform without a program: the content of a report by the API, validated by the same schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from msgspec.structs import replace
from pydantic import ValidationError

from vaern.node.ledger.rules import Why
from vaern.node.reports.desk.labels import OFFENCES, VIEWED
from vaern.node.reports.intake.schemas import ReportIn
from vaern.node.reports.law.grounds import name_of
from vaern.node.reports.public.forms import without_controls
from vaern.node.reports.public.tokens import FormToken
from vaern.node.reports.writing import labels, lines
from vaern.node.web.conditions import When
from vaern.node.web.sections import Section, SectionedForm
from vaern.node.web.validation import faults_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.arrivals import Arrival
    from vaern.node.organisations.models import Organisation
    from vaern.node.reports.models import LegalGround

YES = {"yes": True, "no": False}
SENDING = (Why.REMOVAL, Why.ASSESSMENT, Why.INVESTIGATION, Why.OTHER)
FIELDS = {
    "accounts": "accounts",
    "events": "events",
    "files": "hashes",
    "locations": "addresses",
    "preserved_until": "preserved_until",
}
"""The field of the form in which a part of the report was written."""


def _radios(choices: dict[str, Any], label: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=list(choices.items()), widget=forms.RadioSelect, **more)


def _rows(label: Any, help_text: Any, rows: int = 3) -> forms.CharField:
    widget = forms.Textarea(
        attrs={"rows": rows, "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
    )
    return forms.CharField(label=label, required=False, max_length=150_000, widget=widget, help_text=help_text)


class PlatformForm(SectionedForm):
    """A report of a platform, written by a person."""

    SECTIONS = (
        Section("to", _("To whom"), ("to", "reference"), required=True),
        Section(
            "what",
            _("What happened"),
            ("offence", "danger", "danger_text", "day", "time", "zone", "told"),
            required=True,
        ),
        Section("who", _("Accounts"), ("service", "accounts", "events"), _("Who did it, and from where they came.")),
        Section("where", _("Where it is or was"), ("addresses",)),
        Section("files", _("Files, by their hashes"), ("hashes", "viewed"), _("The files stay with you.")),
        Section("done", _("What you did"), ("closed", "removed", "kept", "preserved_until", "ground")),
    )
    WHEN: ClassVar = {"danger_text": When("danger", "yes"), "preserved_until": When("kept", "yes")}
    NEEDS = ("preserved_until",)

    to = forms.ChoiceField(label=_("The desk that you report to"))
    reference = forms.CharField(
        label=_("Your own number of it"),
        required=False,
        max_length=150,
        help_text=_("By it you find it again. The same number makes no second report."),
    )
    offence = _radios(OFFENCES, _("What is it?"))
    danger = _radios(labels.DANGER, _("Is a child in danger right now?"))
    danger_text = forms.CharField(
        label=_("Why you think so"), required=False, max_length=3_000, widget=forms.Textarea(attrs={"rows": 2})
    )
    day = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    time = forms.TimeField(
        label=_("Time"), required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    zone = forms.ChoiceField(
        label=_("Time zone of the times in this form"),
        choices=lambda: [(name, name.replace("_", " ")) for name in sorted(available_timezones())],
        help_text=_("A time that names its own offset, as 2026-11-20T21:14+01:00, keeps it."),
    )
    told = forms.CharField(
        label=_("What happened, in your words"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("No name of a child, no picture, and nothing that children wrote."),
    )
    service = forms.CharField(label=_("Name of your service"), required=False, max_length=200)
    accounts = _rows(
        _("Accounts"),
        _("One on each line: name or number, mail address, telephone. Rows of a spreadsheet can be pasted."),
    )
    events = _rows(
        _("Network addresses"),
        _("One on each line: address, port, time. Without port and time nobody is found behind a shared address."),
    )
    addresses = _rows(_("Web addresses"), _("One on each line."), 2)
    hashes = _rows(
        _("Hashes"),
        _("One on each line: SHA-256, SHA-1 or MD5, name of the file, time of upload. Or let them be made above."),
        5,
    )
    viewed = _radios(VIEWED, _("Did a person at your service open them?"), initial="unknown", required=False)
    closed = _radios({"yes": _("Yes"), "no": _("No")}, _("Did you close the accounts?"), required=False)
    removed = forms.CharField(
        label=_("What else you did on your service"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    kept = _radios({"yes": _("Yes"), "no": _("No")}, _("Do you preserve the data for the police?"), required=False)
    preserved_until = forms.DateField(
        label=_("Until when"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    ground = forms.ChoiceField(label=_("On which ground you looked for it"), required=False)
    token = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, desks: Sequence[Organisation], grounds: Sequence[LegalGround], service: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, whys=SENDING, **kwargs)
        self.fields["to"].choices = [("", _("Choose a desk")), *((str(one.pk), str(one)) for one in desks)]  # type: ignore[attr-defined]
        named = [(one.code, name_of(one)) for one in grounds]
        self.fields["ground"].choices = [("", _("Not named")), *dict(named).items()]  # type: ignore[attr-defined]
        self.fields["service"].initial = service
        self.fields["zone"].initial = timezone.get_current_timezone_name()
        self.fields["token"].initial = FormToken.give_out(0).signed()

    def clean_token(self) -> FormToken:
        """Return the form's own id: sent twice, it makes one report."""
        return FormToken.read(self.cleaned_data["token"]) or FormToken.give_out(0)

    def clean(self) -> dict[str, Any]:
        """Read the report as the API would, and say at each field what is wrong with it."""
        cleaned = super().clean()
        if not self.errors:
            self._read(cleaned)
        return cleaned

    def _read(self, given: dict[str, Any]) -> None:
        at = "told"
        try:
            zone = ZoneInfo(given["zone"])
            at = "hashes"
            files = lines.files(given["hashes"], zone, given["viewed"] or "unknown")
            at = "events"
            seen = lines.events(given["events"], zone)
            at = "accounts"
            found = lines.accounts(
                given["accounts"], given["service"], disabled={"yes": True, "no": False}.get(given["closed"])
            )
            if seen:
                found = found or [{"role": "suspect", "service": given["service"]}]
                found[0]["ip_events"] = seen
            self.report = ReportIn.model_validate(self._document(given, files, found, zone))
        except lines.RowError as error:
            self.add_error(at, labels.ROWS[error.what] % {"line": error.line})
        except ValidationError as error:
            for fault in faults_of([dict(one) for one in error.errors(include_url=False)])[:20]:
                part = "events" if "ip_events" in fault.where else fault.where.split(".")[0]
                self.add_error(FIELDS.get(part, "told"), f"{fault.where}: {fault.what}")

    @staticmethod
    def _document(given: dict[str, Any], files: list[Any], accounts: list[Any], zone: ZoneInfo) -> dict[str, Any]:
        day, time, until = given["day"], given["time"], given["preserved_until"]
        at = f"{day.isoformat()}T{(time.isoformat() if time else '12:00:00')}" if day else ""
        done = f"\n\n{given['removed']}" if given["removed"] else ""
        return {
            "reference": given["reference"] or f"form-{given['token'].reference[:24]}",
            "offence": given["offence"],
            "danger_now": YES.get(given["danger"]),
            "danger_text": without_controls(given["danger_text"]),
            "incident_at": lines.moment(at, zone, 1),
            "narrative": without_controls(given["told"] + done),
            "locations": [{"url": url.strip()} for url in given["addresses"].splitlines() if url.strip()],
            "files": files,
            "accounts": accounts,
            "preserved_until": lines.moment(f"{until.isoformat()}T23:59:59", zone, 1) if until else None,
            "legal_ground": given["ground"],
            "language": get_language() or "en",
        }

    def arrival(self) -> Arrival:
        """Return the report as it arrives; only after `is_valid()`."""
        return replace(self.report.arrival(), document="form")

    @property
    def counts(self) -> list[tuple[object, int]]:
        """How much of each the report holds, for its preview; only after `is_valid()`."""
        found = self.arrival()
        events = sum(len(one.ip_events) for one in found.accounts)
        counted = (len(found.accounts), events, len(found.locations), len(found.files))
        names = (_("Accounts"), _("Network addresses"), _("Web addresses"), _("Files"))
        return [(name, count) for name, count in zip(names, counted, strict=True) if count]
