"""Forms of the yearly report."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.casework.forms import WorkForm
from vaern.node.ledger.rules import Why
from vaern.node.reports.flagging.actions import LONGEST_TEXT
from vaern.node.reports.flagging.labels import DELIVERIES
from vaern.node.web.fields import DayInput


class YearForm(WorkForm):
    """The reason for closing a year."""

    whys: ClassVar[tuple[Why, ...]] = (Why.ADMINISTRATION, Why.OTHER)


class IndependenceForm(YearForm):
    """The procedures by which the organisation stays independent of providers, in at least one language."""

    text = forms.CharField(
        label=_("In English"), required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 8})
    )
    text_da = forms.CharField(
        label=_("In Danish"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("A blank line begins a new paragraph. Name no person: the report is public."),
    )
    field_order = ("text", "text_da", "why", "words")


class DeliveryForm(YearForm):
    """A delivery of the report: when, and to whom or where."""

    what = forms.ChoiceField(label=_("What was done"), choices=list(DELIVERIES.items()), widget=forms.RadioSelect)
    day = forms.DateField(label=_("Day"), widget=DayInput())
    place = forms.CharField(
        label=_("To whom, or where"),
        max_length=300,
        help_text=_("The coordinator’s address, or the address of the page."),
    )
    field_order = ("what", "day", "place", "why", "words")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = timezone.localdate()
