"""What people fill in who take a record to a workstation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.casework.forms import WorkForm
from vaern.node.casework.workstations.documents import VERSIONS
from vaern.node.casework.workstations.queries import Destination

if TYPE_CHECKING:
    from vaern.node.casework.workstations.documents import Goods
    from vaern.node.casework.workstations.models import GradedDocument

LARGEST, PIECE = 30_000_000, 8_000_000
"""Bytes of a document that the page takes at once, and of a piece of a larger one."""

COUNTRY = re.compile(r"[A-Za-z]{2,20}\Z")


class LeavingForm(WorkForm):
    """Where a record goes that leaves as a file."""

    goes = forms.ChoiceField(
        label=_("Where it goes"),
        widget=forms.RadioSelect,
        initial="own",
        choices=[("own", _("It stays in our organisation")), ("others", _("To somebody else"))],
    )
    to_whom = forms.CharField(
        label=_("To whom"),
        max_length=200,
        help_text=_("The unit, authority or workstation that will receive it. No name of a person."),
    )
    permission = forms.CharField(
        label=_("Who permitted that it is passed on"),
        max_length=200,
        required=False,
        help_text=_("Where it came on the term that its source is asked first: who permitted it, and when."),
    )
    field_order: tuple[str, ...] = ("goes", "to_whom", "permission", "why", "words")

    @property
    def destination(self) -> Destination:
        """Where it goes, as it was filled in."""
        given = self.cleaned_data
        return Destination(given["to_whom"], given["goes"] == "others", given["permission"])


class WorkstationForm(LeavingForm):
    """As what a record leaves for a workstation, and where it goes.

    Args:
        goods: what of it goes.
    """

    version = forms.ChoiceField(
        label=_("Version of VICS"),
        widget=forms.RadioSelect,
        initial=VERSIONS[0],
        choices=[("2.0", _("2.0, for current programs")), ("1.3", _("1.3, for older ones: it holds less"))],
    )
    shape = forms.ChoiceField(
        label=_("As what"),
        widget=forms.RadioSelect,
        initial="cases",
        choices=[("cases", _("A case with its media")), ("media", _("A hash set"))],
    )
    country = forms.CharField(
        label=_("Whose categories"),
        max_length=20,
        help_text=_(
            "As VICS names the country: US, UK, Default. Classes of this scheme become categories; others are not "
            "converted."
        ),
    )
    field_order = ("version", "shape", "country", "goes", "to_whom", "permission", "why", "words")

    def __init__(self, *args: Any, goods: Goods, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].initial = goods.country
        if not goods.case:
            del self.fields["shape"]

    def clean_country(self) -> str:
        """Return the country, if it can stand in a context of VICS."""
        country: str = self.cleaned_data["country"].strip()
        if not COUNTRY.match(country):
            raise forms.ValidationError(_("A country of VICS is written in letters: US, UK or Default."))
        return country


class TakeGradesForm(WorkForm):
    """Why the grades of a workstation are taken: all of them.

    Args:
        document: that was read.
    """

    def __init__(self, document: GradedDocument, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.document = document

    @property
    def chosen(self) -> dict[str, str]:
        """What each category means for the record, by its place: nothing is asked."""
        return {str(place): "" for place in self.document.graded}


class GradedForm(WorkForm):
    """A document that comes back from a workstation. A script of the page sends a large one in pieces behind it."""

    file = forms.FileField(
        label=_("Graded VICS"),
        max_length=200,
        required=False,
        help_text=_("JSON of Project VIC 1.1 to 2.0, without pictures, of any size. Kept until it was read."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )
    file.needed = True  # type: ignore[attr-defined]
    size = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    field_order = ("file", "size", "why", "words")

    def clean(self) -> dict[str, Any]:
        """Refuse a form without a document, and what is too large for one request."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        file = given.get("file")
        if not file and not given.get("size") and "file" not in self.errors:
            self.add_error("file", _("Choose the document that the workstation saved."))
        if file and file.size > LARGEST:
            self.add_error("file", _("The file is larger than 30 MB: only a browser with scripts sends it."))
        return given
