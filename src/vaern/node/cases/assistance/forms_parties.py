"""A country's entry in the register of parties, as a form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.cases.assistance.forms import country_choices
from vaern.node.law.forms import SOURCE, ReadForm
from vaern.node.law.labels import said
from vaern.node.law.records import Basis
from vaern.node.web.fields import DayInput
from vaern.node.web.sections import Section, SectionedForm

if TYPE_CHECKING:
    from vaern.node.cases.rules.instruments import Book, Party


class PartyForm(SectionedForm, ReadForm):
    """That a country is bound by a treaty, or stays out of it.

    Args:
        book: countries and treaties to choose from.
        content: the row that is corrected: its country and treaty stay as they are.
    """

    SECTIONS = (
        Section("which", _("Which country, and which treaty"), ("country", "treaty"), required=True),
        Section(
            "bound", _("Whether it is bound, and since when"), ("bound", "since", "at_latest", "until"), required=True
        ),
        Section("reservation", _("What it said when it joined"), ("reservation_en", "reservation_da")),
        SOURCE,
    )

    country = forms.ChoiceField(label=_("Country"))
    treaty = forms.ChoiceField(label=_("Treaty"))
    bound = forms.BooleanField(label=_("Bound"), required=False, initial=True)
    since = forms.DateField(label=_("First day"), widget=DayInput())
    at_latest = forms.BooleanField(label=_("The first day is not known, and was no later"), required=False)
    until = forms.DateField(label=_("Last day"), required=False, widget=DayInput())
    reservation_en = forms.CharField(label=_("Reservation, in English"), required=False, max_length=500)
    reservation_da = forms.CharField(label=_("Reservation, in Danish"), required=False, max_length=500)

    def __init__(self, *args: Any, book: Book, content: Party | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial=_of_party(content) if content else None, **kwargs)
        if content is not None:
            del self.fields["country"], self.fields["treaty"]
            return
        self.fields["country"].choices = country_choices(book)  # type: ignore[attr-defined]
        treaties = sorted(book.treaties.values(), key=lambda one: one.code)
        self.fields["treaty"].choices = [(one.code, said(one.name)) for one in treaties]  # type: ignore[attr-defined]

    @property
    def change(self) -> dict[str, Any]:
        """The columns of a party's row that were filled in; what a person typed was read by them."""
        given = self.cleaned_data
        words = {"en": given["reservation_en"].strip(), "da": given["reservation_da"].strip()}
        return {
            "bound": given["bound"],
            "since": given["since"],
            "at_latest": given["at_latest"],
            "until": given["until"],
            "reservation": {code: text for code, text in words.items() if text},
            "source": given["source"].strip(),
            "day": given["read"],
            "basis": Basis.READ,
            **{name: given[name] for name in ("country", "treaty") if name in given},
        }


def _of_party(row: Party) -> dict[str, Any]:
    """Return what the form shows of a row that is corrected."""
    return {
        "bound": row.bound,
        "since": row.since,
        "at_latest": row.at_latest,
        "until": row.until,
        "reservation_en": row.reservation.get("en", ""),
        "reservation_da": row.reservation.get("da", ""),
        "source": row.source,
        "read": row.day,
    }
