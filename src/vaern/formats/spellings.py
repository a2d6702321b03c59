"""How a source wrote the values of an entry whose text is not one: kept in `extra`, so that they go out as they came.

The field `tmk written as` holds, for each signal of that kind and in their order, an encoding of `signals.render`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vaern.records import Entry, Signal

WRITTEN = " written as"
"""Behind a kind of signal: the name of the field."""


def spellings(entry: Entry) -> dict[Signal, str]:
    """The encoding of each signal of which the source's is kept."""
    found: dict[Signal, str] = {}
    for kind in {signal.kind for signal in entry.signals}:
        written = entry.extra.get(kind + WRITTEN, "")
        its = [signal for signal in entry.signals if signal.kind == kind]
        found |= dict(zip(its, written.split(",") if written else [], strict=False))
    return found


def without_spellings(extra: Mapping[str, str]) -> dict[str, str]:
    """What `extra` holds beside spellings."""
    return {name: text for name, text in extra.items() if not name.endswith(WRITTEN)}


def alone(entry: Entry, signal: Signal) -> Entry:
    """The entry with one of its signals, and with the spelling of that one."""
    spelling = spellings(entry).get(signal)
    its = {signal.kind + WRITTEN: spelling} if spelling else {}
    return msgspec.structs.replace(entry, signals=(signal,), extra=without_spellings(entry.extra) | its)
