"""`media_in`: finds disallowed content in bytes, within a fixed budget of work. Pure."""

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
    """Return the media or other disallowed content that bytes are or contain; "" for plain text.

    Args:
        data: the bytes received.
        allowance: the remaining budget shared by pieces of one request; without it the bytes get a budget of their own.
    """
    text = as_text(data)
    if text is None:
        return binary_kind(data)
    try:
        return _Look(allowance or Allowance(), len(data)).at(text, 0)
    except _Spent:
        return NESTED


class _Spent(Exception):
    """The budget is exhausted."""


class Allowance:
    """The budget shared by all pieces of a request, in addition to what each gets for its length.

    A form of a thousand fields is one request: with a full budget each, their sum would be unbounded.
    """

    def __init__(self) -> None:
        self.left = SPARE


class _Look:
    """One inspection and its remaining budget.

    Args:
        allowance: characters that may be examined in addition to those of the piece itself.
        size: bytes of the piece.
    """

    def __init__(self, allowance: Allowance, size: int) -> None:
        self._allowance = allowance
        self._left = WORK * size
        self._seen: set[str] = set()

    def spend(self, signs: int) -> None:
        """Charge characters that are about to be examined.

        Raises:
            _Spent: the budget does not suffice.
        """
        self._left -= signs
        if self._left < 0:
            self._allowance.left += self._left
            self._left = 0
        if self._allowance.left < 0:
            self._allowance.left = 0  # another piece still has what is due to its length
            raise _Spent

    def at(self, text: str, depth: int) -> str:
        """Inspect a text and everything encoded in it."""
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
