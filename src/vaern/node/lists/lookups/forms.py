"""What people fill in about look-ups: an organisation's policy, and rows of the table of law."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.lookup.policy import Need
from vaern.node.casework.forms import WorkForm
from vaern.node.law.forms import SOURCE
from vaern.node.lists.base.labels import ACTS
from vaern.node.reports.law.forms import COUNTRY, FORCE, InForceForm
from vaern.node.web.sections import Section, SectionedForm

if TYPE_CHECKING:
    from vaern.node.lists.lookups.grounds import LookupGround
    from vaern.node.lists.models import LookupPolicy

SERVICES: dict[str, Any] = {
    "hosting": _("Hosting"),
    "communication": _("Interpersonal communication"),
    "search": _("Search"),
    "storage": _("Storage"),
    "other": _("Another service"),
}
STATES: dict[str, Any] = {"lawful": _("Allowed"), "unlawful": _("Not allowed"), "unknown": _("Not known")}


class PolicyForm(SectionedForm, WorkForm):
    """How many votes of how many countries each act needs."""

    SECTIONS = (
        Section("service", _("What kind of service asks"), ("service", "country", "coarse"), required=True),
        *(
            Section(
                act, label, tuple(f"{act}_{part}" for part in ("on", "votes", "countries", "independent", "classes"))
            )
            for act, label in ACTS.items()
        ),
    )

    service = forms.ChoiceField(
        label=_("Kind of service"),
        choices=[("", "–"), *SERVICES.items()],
        required=False,
        help_text=_("The law differs: what a host may look for, a messenger may not."),
    )
    country = forms.CharField(
        label=_("Under the law of"),
        max_length=2,
        required=False,
        validators=[COUNTRY],
        help_text=_("Two capital letters."),
    )
    coarse = forms.BooleanField(
        label=_("Answer with the act alone"), required=False, help_text=_("Programs then hear nothing of the entry.")
    )

    def __init__(self, *args: Any, policy: LookupPolicy | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        acts = policy.acts if policy else {"log": {}, "queue": {}}
        for act, label in ACTS.items():
            given = acts.get(act)
            need = given or {}
            self.fields[f"{act}_on"] = forms.BooleanField(label=label, required=False, initial=given is not None)
            for part, said in (
                ("votes", _("Organisations that say it belongs on the list")),
                ("countries", _("Of so many countries")),
                ("independent", _("Of them, whose people viewed the file")),
            ):
                self.fields[f"{act}_{part}"] = forms.IntegerField(
                    label=said,
                    min_value=0,
                    max_value=50,
                    required=False,
                    initial=need.get(part, 1 if part == "votes" else 0),
                )
            classes = need.get("classes", {})
            self.fields[f"{act}_classes"] = forms.CharField(
                label=_("Only these classes"),
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
                initial="\n".join(f"{scheme}: {', '.join(names)}" for scheme, names in classes.items()),
                help_text=_("A scheme a line, with its classes: NCMEC: A1, A2. None: all."),
            )
        if policy is not None:
            self.initial = {
                "service": policy.service,
                "country": policy.country,
                "coarse": policy.coarse,
                **self.initial,
            }

    def clean(self) -> dict[str, Any]:
        """Read the classes of each act."""
        cleaned = super().clean()
        for act in ACTS:
            try:
                cleaned[f"{act}_classes"] = _classes(cleaned.get(f"{act}_classes") or "")
            except ValueError as error:
                self.add_error(f"{act}_classes", str(error))
        return cleaned

    @property
    def acts(self) -> dict[str, Need]:
        """What each act needs; an act that was not chosen is never advised."""
        given = self.cleaned_data
        return {
            act: Need(
                votes=given[f"{act}_votes"] if given[f"{act}_votes"] is not None else 1,
                countries=given[f"{act}_countries"] or 0,
                independent=given[f"{act}_independent"] or 0,
                classes=given[f"{act}_classes"],
            )
            for act in ACTS
            if given[f"{act}_on"]
        }


def _classes(text: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        scheme, colon, names = line.partition(":")
        classes = tuple(name.strip() for name in names.split(",") if name.strip())
        if not (colon and scheme.strip() and classes):
            raise ValueError(_("“%(line)s” is no scheme with its classes.") % {"line": line[:60]})
        found[scheme.strip()] = classes
    return found


class GroundForm(InForceForm):
    """A row of the table of law: whether a kind of service of a country may look."""

    SECTIONS = (
        Section("whom", _("Which service, and where"), ("service", "country"), required=True),
        Section("state", _("Whether it may look"), ("state", "text"), required=True),
        FORCE,
        SOURCE,
    )

    service = forms.ChoiceField(label=_("Kind of service"), choices=list(SERVICES.items()))
    country = forms.CharField(
        label=_("Country"),
        max_length=2,
        validators=[COUNTRY],
        help_text=_("Two capital letters; EU for all its members."),
    )
    state = forms.ChoiceField(label=_("Whether it may look"), choices=list(STATES.items()))
    text = forms.CharField(label=_("What the law says, in a sentence"), max_length=500)
    lasting = ("service", "country")

    @staticmethod
    def shown(content: LookupGround) -> dict[str, Any]:
        """Return the initial values for a row to correct."""
        return {**InForceForm.shown(content), "state": content.state, "text": content.text}

    @property
    def change(self) -> dict[str, Any]:
        """The columns of the row that were filled in."""
        return {**super().change, "state": self.cleaned_data["state"], "text": self.cleaned_data["text"].strip()}
