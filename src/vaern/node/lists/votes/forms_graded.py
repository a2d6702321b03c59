"""What people say of the categories of a graded document before it becomes votes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.casework.forms import WorkForm
from vaern.node.lists.base.labels import OPINIONS

if TYPE_CHECKING:
    from vaern.node.casework.workstations.models import GradedDocument


class GradesForm(WorkForm):
    """What each category says of the list: that a file belongs on it, that it does not, or nothing.

    Args:
        document: that was read.
    """

    def __init__(self, document: GradedDocument, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = {place: f"category_{n}" for n, place in enumerate(document.graded)}
        for place, name in self.names.items():
            self.fields[name] = forms.ChoiceField(
                label=_("%(category)s: does it belong on this list?") % {"category": document.graded[place].category},
                choices=[("", _("No vote")), *((code, label) for code, (label, _tone) in OPINIONS.items())],
                required=False,
            )
        self.order_fields([*self.names.values(), "why", "words"])

    @property
    def chosen(self) -> dict[str, str]:
        """The opinion that each category stands for, by its place; only after `is_valid()`."""
        given = {str(place): self.cleaned_data[name] for place, name in self.names.items()}
        return {place: opinion for place, opinion in given.items() if opinion}

    def clean(self) -> dict[str, Any]:
        """Refuse a document of which nothing is to be taken, and a no without words."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        opinions = {given.get(name) for name in self.names.values()}
        if not any(opinions):
            raise forms.ValidationError(_("Say of at least one category what it means for this list."))
        if "negative" in opinions and not (given.get("words") or "").strip() and "words" not in self.errors:
            said = _("Say why it does not belong on the list: whoever decides was not there.")
            self.add_error("words", said)
        return given
