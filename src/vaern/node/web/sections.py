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

from django import forms
from django.utils.translation import gettext as _

from vaern.node.web.reasons import ReasonForm
from vaern.node.web.tasks import Live, Task, TaskList

if TYPE_CHECKING:
    from collections.abc import Sequence

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
        state: `wrong`, `done`, `begun` or `open`.
        needs: names, as they are sent, of those without which it is not done.
    """

    section: Section
    fields: list[BoundField]
    state: str
    needs: str


def part_task(key: str, title: object, state: str, *, required: bool = False, tells: bool = True) -> Task:
    """Return the line of a part that stands on the same page, as `part-KEY`; arguments as of `Section` and `Part`."""
    words = {"wrong": _("Look at this again"), "done": _("Filled in"), "begun": _("Begun")}
    left = _("Not yet") if required else _("If you know")
    live = Live(f"part-{key}", words["done"], words["begun"], left)
    return Task(title, f"#{live.part}", state, words.get(state, left) if tells else "", live=live)


class Sectioned(forms.Form):
    """A form in sections."""

    template_name = "web/fields/sections.html"
    SECTIONS: ClassVar[tuple[Section, ...]] = ()
    TELLS: ClassVar[bool] = True
    """Whether the list says how far each section is: not of settings, which are all there."""

    further: Sequence[Task] = ()
    """Parts of the page that are no sections of this form, such as lines of a table; after its own in the list."""

    def __getitem__(self, name: str) -> BoundField:
        """Return a field as a template draws it: not as optional where its section is not done without it."""
        found = super().__getitem__(name)
        if self.is_needed(name):
            found.field.needed = True  # type: ignore[attr-defined]
        return found

    @property
    def sections(self) -> Sequence[Section]:
        """The sections, in their order."""
        return self.SECTIONS

    @property
    def parts(self) -> list[Part]:
        """The sections that ask for something, with their fields and how far each is."""
        return [part for part in map(self._part, self.sections) if part.fields]

    @property
    def tasks(self) -> TaskList:
        """The list of the sections, which says how far each is."""
        found = [
            part_task(one.section.key, one.section.title, one.state, required=one.section.required, tells=self.TELLS)
            for one in self.parts
        ]
        return TaskList(_("Parts of this form"), [*found, *self.further])

    def undivide(self) -> None:
        """Let the form be drawn as one part, without a list."""
        self.template_name = super().template_name

    def is_needed(self, name: str) -> bool:
        """Whether a section is not done without a field."""
        return self.fields[name].required

    def _part(self, section: Section) -> Part:
        fields = [self[name] for name in section.fields if name in self.fields]
        needed = [field for field in fields if self.is_needed(field.name)]
        # What the form suggests by itself is no answer yet; what a record says already is.
        filled = any(_is_given(field) and field.value() != field.field.initial for field in fields)
        state = "open" if not filled else "done" if all(map(_is_given, needed)) else "begun"
        if self.is_bound and any(field.errors for field in fields):
            state = "wrong"
        return Part(section, fields, state, " ".join(field.html_name for field in needed))

    def answers(self) -> list[tuple[object, list[tuple[object, object]]]]:
        """Return what was filled in, with the titles of the sections, for a preview; only after `is_valid()`."""
        found: list[tuple[object, list[tuple[object, object]]]] = []
        for section in self.sections:
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


class SectionedForm(Sectioned, ReasonForm):
    """A form in sections, which asks why at its end."""


def _is_given(field: BoundField) -> bool:
    value = field.value()
    return value is not False and value not in (None, "", [])
