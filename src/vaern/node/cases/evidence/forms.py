"""What people fill in about evidence."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.cases.evidence.actions import LONGEST, Said
from vaern.node.cases.evidence.facts import Facts
from vaern.node.cases.evidence.labels import KINDS
from vaern.node.cases.rules import evidence
from vaern.node.casework.releases.forms import TermsFields
from vaern.node.casework.releases.terms import prospect
from vaern.node.ledger.rules import Why
from vaern.node.web.fields import MomentField
from vaern.node.web.reasons import ReasonForm

if TYPE_CHECKING:
    from vaern.node.cases.models import Case
    from vaern.node.organisations.models import Organisation

WORKING = (Why.INVESTIGATION, Why.VICTIM_IDENTIFICATION, Why.LEGAL_ASSISTANCE, Why.OTHER)
ROLE = _("A role, an office or a place. Never a name.")


def _words(label: Any, rows: int = 2, *, required: bool = False, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class EvidenceForm(ReasonForm):
    """Why something is done to evidence."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, whys=WORKING, **kwargs)
        self.fields["why"].initial = Why.INVESTIGATION.value


class FactsForm(EvidenceForm):
    """What a piece of evidence is."""

    description = _words(
        _("What it is"), 3, required=True, help_text=_("As whoever holds it would know it again. No name of a person.")
    )
    digests = _words(
        _("Digests"),
        3,
        help_text=_("SHA-256 and others, typed or pasted from sha256sum or vaern hash. Empty for what has no bytes."),
    )
    seized_at = MomentField(label=_("Seized or received"), seconds=True, required=False)
    source = forms.CharField(label=_("From where"), max_length=LONGEST, required=False, help_text=ROLE)
    legal_basis = forms.CharField(label=_("Legal basis"), max_length=LONGEST, required=False)
    origin = _words(
        _("How it came to be"), help_text=_("The request that it answers, or the tool that made the image.")
    )
    use_limits = _words(_("Limits of its use"), help_text=_("What a providing country or a court has ruled out."))
    place = forms.CharField(label=_("Where it lies"), max_length=LONGEST, required=False, help_text=ROLE)
    field_order = (
        "kind",
        "description",
        "digests",
        "seized_at",
        "source",
        "legal_basis",
        "origin",
        "use_limits",
        "place",
        "why",
        "words",
    )

    @staticmethod
    def initial_of(facts: Facts) -> dict[str, Any]:
        """What the form shows of what is registered."""
        seized = datetime.fromisoformat(facts.seized_at) if facts.seized_at else None
        return {**facts.as_json, "digests": "\n".join(facts.digests.values()), "seized_at": seized}

    def clean_digests(self) -> dict[str, str]:
        """Read the digests out of what was pasted."""
        text = str(self.cleaned_data["digests"])
        if not text.strip():
            return {}
        try:
            return evidence.digests_in(text)
        except ValueError:
            raise forms.ValidationError(
                _("There is no digest in this text, or there are those of several files.")
            ) from None

    @property
    def facts(self) -> Facts:
        """What was filled in."""
        given = self.cleaned_data
        texts = ("description", "source", "legal_basis", "origin", "use_limits", "place")
        moment = given["seized_at"] if "seized_at" in self.changed_data else self.initial.get("seized_at")
        seized = moment.isoformat() if moment else ""
        return Facts(**{name: given[name].strip() for name in texts}, digests=given["digests"], seized_at=seized)


class RegisterForm(FactsForm):
    """A new piece of evidence."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[(kind.value, label) for kind, label in KINDS.items()])


class HappenForm(EvidenceForm):
    """What happened to evidence."""

    giver = forms.CharField(label=_("Handed over by"), max_length=LONGEST, required=False, help_text=ROLE)
    taker = forms.CharField(label=_("To"), max_length=LONGEST, required=False, help_text=ROLE)
    place = forms.CharField(label=_("Where it lies now"), max_length=LONGEST, required=False)
    condition = forms.CharField(label=_("Condition"), max_length=LONGEST, required=False)
    seal = forms.CharField(label=_("Number of the seal"), max_length=200, required=False)
    happened_at = MomentField(label=_("When"), help_text=_("Empty: now."), seconds=True, required=False)
    field_order = ("giver", "taker", "place", "condition", "seal", "happened_at", "why", "words")

    @property
    def said(self) -> Said:
        """What was filled in."""
        names = ("giver", "taker", "place", "condition", "seal", "happened_at")
        return Said(**{name: self.cleaned_data[name] for name in names})


class CheckForm(EvidenceForm):
    """A digest that was computed now."""

    text = _words(
        _("The digest, as it is now"),
        3,
        required=True,
        help_text=_("Compute it where the evidence lies: sha256sum FILE, or vaern hash FILE. Paste what it prints."),
    )
    field_order = ("text", "why", "words")


class ExportForm(TermsFields, EvidenceForm):
    """To whom the register goes.

    Args:
        organisations: of this node, which may be chosen.
        case: whose register it is.
    """

    recipient = forms.ChoiceField(label=_("An organisation of this node"), required=False)
    to_whom = forms.CharField(
        label=_("Or somebody else"),
        max_length=300,
        required=False,
        help_text=_("The court, the prosecutor, an expert: an office."),
    )
    FOR_COURT = True
    field_order = (
        "recipient",
        "to_whom",
        "handling",
        "europol",
        "restriction",
        "permission",
        "transfer",
        "legal_ground",
        "why",
        "words",
    )

    def __init__(self, *args: Any, organisations: dict[str, Organisation], case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prospects = {id: prospect(case.organisation, one) for id, one in organisations.items()}
        self.bind_to(case, list(self.prospects.values()))
        self._organisations = organisations
        choices = [("", "–"), *((id_, str(one)) for id_, one in organisations.items())]
        self.fields["recipient"].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Organisation | None:
        """The organisation that was chosen."""
        return self._organisations.get(self.cleaned_data["recipient"])

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        cleaned = super().clean() or self.cleaned_data
        if bool(cleaned.get("recipient")) == bool(cleaned.get("to_whom", "").strip()):
            self.add_error("to_whom", _("Choose an organisation, or say who else: one of the two."))
        cleaned["until"] = timezone.now()
        chosen = self.prospects.get(cleaned.get("recipient", ""))
        self.refuse([chosen] if chosen else [])
        return cleaned


class BagForm(forms.Form):
    """A bag that came from somewhere."""

    bag = forms.FileField(
        label=_("Evidence bag"),
        help_text=_("A zip. It is looked at in memory, and nothing of it is kept."),
        widget=forms.ClearableFileInput(attrs={"accept": ".zip"}),
    )
