"""Fields that appear when an answer asks for them, in any form.

    class StatementForm(WorkForm):
        WHEN = {"source": When("nature", "fact")}
        NEEDS = {"source": _("Say where it is from.")}

What is in a field that the answers do not ask for is no answer: it is neither checked nor kept. So it works without
a script too, where every field is visible. A field that is needed where it appears is not called optional.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.forms.boundfield import BoundField

NEEDED = gettext_lazy("Fill this in.")


@dataclass(frozen=True)
class When:
    """Under which answer a field appears.

    Attributes:
        field: the name of the question.
        values: the answers, with spaces between them.
    """

    field: str
    values: str

    def holds(self, answer: object) -> bool:
        """Whether an answer asks for the field."""
        return str(getattr(answer, "value", answer) or "") in self.values.split()


class ConditionalForm(forms.Form):
    """A form of which some fields depend on an answer."""

    WHEN: ClassVar[Mapping[str, When]] = {}
    NEEDS: ClassVar[Collection[str]] = ()
    """Conditional fields that are needed where they appear; with what is said otherwise, if it is a mapping."""

    def __getitem__(self, name: str) -> BoundField:
        """Return a field as a template draws it, which says when it appears."""
        found, when = super().__getitem__(name), self.WHEN.get(name)
        field: Any = found.field
        field.needed = name in self.NEEDS
        field.shown_if = f"{self.add_prefix(when.field)}={when.values}" if when and when.field in self.fields else ""
        return found

    def applies(self, name: str) -> bool:
        """Whether the answers ask for a field; only while or after it is validated."""
        when = self.WHEN.get(name)
        if when is None or when.field not in self.fields:
            return True
        return when.holds(self.cleaned_data.get(when.field)) and self.applies(when.field)

    def clean(self) -> dict[str, Any]:
        """Leave out what the answers do not ask for, and ask for what they need."""
        cleaned = super().clean() or self.cleaned_data
        for name in [one for one in self.WHEN if one in self.fields]:
            if not self.applies(name):
                self.errors.pop(name, None)
                cleaned[name] = _nothing(self.fields[name])
            elif name in self.NEEDS and name not in self.errors and not _is_given(cleaned.get(name)):
                self.add_error(name, str(self.NEEDS[name] if isinstance(self.NEEDS, Mapping) else NEEDED))
        return cleaned


def _nothing(field: forms.Field) -> Any:
    """Return what a field that is not asked for says."""
    if isinstance(field, forms.MultipleChoiceField):
        return []
    return "" if isinstance(field, (forms.CharField, forms.ChoiceField)) else None


def _is_given(value: object) -> bool:
    return bool(value.strip() if isinstance(value, str) else value)
