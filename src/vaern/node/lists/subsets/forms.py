"""What people fill in about subsets of lists: by which terms its entries are told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from vaern.node.casework.forms import WorkForm
from vaern.node.lists.rules.subsets import Ground, Selection, choices
from vaern.node.lists.subsets.labels import value_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vaern.node.lists.models import ListSubset
    from vaern.node.lists.rules.subsets import Stands

FIELDS = {Ground.LICENCE: "licences", Ground.BASIS: "bases", Ground.JURISDICTION: "jurisdictions"}
MARK = "="
"""Before each value that can be ticked: a box whose value is empty would say nothing."""


class SubsetForm(WorkForm):
    """Which entries of a list a subset has.

    Args:
        own: how the list stands.
        counted: how many of its entries stand under which terms.
        subset: that is changed; None for a new one.
    """

    title = forms.CharField(label=_("Title"), max_length=100)
    licences = forms.MultipleChoiceField(
        label=_("Entries under these licences"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: whatever their licence is."),
    )
    bases = forms.MultipleChoiceField(
        label=_("Entries held on these legal bases"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: whatever their basis is."),
    )
    jurisdictions = forms.MultipleChoiceField(
        label=_("Entries classified under the law of"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: of whatever country."),
    )
    field_order = ("name", "title", "licences", "bases", "jurisdictions", "why", "words")

    def __init__(
        self,
        *args: Any,
        own: Stands,
        counted: Mapping[Stands, int],
        subset: ListSubset | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for ground, name in FIELDS.items():
            chosen = getattr(subset, name) if subset else ()
            found = choices(ground, own, counted, chosen)
            field = cast("forms.MultipleChoiceField", self.fields[name])
            field.choices = [(MARK + value, _label(value, count)) for value, count in found.items()]
            self.initial.setdefault(name, [MARK + value for value in chosen])
        if subset is not None:
            self.initial.setdefault("title", subset.title)

    @property
    def selection(self) -> Selection:
        """What was ticked."""
        given = (self.cleaned_data[name] for name in FIELDS.values())
        return Selection(*(frozenset(value.removeprefix(MARK) for value in values) for values in given))


def _label(value: str, count: int) -> str:
    said = ngettext("%(value)s: %(n)s entry", "%(value)s: %(n)s entries", count)
    return said % {"value": value_of(value), "n": number_format(count, force_grouping=True)}


class NewSubsetForm(SubsetForm):
    """A new subset, with its name."""

    name = forms.CharField(
        label=_("Short name"),
        max_length=60,
        help_text=_("In addresses and answers, for ever: small letters, figures and hyphens. No list has it."),
    )
