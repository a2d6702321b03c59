"""Reports out of another system's JSON, XML or CSV, by a mapping (`formats.mapping`).

Nothing is guessed: a value that no table names, a moment without a zone, a second value where one may be are told, with
their place, and are kept as text in `unknown`, as is every part that the mapping does not name. What stands around the
reports of a document is kept in each of them, with a path from the root.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from vaern.arrivals import Account, Arrival, External, Fault, File, IpEvent, Location, Read
from vaern.faults import Said, say
from vaern.formats.leaves import MAX_LEAVES, MAX_TEXT, is_data
from vaern.formats.mapped_values import NotTaken, value_of
from vaern.formats.mapping import NEEDED, SEVERAL, TARGETS
from vaern.formats.trees import Part, Root, document_of, found, path_of, steps_of, trees, walk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from vaern.formats.mapping import Field, Group, Kind, Mapping

MAX_REPORTS = 10_000
"""Reports of one document."""
MAX_AROUND = 100
"""Parts around the reports that are kept with each."""
MAX_AROUND_TEXT = 20_000
"""Characters of them in all, where a document has several reports: each of these keeps them."""
MAX_SHARED_TEXT = 2_000
"""Characters of a value that stands around several reports and is of each of them."""
MAX_TAKEN = 100
"""Values of one field that are looked at, in one of its group."""
MAX_MADE = 5_000
"""Places, accounts, files and addresses of one report."""
MAX_FAULTS = 500
"""Faults of one report that are told."""

_MADE: dict[str, Any] = {
    "identifiers": External,
    "locations": Location,
    "location": Location,
    "accounts": Account,
    "files": File,
    "ip_events": IpEvent,
}


def read(data: bytes, mapping: Mapping, *, now: datetime, most: int = MAX_REPORTS) -> list[Read]:
    """Reads a document; never raises on any bytes.

    Args:
        data: the document.
        mapping: without faults (`mapping.faults_of`).
        now: with zone; what lies after it is in the future.
        most: reports that are read.

    Returns:
        One `Read` a report or a line that has none, never none at all. `line` is the line of a document of lines, else
        the report's number from 1 if there are several; `part` is then what the document says of that one.
    """
    reads: list[Read] = []
    for root in trees(data, mapping.shape):
        reads += _of_root(root, mapping, now, most)
        if len(reads) > most:
            del reads[most:]
            said = say("more_reports", most=most)
            reads.append(Read(None, (Fault(root.place(""), said),), root.line))
            break
    if not reads:
        return [Read(None, (Fault("", say("no_line")),))]
    if len(reads) == 1:
        return [msgspec.structs.replace(reads[0], part=b"")]
    if mapping.shape in {"jsonl", "csv"}:
        return reads
    return [msgspec.structs.replace(one, line=number) for number, one in enumerate(reads, 1)]


def _of_root(root: Root, mapping: Mapping, now: datetime, most: int) -> list[Read]:
    if root.part is None:
        return [Read(None, root.faults, root.line)]
    tops = list(islice(found(root.part, steps_of(mapping.report.at)), most + 1))
    if not tops:
        said = say("no_report_at", path=mapping.report.at)
        return [Read(None, (*root.faults, Fault(root.place(""), said)), root.line)]
    shared = _Shared(len(tops) > 1)
    reports = [_Report(root, top, now, shared) for top in tops]
    made = [one.arrival(mapping.report) for one in reports]
    taken = {part for one in reports for part in one.taken}
    around = list(_around(root.part, set(tops), taken))
    of_several = len(tops) > 1 or bool(root.line or root.start)
    return [
        one.read(each, around, root.faults if number == 0 else (), document_of(root, one.top) if of_several else b"")
        for number, (one, each) in enumerate(zip(reports, made, strict=True))
    ]


def _around(top: Part, inside: set[Part], taken: set[Part]) -> Iterator[Part]:
    waiting = [top]
    while waiting:
        here = waiting.pop()
        if here not in inside:
            if here.says and here not in taken:
                yield here
            waiting.extend(reversed(here.below))


@dataclass
class _Shared:
    """What the reports of one tree share while it is read.

    Attributes:
        several: there are several of them.
        found: to which parts a path from the root leads.
    """

    several: bool
    found: dict[str, list[Part]] = dataclass_field(default_factory=dict)


class _Report:
    """One report of a document while it is read.

    Attributes:
        top: where it begins.
        taken: parts that became a value.
    """

    def __init__(self, root: Root, top: Part, now: datetime, shared: _Shared) -> None:
        self.top = top
        self.taken: set[Part] = set()
        self._root, self._now, self._shared = root, now, shared
        self._made = 0
        self._faults: dict[Fault, None] = {}
        self._more = 0

    def arrival(self, group: Group) -> Arrival:
        """What the mapping finds, without what it does not name."""
        values, _said, took = self._values(group, self.top)
        self.taken |= took
        return Arrival("mapped", **values)

    def read(self, arrival: Arrival, around: list[Part], faults: tuple[Fault, ...], document: bytes) -> Read:
        """The report with all that nothing took."""
        rest = (one for one in walk(self.top) if one.says and one not in self.taken)
        kept = [*self._kept(rest, self.top, "", MAX_LEAVES), *self._kept(iter(around), None, "/", MAX_AROUND)]
        told = list(dict.fromkeys((*faults, *self._faults)))
        more = self._more + max(0, len(told) - MAX_FAULTS)
        if more:
            told = [*told[:MAX_FAULTS], Fault("", say("more_faults", n=more), fatal=False)]
        fields = {name: getattr(arrival, name) for name in arrival.__struct_fields__}
        made = Arrival(**fields | {"unknown": tuple(kept)})
        return Read(made, tuple(told), self._root.line, document)

    def _kept(self, parts: Iterator[Part], above: Part | None, start: str, most: int) -> Iterator[tuple[str, str]]:
        room = MAX_AROUND_TEXT if above is None and self._shared.several else None
        for one in islice(parts, most):
            if room is not None and (room := room - len(one.text)) < 0:
                parts = iter([one])  # it and what is left are told below
                break
            if is_data(one.text):
                self._fault(one, say("encoded_file"))
                continue
            if len(one.text) > MAX_TEXT:
                self._fault(one, say("no_text", most=MAX_TEXT))
            yield f"{start}{path_of(one, above)}", one.text[:MAX_TEXT]
        if next(parts, None) is not None:
            self._fault(self.top, say("parts_left", most=most))

    def _fault(self, part: Part, said: Said) -> None:
        told = Fault(self._root.place(path_of(part)), said, fatal=False)
        if told not in self._faults and len(self._faults) == MAX_FAULTS:
            self._more += 1
        else:
            self._faults[told] = None

    def _values(self, group: Group, part: Part) -> tuple[dict[str, Any], bool, set[Part]]:
        """The values of one of a group, whether the document said any of them, and the parts that they came from."""
        found_: dict[str, Any] = {}
        took: set[Part] = set()
        for field in group.fields:
            if field.path:
                self._take(field, TARGETS[group.to][field.to], part, found_, took)
        for one in group.groups:
            made = tuple(self._group(one, part, took))
            if one.to == "location" and made:
                found_[one.to] = made[0]
            elif made:
                found_[one.to] = (*found_.get(one.to, ()), *made)
        said = bool(found_)
        for field in group.fields:
            if field.value:
                kind = TARGETS[group.to][field.to]
                self._put(found_, field, kind, value_of(field.value, field, kind, self._now)[0])
        return found_, said, took

    def _group(self, group: Group, part: Part, took: set[Part]) -> Iterator[Any]:
        needed = NEEDED.get(group.to, ())
        for number, one in enumerate(found(part, steps_of(group.at))):
            if group.to == "location" and number:
                self._fault(one, say("first_taken"))
                return
            if self._made == MAX_MADE:
                self._fault(self.top, say("more_made", most=MAX_MADE))
                return
            self._made += 1
            values, said, parts = self._values(group, one)
            if said and (missing := [name for name in needed if name not in values]):
                self._fault(one, say("needs_value", name=missing[0]))
            elif said:
                took |= parts
                yield _MADE[group.to](**values)

    def _take(
        self, field: Field, kind: Kind | tuple[str, ...], part: Part, values: dict[str, Any], took: set[Part]
    ) -> None:
        """Take the values of one field."""
        parts = self._at(field, part)
        if len(parts) > MAX_TAKEN:
            self._fault(parts[MAX_TAKEN], say("more_values", most=MAX_TAKEN))
        for one in parts[:MAX_TAKEN]:
            if not one.says:
                self._fault(one, say("only_text"))
            elif not one.text:
                took.add(one)
            elif kind not in SEVERAL and field.to in values:
                self._fault(one, say("first_taken"))
            elif kind != "digest" and is_data(one.text):
                took.add(one)
                self._fault(one, say("encoded_file"))
            elif field.path.startswith("/") and self._shared.several and len(one.text) > MAX_SHARED_TEXT:
                self._fault(one, say("no_text", most=MAX_SHARED_TEXT))
            else:
                self._value(field, kind, one, values, took)

    def _at(self, field: Field, part: Part) -> list[Part]:
        """The parts to which the path of a field leads."""
        if not field.path.startswith("/"):
            return found(part, steps_of(field.path))
        if field.path not in self._shared.found:
            assert self._root.part is not None  # a tree without a root is no report
            self._shared.found[field.path] = found(self._root.part, steps_of(field.path))
        return self._shared.found[field.path]

    def _value(
        self, field: Field, kind: Kind | tuple[str, ...], part: Part, values: dict[str, Any], took: set[Part]
    ) -> None:
        if kind == "words" and len(values.get(field.to, "")) + len(part.text) > MAX_TEXT:
            self._fault(part, say("no_text", most=MAX_TEXT))
            return
        try:
            value, odd = value_of(part.text, field, kind, self._now)
        except NotTaken as refusal:
            self._fault(part, refusal.what)
            return
        if odd is not None:
            self._fault(part, odd)
        took.add(part)
        self._put(values, field, kind, value)

    def _put(self, values: dict[str, Any], field: Field, kind: Kind | tuple[str, ...], value: Any) -> None:
        if kind == "digest":
            values["signals"] = (*values.get("signals", ()), value)
        elif kind == "many":
            values[field.to] = (*values.get(field.to, ()), value)
        elif kind == "words" and field.to in values:
            values[field.to] = f"{values[field.to]}\n\n{value}"
        else:
            values[field.to] = value
