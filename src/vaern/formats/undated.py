"""Entries of feeds that do not say when they were changed: of two that differ, nobody knows which is the later one."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from vaern.records import Entry

MOST = 200_000
"""Entries that are remembered: feeds say when they changed an entry, so that one is enough that does not."""


class Undated:
    """What pages of one feed gave without a time of change, by id: what they said, and where."""

    def __init__(self) -> None:
        self._seen: dict[bytes, tuple[bytes, str, int]] = {}

    def again(self, entry: Entry, file: str, line: int) -> str:
        """Return what is wrong where another version of the entry was given before; else "", and remember it.

        A recall withdraws what stands before it, and the same once more is the same.
        """
        key = _short(entry.id.encode())
        if entry.recalled:
            self._seen.pop(key, None)
            return ""
        if entry.updated and key not in self._seen:
            return ""
        said = _short(msgspec.json.encode(entry))
        before = self._seen.get(key)
        if before is None:
            if len(self._seen) < MOST:
                self._seen[key] = said, file, line
            return ""
        if before[0] == said:
            return ""
        where = f"line {before[2]}" if before[1] == file else f"line {before[2]} of {before[1]}"
        return (
            f"another version of this entry is in {where}, and no time of change says which is the later one; both "
            "count. Ask the source, or leave the outdated one out"
        )


def _short(data: bytes) -> bytes:
    return blake2b(data, digest_size=16).digest()
