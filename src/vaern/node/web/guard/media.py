"""`media_in`: what bytes are or hold that has no place here. Within a budget of work, whatever they are. Pure."""

from __future__ import annotations

from vaern.node.web.guard import blocks, known, texts
from vaern.node.web.guard.kinds import BINARY, LONG, NESTED, SHORT, as_text, binary_kind, format_of, is_vpdq, kind_of

DEEPEST = 5
"""So many encodings around each other are undone; what is still encoded below is refused."""

SPARE = 200_000
WORK = 5
"""Signs that are looked through at most, for each that came, and beside them once for a request. What needs more is
refused: an honest text needs two or three, what was made to be slow any number."""


def media_in(data: bytes, allowance: Allowance | None = None) -> str:
    """Return what media, or other content without a place here, these bytes are or hold; "" if they are plain text.

    Args:
        data: what came.
        allowance: what is left for pieces of the same request; else the bytes are looked at as a request of their own.
    """
    text = as_text(data)
    if text is None:
        return binary_kind(data)
    try:
        return _Look(allowance or Allowance(), len(data)).at(text, 0)
    except _Spent:
        return NESTED


class _Spent(Exception):
    """A look cost more than it may."""


class Allowance:
    """What the pieces of one request may cost together, beside what each may for its length.

    A thousand fields of a form are one request: if each had the whole of it, their sum would be any length.
    """

    def __init__(self) -> None:
        self.left = SPARE


class _Look:
    """One look, and what it may still cost.

    Args:
        allowance: signs that may be looked through beside those of the piece itself.
        size: bytes of the piece.
    """

    def __init__(self, allowance: Allowance, size: int) -> None:
        self._allowance = allowance
        self._left = WORK * size
        self._seen: set[str] = set()

    def spend(self, signs: int) -> None:
        """Count signs that are about to be looked through.

        Raises:
            _Spent: they are more than are left.
        """
        self._left -= signs
        if self._left < 0:
            self._allowance.left += self._left
            self._left = 0
        if self._allowance.left < 0:
            self._allowance.left = 0  # another piece still has what is due to its length
            raise _Spent

    def at(self, text: str, depth: int) -> str:
        """Look at a text, and at what its encodings hold."""
        text = texts.UNSEEN.sub("", text) if not text.isascii() else text
        if text in self._seen:
            return ""
        self._seen.add(text)
        self.spend(len(text))
        if depth > DEEPEST:
            return NESTED if blocks.ANY_RUN.search(text) else ""
        if found := format_of(text) or next(known.begins(text, self.spend), ""):
            return found
        for source in (texts.undone, blocks.blocks):
            for data, strict in source(text):
                if found := self._inside(data, depth + 1, strict=strict):
                    return found
        return ""

    def _inside(self, data: bytes, depth: int, *, strict: bool) -> str:
        """Look at what an encoding held. `strict`: if it is long and no text, it is refused without being known."""
        if len(data) <= SHORT or is_vpdq(data):
            return ""
        text = as_text(data)
        if text is not None:
            return self.at(text, depth)
        return kind_of(data) or (BINARY if strict and len(data) >= LONG else "")
