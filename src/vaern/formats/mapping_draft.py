"""A mapping made of choices: of each path of a sample, of what it is which field. And the choices back out of it.

What the choices cannot say (a constant, two groups of one kind) is written as text; `choices_of` then answers None.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import msgspec

from vaern.arrivals import Fault, NumberSystem, Role
from vaern.faults import say
from vaern.formats.mapping import NEEDED, TARGETS, Field, Form, Group, Mapping, Subject
from vaern.formats.trees import Shape, steps_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


ROLES: tuple[Role, ...] = get_args(Role)
SYSTEMS: tuple[NumberSystem, ...] = get_args(NumberSystem)


class Slot(msgspec.Struct, frozen=True):
    """One kind of thing that choices can make.

    Attributes:
        to: the group of a mapping.
        over: the slot in which it stands; "" in the report.
        fixed: a field that is the same for all of the slot, and what it says: the role of an account, the system of an
            external identifier.
    """

    to: Subject
    over: str = ""
    fixed: tuple[str, str] = ("", "")


SLOTS: dict[str, Slot] = {
    "report": Slot("report"),
    **{f"identifiers.{system}": Slot("identifiers", fixed=("system", system)) for system in SYSTEMS},
    "identifiers": Slot("identifiers"),
    "locations": Slot("locations"),
    **{role: Slot("accounts", fixed=("role", role)) for role in ROLES},
    "accounts": Slot("accounts"),
    "files": Slot("files"),
    "files.location": Slot("location", "files"),
    **{f"{over}.ip_events": Slot("ip_events", over) for over in (*ROLES, "accounts", "files")},
}
"""In the order in which their groups stand."""


class Choice(msgspec.Struct, frozen=True):
    """What one path of a sample is.

    Attributes:
        path: from where a report begins, or with `/` from the root.
        slot: of what, of `SLOTS`.
        to: which field of it.
        values, form, zone: as of `mapping.Field`.
    """

    path: str
    slot: str
    to: str
    values: dict[str, str] = {}
    form: Form = "iso"
    zone: str = ""


class Choices(msgspec.Struct, frozen=True):
    """All choices.

    Attributes:
        shape, at: of the documents, and where one report begins.
        fields: what each path is.
        starts: where each thing of a slot begins, from where a report does; a slot that is not named begins where its
            fields have their nearest place in common.
    """

    shape: Shape
    at: str
    fields: tuple[Choice, ...] = ()
    starts: dict[str, str] = {}


def fields_of(slot: str) -> tuple[str, ...]:
    """The fields that a slot has, but the one that the slot itself says."""
    one = SLOTS[slot]
    return tuple(to for to in TARGETS[one.to] if to != one.fixed[0])


def begins(choices: Choices, slot: str, several: frozenset[str] = frozenset()) -> str:
    """Where each thing of a slot begins, from where a report does.

    Args:
        choices: all of them.
        slot: of `SLOTS`.
        several: paths that stand more than once in one part: a slot with no other field begins there.
    """
    if slot in choices.starts:
        return choices.starts[slot]
    inside = {slot, *(name for name, one in SLOTS.items() if one.over == slot)}
    paths = [one.path for one in choices.fields if one.slot in inside and not one.path.startswith("/")]
    if len(set(paths)) == 1 and paths[0] in several:
        return paths[0]
    ways = [path.split("/")[:-1] for path in paths if path != "."] or [[]]
    common: list[str] = []
    for steps in zip(*ways, strict=False):
        if len(set(steps)) > 1:
            break
        common.append(steps[0])
    return "/".join(common) or "."


def draft_of(choices: Choices, several: frozenset[str] = frozenset()) -> tuple[Mapping, tuple[Fault, ...]]:
    """The mapping that choices make, and what of them cannot be; such a field is not in it.

    Args:
        choices: all of them.
        several: as of `begins`.
    """
    made = _Made(choices, several)
    return Mapping(choices.shape, made.group("report", ".", choices.at)), tuple(made.faults)


class _Made:
    """A mapping while it is made of choices."""

    def __init__(self, choices: Choices, several: frozenset[str]) -> None:
        self.faults: list[Fault] = []
        self._choices, self._several = choices, several

    def group(self, slot: str, start: str, at: str) -> Group:
        """The group of a slot that begins at `start`, which is `at` from the group around it."""
        one = SLOTS[slot]
        to, value = one.fixed
        fields = [Field(to, value=value)] if to else []
        fields += self._fields(slot, start)
        groups = [
            self._inner(name, start)
            for name, inner in SLOTS.items()
            if inner.over == (slot if slot != "report" else "") and name != "report"
        ]
        return Group(one.to, at, tuple(fields), tuple(filter(None, groups)))

    def _fields(self, slot: str, start: str) -> Iterator[Field]:
        for each in self._choices.fields:
            if each.slot != slot:
                continue
            path = each.path if each.path.startswith("/") else _below(each.path, start)
            if path is None:
                self.faults.append(Fault(each.path, say("outside", place=start)))
            else:
                yield Field(each.to, path, values=each.values, form=each.form, zone=each.zone)

    def _inner(self, slot: str, over: str) -> Group | None:
        inside = {slot, *(name for name, one in SLOTS.items() if one.over == slot)}
        if not any(one.slot in inside for one in self._choices.fields):
            return None
        start = begins(self._choices, slot, self._several)
        at = _below(start, over)
        if at is None:
            self.faults.append(Fault(start, say("outside", place=over)))
            return None
        group = self.group(slot, start, at)
        if not group.groups and not any(field.path for field in group.fields):
            return None  # of all that was to be in it a fault tells
        has = {field.to for field in group.fields}
        if missing := [name for name in NEEDED.get(group.to, ()) if name not in has]:
            self.faults.append(Fault(start, say("needs_field", name=missing[0])))
            return None
        return group


def _below(path: str, start: str) -> str | None:
    """A path from where another one leads; None if it stands elsewhere."""
    if start == ".":
        return path
    if path == start:
        return "."
    return path.removeprefix(f"{start}/") if path.startswith(f"{start}/") else None


def choices_of(mapping: Mapping) -> Choices | None:
    """The choices that make this mapping; None if it says what choices cannot."""
    found = _Found()
    if not found.group(mapping.report, "report", "."):
        return None
    choices = Choices(mapping.shape, mapping.report.at, tuple(found.fields), found.starts)
    return choices if draft_of(choices) == (mapping, ()) else None


class _Found:
    """Choices while they are taken out of a mapping."""

    def __init__(self) -> None:
        self.fields: list[Choice] = []
        self.starts: dict[str, str] = {}

    def group(self, group: Group, slot: str, start: str) -> bool:
        """Whether a group, and all in it, is what choices can say."""
        for field in group.fields:
            if field.value:
                if (field.to, field.value) != SLOTS[slot].fixed:
                    return False
            else:
                path = field.path if field.path.startswith("/") else _joined(start, field.path)
                self.fields.append(Choice(path, slot, field.to, field.values, field.form, field.zone))
        return all(self._inner(one, slot, start) for one in group.groups)

    def _inner(self, group: Group, over: str, start: str) -> bool:
        slot = _slot_of(group, "" if over == "report" else over)
        if not slot or slot in self.starts:
            return False
        self.starts[slot] = _joined(start, group.at)
        return self.group(group, slot, self.starts[slot])


def _joined(start: str, path: str) -> str:
    return (
        "/".join([*(start.split("/") if steps_of(start) else []), *(path.split("/") if steps_of(path) else [])]) or "."
    )


def _slot_of(group: Group, over: str) -> str:
    fixed = next(((field.to, field.value) for field in group.fields if field.value), ("", ""))
    fitting: Sequence[str] = [
        name for name, one in SLOTS.items() if (one.to, one.over, one.fixed) == (group.to, over, fixed)
    ]
    return fitting[0] if fitting else ""
