"""What a document could not hold of the entries that it was made of: counted, with the reason, and never invented."""

from __future__ import annotations

from collections import Counter


class Left:
    """Counts of one document.

    Attributes:
        written: entries in it.
        entries: entries that are not in it, by reason.
        fields: fields and signals that it has no place for, by name.
    """

    def __init__(self) -> None:
        self.written = 0
        self.entries: Counter[str] = Counter()
        self.fields: Counter[str] = Counter()

    def entry(self, reason: str) -> None:
        """One entry is left out."""
        self.entries[reason] += 1

    def field(self, name: str, value: object = True) -> None:
        """One field of an entry is left out, if it says anything."""
        if value not in (None, "", (), {}, False):
            self.fields[name] += 1
