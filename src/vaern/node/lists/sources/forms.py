"""What people fill in about the source of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.casework.forms import WorkForm
from vaern.node.lists.rules.sources import LONGEST_AGE, LONGEST_EVERY, WARN_DAYS, SourceKind
from vaern.node.lists.sources.actions import Setting
from vaern.node.lists.sources.labels import KINDS
from vaern.node.lists.sources.services import SERVICES

if TYPE_CHECKING:
    from vaern.node.lists.models import ListSource

MOST = 100_000_000


def _secret(label: Any, help_text: Any) -> forms.CharField:
    """A key: what was typed is not shown again, and no draft keeps it."""
    widget = forms.PasswordInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, max_length=500, required=False, widget=widget, help_text=help_text)


class SourceForm(WorkForm):
    """From where a list is fetched, how often, and what is taken without a person.

    Args:
        source: as it is set; None where the list is not fetched yet.
    """

    kind = forms.ChoiceField(
        label=_("Source"),
        widget=forms.RadioSelect,
        initial=SourceKind.NCMEC.value,
        choices=[(kind.value, label) for kind, label in KINDS.items()],
    )
    address = forms.CharField(
        label=_("Address"), max_length=300, help_text=_("Such as https://report.cybertip.org/hashsharing.")
    )
    account = forms.CharField(
        label=_("Account"),
        max_length=100,
        required=False,
        help_text=_(
            "NCMEC: the user name. ThreatExchange: the number of the privacy group. StopNCII: nothing. "
            "A table: the user name; empty where the key is a token. Signed releases: the name of the list there."
        ),
    )
    key = _secret(
        _("Key"),
        _(
            "Password, access token, or key of FetchHashes; a table may need none. Empty leaves it as it is; nobody "
            "sees it again."
        ),
    )
    password = _secret(_("Key of the subscription"), _("StopNCII alone."))
    feedback_key = _secret(
        _("Key of SubmitFeedback"), _("StopNCII alone, and only to tell it what you found of its hashes.")
    )
    root = forms.CharField(
        label=_("Root of the repository"),
        max_length=100_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_(
            "Signed releases alone: the content of root.json, handed over by a way that you trust. The page of the "
            "list shows its fingerprint, to be read aloud to its publisher. Empty leaves it as it is."
        ),
    )
    every = forms.IntegerField(label=_("Hours between two fetches"), min_value=1, max_value=LONGEST_EVERY, initial=24)
    warn_days = forms.IntegerField(
        label=_("Days until everybody is warned"),
        min_value=1,
        max_value=LONGEST_AGE,
        initial=WARN_DAYS,
        required=False,
        help_text=_(
            "Since the list was last fetched whole: everybody whose files are compared with it is told that what was "
            "recalled since then still matches. Empty: never. Of signed releases their publisher says it."
        ),
    )
    stop_days = forms.IntegerField(
        label=_("Days until it stops"),
        min_value=1,
        max_value=LONGEST_AGE,
        required=False,
        help_text=_(
            "From then on nothing is compared with it until it is fetched again, and what it has passes as new. "
            "Empty: it never stops."
        ),
    )
    takes = forms.BooleanField(
        label=_("Take what comes without asking"),
        required=False,
        help_text=_(
            "Up to the bound below; all else waits for you. What the source withdraws is withdrawn at once either way, "
            "unless it is so much that a second person has to agree."
        ),
    )
    most = forms.IntegerField(label=_("At most so many changes"), min_value=1, max_value=MOST, initial=10_000)
    field_order = (
        *("kind", "address", "account", "key", "password", "feedback_key", "root", "every"),
        *("warn_days", "stop_days", "takes", "most"),
        *("why", "words"),
    )

    def __init__(self, *args: Any, source: ListSource | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if source is not None:
            for name in ("kind", "address", "account", "every", "warn_days", "stop_days", "takes", "most"):
                self.fields[name].initial = getattr(source, name)

    def clean(self) -> dict[str, Any]:
        """Ask for an account where the source has one."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        service = SERVICES[SourceKind(given["kind"])] if given.get("kind") else None
        if service and service.account and service.named and not given.get("account"):
            self.add_error("account", _("This source has an account: name it."))
        return given

    @property
    def setting(self) -> Setting:
        """What is set; only after `is_valid()`."""
        given = self.cleaned_data
        kind = SourceKind(given["kind"])
        service = SERVICES[kind]
        return Setting(
            kind=kind,
            address=given["address"].strip().rstrip("/"),
            account=given["account"].strip() if service.account else "",
            root=given["root"].strip().encode(),
            keys={name: given[name].strip() for name in service.keys},
            every=given["every"],
            warn_days=given["warn_days"],
            stop_days=given["stop_days"],
            takes=given["takes"],
            most=given["most"],
        )
