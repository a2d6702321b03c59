"""Reports out of another system's JSON, XML or CSV, by a mapping (`formats.mapping`).

Nothing is guessed: a value that no table names, a moment without a zone, a second value where one may be are told, with
their place, and are kept as text in `unknown`, as is every part that the mapping does not name. What stands around the
reports of a document is kept in each of them, with a path from the root.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from vaern.arrivals import Account, Arrival, Fault, File, IpEvent, Location, Read
from vaern.faults import Said, say
from vaern.formats.leaves import MAX_LEAVES, MAX_TEXT, is_data
from vaern.formats.mapped_values import NotTaken, value_of
from vaern.formats.mapping import NEEDED, SEVERAL, TARGETS
from vaern.formats.trees import Part, Root, found, path_of, steps_of, trees, walk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from vaern.formats.mapping import Field, Group, Kind, Mapping

MAX_REPORTS = 10_000
"""Reports of one document."""
MAX_AROUND = 100
"""Parts around the reports that are kept with each."""
MAX_FAULTS = 500
"""Faults of one report that are told."""

_MADE: dict[str, Any] = {
    "locations": Location, "location": Location, "accounts": Account, "files": File, "ip_events": IpEvent,
}  # fmt: skip


def read(data: bytes, mapping: Mapping, *, now: datetime) -> list[Read]:
    """Reads a document; never raises on any bytes.

    Args:
        data: the document.
        mapping: without faults (`mapping.faults_of`).
        now: with zone; what lies after it is in the future.

    Returns:
        One `Read` a report or a line that has none, never none at all. `line` is the line of a document of lines, else
        the report's number from 1 if there are several.
    """
    reads: list[Read] = []
    for root in trees(data, mapping.shape):
        reads += _of_root(root, mapping, now)
        if len(reads) > MAX_REPORTS:
            del reads[MAX_REPORTS:]
            said = say("more_reports", most=MAX_REPORTS)
            reads.append(Read(None, (Fault(root.place(""), said),), root.line))
            break
    if not reads:
        return [Read(None, (Fault("", say("no_line")),))]
    if len(reads) == 1 or mapping.shape in {"jsonl", "csv"}:
        return reads
    return [Read(one.arrival, one.faults, number) for number, one in enumerate(reads, 1)]


def _of_root(root: Root, mapping: Mapping, now: datetime) -> list[Read]:
    if root.part is None:
        return [Read(None, root.faults, root.line)]
    tops = list(islice(found(root.part, steps_of(mapping.report.at)), MAX_REPORTS + 1))
    if not tops:
        said = say("no_report_at", path=mapping.report.at)
        return [Read(None, (*root.faults, Fault(root.place(""), said)), root.line)]
    reports = [_Report(root, top, now) for top in tops]
    made = [one.arrival(mapping.report) for one in reports]
    taken = {part for one in reports for part in one.taken}
    around = list(_around(root.part, set(tops), taken))
    return [
        one.read(each, around, root.faults if number == 0 else ())
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


class _Report:
    """One report of a document while it is read.

    Attributes:
        taken: parts that became a value.
    """

    def __init__(self, root: Root, top: Part, now: datetime) -> None:
        self.taken: set[Part] = set()
        self._root, self._top, self._now = root, top, now
        self._faults: list[Fault] = []

    def arrival(self, group: Group) -> Arrival:
        """What the mapping finds, without what it does not name."""
        values, _said, took = self._values(group, self._top)
        self.taken |= took
        return Arrival("mapped", **values)

    def read(self, arrival: Arrival, around: list[Part], faults: tuple[Fault, ...]) -> Read:
        """The report with all that nothing took."""
        rest = (one for one in walk(self._top) if one.says and one not in self.taken)
        kept = [*self._kept(rest, self._top, "", MAX_LEAVES), *self._kept(iter(around), None, "/", MAX_AROUND)]
        told = list(dict.fromkeys((*faults, *self._faults)))
        if len(told) > MAX_FAULTS:
            more = Fault("", say("more_faults", n=len(told) - MAX_FAULTS), fatal=False)
            told = [*told[:MAX_FAULTS], more]
        fields = {name: getattr(arrival, name) for name in arrival.__struct_fields__}
        return Read(Arrival(**fields | {"unknown": tuple(kept)}), tuple(told), self._root.line)

    def _kept(self, parts: Iterator[Part], above: Part | None, start: str, most: int) -> Iterator[tuple[str, str]]:
        for one in islice(parts, most):
            if is_data(one.text):
                self._fault(one, say("encoded_file"))
                continue
            if len(one.text) > MAX_TEXT:
                self._fault(one, say("no_text", most=MAX_TEXT))
            yield f"{start}{path_of(one, above)}", one.text[:MAX_TEXT]
        if next(parts, None) is not None:
            self._faults.append(Fault(self._root.place(path_of(self._top)), say("parts_left", most=most), fatal=False))

    def _fault(self, part: Part, said: Said) -> None:
        self._faults.append(Fault(self._root.place(path_of(part)), said, fatal=False))

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
        needed = NEEDED.get(group.to, "")
        for number, one in enumerate(found(part, steps_of(group.at))):
            if group.to == "location" and number:
                self._fault(one, say("first_taken"))
                return
            values, said, parts = self._values(group, one)
            if said and needed and needed not in values:
                self._fault(one, say("needs_value", name=needed))
            elif said:
                took |= parts
                yield _MADE[group.to](**values)

    def _take(
        self, field: Field, kind: Kind | tuple[str, ...], part: Part, values: dict[str, Any], took: set[Part]
    ) -> None:
        """Take the values of one field."""
        start = self._root.part if field.path.startswith("/") else part
        assert start is not None  # a tree without a root is no report
        for one in found(start, steps_of(field.path)):
            if not one.says:
                self._fault(one, say("only_text"))
            elif not one.text:
                took.add(one)
            elif kind not in SEVERAL and field.to in values:
                self._fault(one, say("first_taken"))
            elif kind != "digest" and is_data(one.text):
                took.add(one)
                self._fault(one, say("encoded_file"))
            else:
                self._value(field, kind, one, values, took)

    def _value(
        self, field: Field, kind: Kind | tuple[str, ...], part: Part, values: dict[str, Any], took: set[Part]
    ) -> None:
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
