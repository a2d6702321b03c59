"""One entry for each MD5 of a VICS document: what a later record of the same file says is added to the first.

Documents of real cases hold one file several times (research: `formats.md`, (a)). Nothing of the later record is
lost: its signals are added, and of two categories the graver one counts (`docs/decisions/0044`). In every scheme of
Project VIC a lower number is graver, and 0 is the least: nobody looked, or not pertinent. What cannot be compared
stays as it was first said. A problem says what the later record brought.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import msgspec

from vaern.formats.draft import MAX_EXTRA, MAX_EXTRA_TEXT, MAX_TEXT, as_text
from vaern.formats.source import Torn
from vaern.formats.spellings import WRITTEN, spellings, without_spellings
from vaern.records import Entry, Signal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.formats.source import Place
    from vaern.records import Problem

WINDOW = 100
"""Entries held back, so that later records of a repeated MD5 can still be added to the first."""

REMEMBERED = 1_000_000
"""MD5 values of which a repetition anywhere in the file is noticed (about 100 MB); of later ones only within
`WINDOW`."""

FILES = "MediaFiles"
FLAGS = {
    "VictimIdentified": "victim_identified",
    "OffenderIdentified": "offender_identified",
    "IsDistributed": "distributed",
}
"""Fields of an entry by the property that says yes or no."""

_NUMBERS = 100  # a field that so many records say differently


class Repeats:
    """Merges the records of one document."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._held: OrderedDict[str, Entry] = OrderedDict()
        self._seen: set[bytes] = set()

    def merge(self, rows: Iterator[Entry | Problem]) -> Iterator[Entry | Problem]:
        """The same entries in the same order; repetitions within `WINDOW` in one, farther ones by themselves."""
        try:
            for row in rows:
                if not isinstance(row, Entry):
                    yield row
                elif row.id in self._held:
                    self._held[row.id], brought = added(self._held[row.id], row)
                    yield self._place.problem(f"MD5 {row.id} stands here again: {brought}")
                elif self._is_new(row.id):
                    self._held[row.id] = row
                    if len(self._held) > WINDOW:
                        yield self._held.popitem(last=False)[1]
                else:
                    yield self._place.problem(f"MD5 {row.id} stood long before; both are entries of their own")
                    yield row
        except Torn:
            yield from self._held.values()
            raise
        yield from self._held.values()

    def _is_new(self, entry_id: str) -> bool:
        try:
            digest = bytes.fromhex(entry_id)
        except ValueError:
            digest = b""
        if len(digest) != 16 or len(entry_id) != 32:  # a record without MD5 has a number of its own
            return True
        if digest in self._seen:
            return False
        if len(self._seen) < REMEMBERED:
            self._seen.add(digest)
        return True


def added(first: Entry, later: Entry) -> tuple[Entry, str]:
    """The first entry with all that the later one says, and in words what that was."""
    signals = [signal for signal in later.signals if signal not in first.signals]
    graver, said = _graver(first, later)
    extra, brought, lost = _extra(first, later, later if graver is first else first)
    _write_spellings(extra, later, signals)
    names = [*dict.fromkeys(signal.kind for signal in signals), *brought]
    parts = [
        f"{', '.join(names)} added to the first" if names else "",
        said,
        f"no room for {', '.join(lost)}, which was left out" if lost else "",
    ]
    entry = msgspec.structs.replace(
        first,
        signals=(*first.signals, *signals),
        classification=graver.classification,
        scheme=graver.scheme,
        source=first.source or later.source,
        series=first.series or later.series,
        extra=extra,
        **{field: _either(getattr(first, field), getattr(later, field)) for field in FLAGS.values()},
    )
    return entry, "; ".join(filter(None, parts)) or "it says nothing new"


def _either(first: bool | None, later: bool | None) -> bool | None:
    """What is known of a flag: yes where one record says so."""
    return later if first is None else first or bool(later)


def _graver(first: Entry, later: Entry) -> tuple[Entry, str]:
    """The one whose category counts, and what to say of it."""
    old, new = first.classification, later.classification
    if new is None or (new, later.scheme) == (old, first.scheme):
        return first, ""
    if old is None:
        return later, f"category {new} taken, the first had none"
    if first.scheme != later.scheme or (gravity := _gravity(new)) is None or (before := _gravity(old)) is None:
        return first, f"category {new} cannot be compared with {old}, which stays"
    if gravity > before:
        return later, f"category {new} taken for {old}, because it is graver"
    return first, f"category {new} not taken, because {old} is graver"


def _gravity(category: str) -> int | None:
    """The more the graver: 1 above 2 above 3 …, and 0 below all; nothing for what is no number."""
    if not (category.isascii() and category.isdigit()) or len(category) > 9:
        return None
    return -int(category) if int(category) else -(10**9)


def _extra(first: Entry, later: Entry, milder: Entry) -> tuple[dict[str, str], list[str], list[str]]:
    """The further values of both, also the category that does not count; what the later one added; what had no room."""
    extra = dict(first.extra)
    size = sum(len(name) + len(text) for name, text in extra.items())
    brought, lost = [], []
    others = without_spellings(later.extra)
    if milder.classification and (first.classification, first.scheme) != (later.classification, later.scheme):
        others["Category"] = f"{milder.scheme} {milder.classification}"
    if first.source and later.source and later.source != first.source:
        others["ContactOrganization"] = later.source
    brought += _marks(first, later, others)
    for name, text in others.items():
        numbered = [name, *(f"{name} ({number})" for number in range(2, _NUMBERS))]
        if name == FILES and (files := _files(first, later)):
            extra[FILES] = files
            brought.append(name)
        elif any(extra.get(each) == text for each in numbered):
            continue
        elif len(extra) >= MAX_EXTRA or size + len(name) + 5 + len(text) > MAX_EXTRA_TEXT:
            lost.append(name)
        elif free := next((each for each in numbered if each not in extra), None):
            extra[free] = text
            size += len(free) + len(text)
            brought.append(name)
        else:
            lost.append(name)
    return extra, brought, lost


def _marks(first: Entry, later: Entry, others: dict[str, str]) -> list[str]:
    """Which of series and flags the later record brought; another series goes to what else it says."""
    brought = ["Series"] if later.series and not first.series else []
    if first.series and later.series and later.series != first.series:
        others["Series"] = later.series
    for name, field in FLAGS.items():
        before = getattr(first, field)
        brought += [name] if _either(before, getattr(later, field)) != before else []
    return brought


def _write_spellings(extra: dict[str, str], later: Entry, signals: list[Signal]) -> None:
    """How the added opaque values were written stands in their order behind those of the first."""
    theirs = spellings(later)
    for signal in signals:
        if spelling := theirs.get(signal):
            name = signal.kind + WRITTEN
            extra[name] = f"{extra[name]},{spelling}" if name in extra else spelling


def _files(first: Entry, later: Entry) -> str:
    """The `MediaFiles` of both as one list; empty where that is longer than one text may be, or one is no list."""
    ours, theirs = _list(first), _list(later)
    if theirs is None or ours is None:
        return ""
    text = as_text([*ours, *(file for file in theirs if file not in ours)])
    return text if len(text) <= MAX_TEXT else ""


def _list(entry: Entry) -> list[Any] | None:
    try:
        files = json.loads(entry.extra.get(FILES, "[]"))
    except (ValueError, RecursionError):  # it was cut, or is nested absurdly
        return None
    return files if isinstance(files, list) else None
