"""Long forms: sections with a list of them at the top.

    class CallForm(SectionedForm):
        SECTIONS = (Section("where", _("Where it is"), ("addresses", "service"), required=True), …)
        WHEN = {"phone": When("answer", "telephone")}

Fields appear when an answer asks for them (`web.conditions`). Without a script everything is visible, and a field says
in its label when it counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext as _

from vaern.node.web.reasons import ReasonForm
from vaern.node.web.tasks import Task, TaskList

if TYPE_CHECKING:
    from django.forms.boundfield import BoundField


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
class Part:
    """A section as a page shows it.

    Attributes:
        section: what it is.
        fields: as a template draws them.
        state: `wrong`, `done` or `open`.
    """

    section: Section
    fields: list[BoundField]
    state: str


class SectionedForm(ReasonForm):
    """A form in sections, which asks why at its end."""

    template_name = "web/fields/sections.html"
    SECTIONS: ClassVar[tuple[Section, ...]] = ()
    TELLS: ClassVar[bool] = True
    """Whether the list says how far each section is: not of settings, which are all there."""

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
        fields = [self[name] for name in section.fields if name in self.fields]
        wrong = self.is_bound and any(field.errors for field in fields)
        filled = any(field.value() not in (None, "", [], field.initial) for field in fields)
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
