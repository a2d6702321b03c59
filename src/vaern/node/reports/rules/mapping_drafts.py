"""Draft a mapping by choices: from a sample and the choices so far to rows of drop-downs and a mapping.

Field names carry the path from the root of the document, so that no choice is lost when the start of a report changes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, get_args

from vaern.formats.local_times import is_zone
from vaern.formats.mapping import TARGETS, Form, Mapping
from vaern.formats.mapping_draft import SLOTS, Choice, Choices, begins, draft_of, fields_of
from vaern.formats.samples import Sample, sample_of
from vaern.formats.trees import Shape, steps_of

if TYPE_CHECKING:
    from collections.abc import Mapping as Given

    from vaern.arrivals import Fault

MOST_ROWS = 150
MOST_WORDS = 20
"""Words of one place for which a meaning is asked; a longer table is written as text."""

USUAL = ("report", "locations", "suspect", "files")
"""Of what most documents speak."""


@dataclass(frozen=True)
class Row:
    """One path of a sample.

    Attributes:
        path: as in `formats.samples.Place.path`.
        key: the path from the root, used in field names.
        examples: values.
        chosen: `slot:field`, or "" to preserve it as text.
        words: if the field accepts fixed values only: each source value, its form field, and its meaning.
        moment: the field is a moment, so `form` and `zone` are asked for.
    """

    path: str
    key: str
    examples: tuple[str, ...]
    chosen: str = ""
    words: tuple[tuple[str, str, str], ...] = ()
    moment: bool = False
    form: str = "iso"
    zone: str = ""


@dataclass(frozen=True)
class Draft:
    """The state of a mapping that is being drafted.

    Attributes:
        shape, sample: the document.
        slots: the slots that it fills.
        rows: the paths of the sample.
        choices: the choices so far.
        starts: for each slot but the report, the chosen start ("" for automatic) and the effective one.
        mapping, faults: the result of the choices.
    """

    shape: Shape
    sample: Sample
    slots: list[str]
    rows: list[Row]
    choices: Choices
    starts: list[tuple[str, str, str]]
    mapping: Mapping
    faults: tuple[Fault, ...] = ()
    begins: list[str] = field(default_factory=list)


def drafted(document: bytes, shape: Shape, given: Given[str, Any], base: Choices | None = None) -> Draft:
    """Return the draft of a mapping.

    Args:
        document: the sample.
        shape: of it.
        given: the choices on the page, by field name; empty at first.
        base: the mapping that is being changed; used until something is chosen.
    """
    at = given.get("at") or (base.at if base else None)
    sample = sample_of(document, shape, at)
    first = "chosen" not in given
    slots = _slots(given, base if first else None)
    before = {one.path: one for one in base.fields} if base else {}
    places = {place.path: place.words for place in sample.places if place.words or not place.inner}
    paths = [*places, *(path for path in before if path not in places)][:MOST_ROWS]
    rows = [_row(path, sample.at, places.get(path, ()), given, slots, before.get(path), first=first) for path in paths]
    inside = [place.path for place in sample.places if not place.path.startswith("/") and place.path != "."]
    inside += [path for path in (base.starts.values() if base else ()) if path not in {".", *inside}]
    starts = (
        dict(base.starts)
        if base and first
        else {slot: given[f"start:{slot}"] for slot in slots if given.get(f"start:{slot}") in {".", *inside}}
    )
    choices = Choices(shape, sample.at, tuple(filter(None, map(_choice, rows))), starts)
    several = frozenset(place.path for place in sample.places if place.several)
    mapping, faults = draft_of(choices, several)
    used = {one.slot for one in choices.fields}
    shown = [
        (slot, starts.get(slot, ""), begins(choices, slot, several) if slot in used else "")
        for slot in slots
        if slot != "report"
    ]
    return Draft(shape, sample, slots, rows, choices, shown, mapping, faults, [".", *inside])


def _slots(given: Given[str, Any], base: Choices | None) -> list[str]:
    if base is not None:
        wanted = {"report", *(one.slot for one in base.fields), *base.starts}
    elif "chosen" in given:
        wanted = {"report", *(slot for slot in SLOTS if given.get(f"slot:{slot}"))}
    else:
        wanted = set(USUAL)
    wanted |= {SLOTS[slot].over for slot in wanted if SLOTS[slot].over}
    return [slot for slot in SLOTS if slot in wanted]


def _row(
    path: str,
    at: str,
    words: tuple[str, ...],
    given: Given[str, Any],
    slots: list[str],
    before: Choice | None,
    *,
    first: bool,
) -> Row:
    key = path[1:] if path.startswith("/") else "/".join(filter(None, ("" if not steps_of(at) else at, path)))
    was = f"{before.slot}:{before.to}" if before else ""
    chosen = was if first else str(given.get(f"to:{key}", ""))
    slot, _sign, to = chosen.partition(":")
    if slot not in slots or to not in fields_of(slot):
        return Row(path, key, words[:3])
    kind = TARGETS[SLOTS[slot].to][to]
    if kind == "moment":
        form, zone = str(given.get(f"form:{key}", "iso")), str(given.get(f"zone:{key}", "")).strip()
        if first and before:
            form, zone = before.form, before.zone
        return Row(path, key, words[:3], chosen, (), True, form if form in get_args(Form) else "iso", zone)
    if kind != "yes" and not isinstance(kind, tuple):
        return Row(path, key, words[:3], chosen)
    known = before.values if before else {}
    table = []
    for word in dict.fromkeys((*known, *words[:MOST_WORDS])):
        name = f"word:{len(key)}:{key}:{word}"
        table.append((word, name, known.get(word, "") if first else str(given.get(name, ""))))
    return Row(path, key, words[:3], chosen, tuple(table))


def _choice(row: Row) -> Choice | None:
    if not row.chosen:
        return None
    slot, _sign, to = row.chosen.partition(":")
    values = {word: meaning for word, _name, meaning in row.words if meaning}
    zone = row.zone if row.moment and is_zone(row.zone) else ""
    return Choice(row.path, slot, to, values, row.form if row.moment else "iso", zone)  # type: ignore[arg-type] # one of them


def odd_zones(draft: Draft) -> list[str]:
    """Return the paths with an invalid time zone."""
    return [row.path for row in draft.rows if row.zone and not is_zone(row.zone)]
