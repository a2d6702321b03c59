"""What people choose who tell a source what they found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vaern.node.casework.forms import WorkForm
from vaern.node.lists.rules.upward import Shape, UpState
from vaern.node.lists.upward import labels
from vaern.node.lists.upward.actions import Telling
from vaern.node.web.lists import Choice, Filters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.lists.upward.queries import Found
    from vaern.node.lists.upward.reasons import Reasons


class ToldFilters(Filters):
    """What an address asks of what a source was told."""

    state = Choice(UpState)


class TakeOutForm(WorkForm):
    """In which form feedback is downloaded."""

    shape = forms.ChoiceField(
        label=_("As what"),
        choices=[
            (Shape.SIGNED.value, _("JSON, signed with your organisation's key")),
            (Shape.CSV.value, _("A table (CSV), one row a hash")),
        ],
        widget=forms.RadioSelect,
        initial=Shape.SIGNED.value,
    )
    field_order = ("shape", "why", "words")


def _several(label: Any, help_text: Any = "", *, required: bool = False) -> forms.MultipleChoiceField:
    widget = forms.CheckboxSelectMultiple
    return forms.MultipleChoiceField(label=label, help_text=help_text, required=required, widget=widget)


class TellForm(WorkForm):
    """Which opinions go to the source, of which kinds of hashes, and for which of its reasons.

    Args:
        found: what it could be told.
        known: its reasons for a no, by kind of hash.
    """

    negative = _several(_("It is told that these do not belong on the list"))
    positive = _several(_("It is told that these belong on the list"))
    kinds = _several(_("Of which hashes"), _("The source keeps an opinion of each kind of hash apart."), required=True)
    reasons = _several(_("Why not"), _("The source's own reasons. They hold for every no that is chosen."))
    field_order = ("negative", "positive", "kinds", "reasons", "why", "words")

    def __init__(self, found: Sequence[Found], known: Reasons, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        for opinion in ("negative", "positive"):
            choices = [(one.entry.ident, labels.found(one)) for one in found if one.opinion == opinion]
            self._offer(opinion, choices)
        kinds = sorted({kind for one in found for kind in one.kinds})
        self._offer("kinds", [(kind, kind.upper()) for kind in kinds])
        self.fields["kinds"].initial = kinds
        names = dict.fromkeys(name for of_kind in known.values() for name in of_kind)
        self._offer("reasons", [(name, name) for name in names])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices
        if not choices:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Refuse to send nothing."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not given.get("negative") and not given.get("positive"):
            raise forms.ValidationError(_("Choose at least one entry."))
        return given

    @property
    def telling(self) -> Telling:
        """What is told; only after `is_valid()`."""
        given = self.cleaned_data
        opinions = {ident: opinion for opinion in ("negative", "positive") for ident in given.get(opinion, ())}
        return Telling(opinions, given["kinds"], given.get("reasons", ()), self.known)
