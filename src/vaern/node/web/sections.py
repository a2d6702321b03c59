"""Long forms: sections with a list of them at the top, and fields that appear when an answer asks for them.

    class CallForm(SectionedForm):
        SECTIONS = (Section("where", _("Where it is"), ("addresses", "service"), required=True), …)
        WHEN = {"phone": When("answer", "telephone")}

Without a script everything is visible, and a field says in its label when it counts. What is in a field that the
answers do not ask for is no answer: it is neither checked nor kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.web.reasons import ReasonForm
from vaern.node.web.tasks import Task, TaskList

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.forms.boundfield import BoundField

NEEDED = gettext_lazy("Fill this in.")


@dataclass(frozen=True)
class Section:
    """A part of a long form.

    Attributes:
        key: its anchor.
        title: its heading, and its line in the list.
        fields: names of its fields, in their order.
        hint: a sentence under the heading.
        required: something of it has to be filled in.
    """

    key: str
    title: object
    fields: tuple[str, ...]
    hint: object = ""
    required: bool = False


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
        return str(answer or "") in self.values.split()


@dataclass(frozen=True)
class Part:
    """A section as a page shows it.

    Attributes:
        section: what it is.
        fields: each with when it appears, or None.
        state: `wrong`, `done` or `open`.
    """

    section: Section
    fields: list[tuple[BoundField, When | None]]
    state: str


class SectionedForm(ReasonForm):
    """A form in sections, which asks why at its end."""

    template_name = "web/fields/sections.html"
    SECTIONS: ClassVar[tuple[Section, ...]] = ()
    WHEN: ClassVar[Mapping[str, When]] = {}
    TELLS: ClassVar[bool] = True
    """Whether the list says how far each section is: not of settings, which are all there."""

    NEEDS: ClassVar[tuple[str, ...]] = ()
    """Conditional fields that are needed where they appear."""

    def applies(self, name: str) -> bool:
        """Whether the answers ask for a field; only while or after it is validated."""
        when = self.WHEN.get(name)
        return when is None or (when.holds(self.cleaned_data.get(when.field)) and self.applies(when.field))

    def clean(self) -> dict[str, Any]:
        """Leave out what the answers do not ask for, and ask for what they need."""
        cleaned = super().clean()
        for name in self.WHEN:
            if not self.applies(name):
                self.errors.pop(name, None)
                cleaned[name] = [] if isinstance(self.fields[name], forms.MultipleChoiceField) else ""
            elif name in self.NEEDS and name not in self.errors and not cleaned.get(name):
                self.add_error(name, str(NEEDED))
        return cleaned

    @property
    def parts(self) -> list[Part]:
        """The sections with their fields and how far each is."""
        return [self._part(section) for section in self.SECTIONS]

    @property
    def tasks(self) -> TaskList:
        """The list of the sections, which says how far each is."""
        words = {"wrong": _("Look at this again"), "done": _("Filled in")}
        found = []
        for part in self.parts:
            left = _("Not yet") if part.section.required else _("If you know")
            here = f"part-{part.section.key}"
            told = words.get(part.state, left) if self.TELLS else ""
            found.append(Task(part.section.title, f"#{here}", part.state, told, live=(here, words["done"], left)))
        return TaskList(_("Parts of this form"), found)

    def _part(self, section: Section) -> Part:
        fields = [(self[name], self.WHEN.get(name)) for name in section.fields]
        wrong = self.is_bound and any(field.errors for field, _when in fields)
        filled = any(field.value() not in (None, "", [], field.initial) for field, _when in fields)
        return Part(section, fields, "wrong" if wrong else "done" if filled else "open")

    def shown(self) -> list[tuple[object, list[tuple[object, object]]]]:
        """Return what was filled in, with the titles of the sections, for a preview; only after `is_valid()`."""
        found: list[tuple[object, list[tuple[object, object]]]] = []
        for section in self.SECTIONS:
            given = [name for name in section.fields if self.cleaned_data.get(name)]
            if given:
                found.append((section.title, [(self.fields[name].label, self._said(name)) for name in given]))
        return found

    def _said(self, name: str) -> object:
        value: Any = self.cleaned_data[name]
        choices: dict[Any, Any] = dict(getattr(self.fields[name], "choices", ()))
        if isinstance(value, list):
            return ", ".join(str(choices.get(one, one)) for one in value)
        return choices.get(value, value)
