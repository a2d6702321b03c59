"""What people say of the categories of a graded document before it becomes votes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.casework.forms import WorkForm
from vaern.node.lists.base.labels import OPINIONS
from vaern.node.lists.votes.actions import Ballot

if TYPE_CHECKING:
    from vaern.node.casework.workstations.graded import Graded


class GradesForm(WorkForm):
    """What each category says of the list: that a file belongs on it, that it does not, or nothing.

    Args:
        graded: the document that was read.
    """

    def __init__(self, graded: Graded, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.graded = graded
        used = {at for _key, at in graded.media}
        categories = [one for place, one in enumerate(graded.categories) if one.grades and place in used]
        self.names = {category: f"category_{n}" for n, category in enumerate(categories)}
        for category, name in self.names.items():
            self.fields[name] = forms.ChoiceField(
                label=_("%(category)s: does it belong on this list?") % {"category": category},
                choices=[("", _("No vote")), *((code, label) for code, (label, _tone) in OPINIONS.items())],
                required=False,
            )
        self.order_fields([*self.names.values(), "why", "words"])

    @property
    def ballots(self) -> dict[str, Ballot]:
        """The votes, by the ids of entries; only after `is_valid()`."""
        found = {}
        for category, name in self.names.items():
            if opinion := self.cleaned_data[name]:
                ballot = Ballot(opinion, "independent", category.scheme, category.value)
                found.update(dict.fromkeys(self.graded.of(category), ballot))
        return found

    def clean(self) -> dict[str, Any]:
        """Refuse a document of which nothing is to be taken."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not any(given.get(name) for name in self.names.values()):
            raise forms.ValidationError(_("Say of at least one category what it means for this list."))
        return given
