"""What is filled in about a request of somebody without an account: taking it in, and answering it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.ledger.rules import LONGEST_NOTE
from vaern.node.organisations.rules import Regime
from vaern.node.oversight.forms import DAY, IN_REACH
from vaern.node.oversight.labels import GROUNDS, IDENTITIES, REPLIES, RIGHTS
from vaern.node.oversight.rules import Ground, grounds_of
from vaern.node.oversight.subject_rules import REPLIES as OF_RIGHT
from vaern.node.oversight.subject_rules import Decision, Identity, Reply, Right
from vaern.node.oversight.subject_search import BadLine, identifiers

if TYPE_CHECKING:
    from datetime import date


class SubjectForm(forms.Form):
    """What is asked, by whom as they say, and since when."""

    right = forms.ChoiceField(label=_("What is asked for"), choices=list(RIGHTS.items()), widget=forms.RadioSelect)
    identifiers = forms.CharField(
        label=_("What identifies the person"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "A line each: a mail address, a telephone number with +, an IP address, service|account, or a device as "
            "make|model|serial. No names, and never a picture."
        ),
    )
    identity = forms.ChoiceField(
        label=_("How you made sure who asks"), choices=list(IDENTITIES.items()), initial=Identity.NOT.value
    )
    received_date = forms.DateField(label=_("Received on"), widget=DAY, initial=timezone.localdate, validators=IN_REACH)
    reference = forms.CharField(
        label=_("Your file number"), help_text=_("By which you find the letter again. No names."), max_length=100
    )
    language = forms.ChoiceField(label=_("Language of the answer"), choices=settings.LANGUAGES)

    def clean_identifiers(self) -> str:
        """Refuse a line that is no identifier; it is named by its number."""
        text: str = self.cleaned_data["identifiers"]
        try:
            found = identifiers(text)
        except BadLine as bad:
            raise forms.ValidationError(
                _("Line %(line)s is none of these, or there are more than twenty."), params={"line": bad.number}
            ) from None
        if not found:
            raise forms.ValidationError(_("Write what identifies the person."))
        return text

    def clean_received_date(self) -> date:
        """A request has come already."""
        day: date = self.cleaned_data["received_date"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is yet to come."))
        return day


class ReplyForm(forms.Form):
    """How it is answered, and why."""

    identity = forms.ChoiceField(label=_("How you made sure who asks"), choices=list(IDENTITIES.items()))
    reply = forms.ChoiceField(label=_("Answer"), widget=forms.RadioSelect)
    ground = forms.ChoiceField(label=_("Ground"), required=False)
    provision = forms.CharField(
        label=_("Provision of national law"),
        required=False,
        max_length=200,
        help_text=_("It makes the restriction: in Denmark section 22 of the Data Protection Act. The answer names it."),
    )
    words = forms.CharField(
        label=_("Why it is necessary and proportionate in this case"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, regime: Regime, right: Right, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["reply"].choices = [(one.value, REPLIES[one]) for one in OF_RIGHT[right]]
        fields["ground"].choices = [("", "–"), *((one.value, GROUNDS[one]) for one in grounds_of(regime))]
        if regime is Regime.LED:
            del fields["provision"]
        if right is Right.AUTHORITY:
            del fields["ground"], fields["words"]
            fields.pop("provision", None)

    @property
    def chosen(self) -> tuple[Identity, Decision]:
        """The decision; only after `is_valid()`."""
        given = self.cleaned_data
        return Identity(given["identity"]), Decision(
            Reply(given["reply"]),
            Ground(given["ground"]) if given.get("ground") else None,
            given.get("provision", ""),
            given.get("words", ""),
        )
