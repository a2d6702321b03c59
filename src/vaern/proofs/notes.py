"""A signed note taken apart, and which of some known keys signed it. Pure.

C2SP signed-note at 5ba5ee8, read on 2026-11-30: signatures of unknown keys are ignored; where name and ID are those of
a known key, the signature must hold, or nothing of the note counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vaern.proofs.checkpoints import CheckpointError, signature_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.proofs.note_keys import NoteKey

MOST_SIGNATURES = 64
"""In one note; C2SP asks for at least 16."""

CONTROL = re.compile("[\0-\x09\x0b-\x1f]")
"""What a note must not hold: ASCII control characters other than the line feed."""


@dataclass(frozen=True)
class Line:
    """A signature line.

    Attributes:
        name: of the key.
        id: the four bytes of its ID.
        signature: what follows them.
        text: the line, with its line feed.
    """

    name: str
    id: bytes
    signature: bytes
    text: str

    def is_of(self, key: NoteKey) -> bool:
        """Whether name and ID are those of a key, so that the signature must be too."""
        return self.name == key.name and self.id == key.id


@dataclass(frozen=True)
class SignedNote:
    """A note.

    Attributes:
        text: what is signed, with its last line feed.
        lines: of the signatures.
    """

    text: str
    lines: tuple[Line, ...]

    @classmethod
    def parse(cls, note: str) -> SignedNote:
        """Take a note apart.

        Raises:
            CheckpointError: it is no signed note.
        """
        text, gap, signed = note.rpartition("\n\n")
        if not gap or not signed.endswith("\n"):
            raise CheckpointError("this is no signed note: a text, an empty line, and a line for each signature")
        if CONTROL.search(note):
            raise CheckpointError("a signed note holds no control character but the line feed")
        return cls(f"{text}\n", lines_of(signed))

    def signed_by(self, keys: Iterable[NoteKey]) -> dict[NoteKey, int]:
        """Return which of some keys signed, and when: seconds since 1970, 0 where no time is said.

        Raises:
            CheckpointError: a line that names one of the keys does not hold.
        """
        found: dict[NoteKey, int] = {}
        for key in keys:
            for line in self.lines:
                if line.is_of(key):
                    at = key.signed_at(self.text, line.signature)
                    found.setdefault(key, at)
        return found

    def line_of(self, key: NoteKey) -> str:
        """Return the first signature line of a key, "" where there is none."""
        return next((line.text for line in self.lines if line.is_of(key)), "")


def lines_of(signed: str) -> tuple[Line, ...]:
    """Take signature lines apart: of a note, or of a witness's answer.

    Raises:
        CheckpointError: one is damaged, or there are none or too many.
    """
    lines = signed.removesuffix("\n").split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise CheckpointError(f"there are more than {MOST_SIGNATURES} signatures")
    found = []
    for line in lines:
        name, data = signature_of(line)
        found.append(Line(name, data[:4], data[4:], f"{line}\n"))
    return tuple(found)
