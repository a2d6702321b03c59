"""What the secretariat fills in about memberships."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.alliance.membership import labels
from vaern.node.alliance.rules import membership
from vaern.node.organisations.models import Member
from vaern.node.web.fields import DayInput

if TYPE_CHECKING:
    from django.db.models import QuerySet


def _line(label: object, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=membership.LONGEST_LINE, **more)  # type: ignore[arg-type]  # lazy


def _day(label: object) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), initial=timezone.localdate)  # type: ignore[arg-type]


class JoinForm(forms.Form):
    """A country joins by endorsing the principles."""

    member = forms.ModelChoiceField(label=_("Country"), queryset=Member.objects.none())
    joined = _day(_("Day of the endorsement"))
    endorsed_by = _line(_("Endorsed by"), help_text=_("The name of whoever signed."))
    office = _line(_("Office"), help_text=_("In which office: minister of justice, ambassador."))
    document = _line(_("Document"), help_text=_("The reference by which others find it."))

    def __init__(self, *args: Any, countries: QuerySet[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = countries  # type: ignore[attr-defined]


class LeaveForm(forms.Form):
    """A country leaves."""

    left = _day(_("Left on"))
    why = forms.CharField(label=_("Why"), max_length=membership.LONGEST_WHY, widget=forms.Textarea(attrs={"rows": 3}))


class BackingForm(forms.Form):
    """Political backing of a membership."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        widget=forms.RadioSelect,
        choices=[(kind.value, label) for kind, label in labels.BACKINGS.items()],
    )
    day = _day(_("Date"))
    document = _line(_("Document"), help_text=_("The reference by which others find it."))
    url = forms.URLField(label=_("Address"), required=False, max_length=500, assume_scheme="https")
