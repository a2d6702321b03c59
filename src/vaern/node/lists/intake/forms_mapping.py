"""What people say of the columns of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.formats import FormatError
from vaern.formats.csv_mappings import CsvMapping
from vaern.node.casework.forms import WorkForm
from vaern.node.lists.intake.labels import HOLDS
from vaern.records import ALL_KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.lists.models import HashList

LARGEST_SAMPLE = 1_000_000
MOST_COLUMNS = 60
CONSTANTS = ("scheme", "source", "jurisdiction", "licence")
ONCE = frozenset(HOLDS) - {"", "ignore", *ALL_KINDS}
"""What one column alone can hold."""


class SampleForm(forms.Form):
    """A table whose columns are to be named."""

    file = forms.FileField(
        label=_("A table of this source"),
        max_length=200,
        help_text=_("Its beginning is enough. It is read in memory, and not kept."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv"}),
    )


class MappingForm(WorkForm):
    """What each column holds, and what holds for every row.

    Args:
        columns: names, each with what it seems to hold.
        hash_list: for which list.
    """

    scheme = forms.CharField(
        label=_("Scheme of the classes"),
        max_length=60,
        required=False,
        help_text=_("Where no column says it: classes of different schemes are never counted together."),
    )
    source = forms.CharField(label=_("Source, for every row"), max_length=200, required=False)
    jurisdiction = forms.RegexField(
        r"^([A-Z]{2})?$", label=_("Classified under the law of, for every row"), max_length=2, required=False
    )
    licence = forms.SlugField(label=_("Licence of use, for every row"), max_length=60, required=False)

    def __init__(self, columns: Sequence[tuple[str, str]], hash_list: HashList, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        saved = hash_list.csv_mapping
        known, always = saved.get("columns", {}), saved.get("constants", {})
        self.names = {name: f"column_{n}" for n, (name, _role) in enumerate(columns)}
        for name, role in columns:
            self.fields[self.names[name]] = forms.ChoiceField(
                label=name,
                required=False,
                choices=list(HOLDS.items()),
                initial=known.get(name, role).partition(":")[0],
            )
        for name in CONSTANTS:
            self.fields[name].initial = always.get(name, "")
        self.order_fields([*self.names.values(), *CONSTANTS, "why", "words"])

    def clean(self) -> dict[str, Any]:
        """Refuse a mapping by which nothing could be read."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        roles = {name: given.get(field, "") for name, field in self.names.items()}
        if not any(role in {*ALL_KINDS, "value"} for role in roles.values()):
            raise forms.ValidationError(
                _("Say of at least one column that it holds hashes, or what else the list holds.")
            )
        for role in ONCE:
            twice = [name for name, said in roles.items() if said == role]
            if len(twice) > 1:
                self.add_error(self.names[twice[1]], _("Another column holds this already."))
        scheme = (given.get("scheme") or "").strip()
        columns = {name: role or "ignore" for name, role in roles.items() if role}
        graded = next((name for name, role in columns.items() if role == "classification"), "")
        if graded and scheme:
            columns[graded] = f"classification:{scheme}"
        constants = {name: given[name].strip() for name in CONSTANTS if (given.get(name) or "").strip()}
        try:
            self.mapping = CsvMapping(columns, constants)
        except FormatError as error:
            raise forms.ValidationError(str(error)) from None
        return given
