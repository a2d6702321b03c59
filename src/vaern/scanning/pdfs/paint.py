"""What the text of a page paints: the names of objects, and pictures that stand in the text (ISO 32000-1, 8.8, 8.9.7).

Found by their operators alone. The text is not understood, and so a string of letters that reads like an operator
counts as one: that names an object which is given a little earlier than it would be.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import pikepdf

from vaern.scanning.pdfs.pictures import filters_of, picture

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPERATORS = re.compile(
    rb"(/[^\0\s()<>\[\]{}/%]*)\s+Do(?![^\0\s()<>\[\]{}/%])"
    rb"|(?<![^\0\s)>\]}])BI(?=[\0\s/])(.{0,2000}?)(?<![^\0\s)>\]}])ID[\0\s]",
    re.DOTALL,
)
_END = re.compile(rb"\sEI(?![^\0\s()<>\[\]{}/%])")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")


class Painted(NamedTuple):
    """An object that is painted, by its name among the resources."""

    name: str


class Inline(NamedTuple):
    """A picture that stands in the text.

    Attributes:
        dictionary: what is said of it, keys and values abbreviated or not.
        data: its bytes.
        space: its colour space, where that is a name.
    """

    dictionary: Any
    data: bytes
    space: str


def painted(text: bytes) -> Iterator[Painted | Inline]:
    """What a text paints, in order."""
    at = 0
    while found := _OPERATORS.search(text, at):
        at = found.end()
        if found[1] is not None:
            yield Painted(_ESCAPED.sub(lambda code: bytes([int(code[1], 16)]), found[1]).decode("utf-8", "replace"))
            continue
        inline = _inline(found[2], text, at)
        if inline is not None:
            at += len(inline.data)
            yield inline


def _inline(words: bytes, text: bytes, at: int) -> Inline | None:
    """The picture whose bytes begin here; `None` where these words are no dictionary, or it never ends."""
    try:
        dictionary = pikepdf.Object.parse(b"<<" + words + b">>")
    except (pikepdf.PikepdfError, ValueError):
        return None
    if not isinstance(dictionary, pikepdf.Dictionary):
        return None
    named = dictionary.get("/ColorSpace", dictionary.get("/CS"))
    space = str(named) if isinstance(named, pikepdf.Name) else ""
    length = 0 if filters_of(dictionary) else picture(dictionary, bytes).length
    end = _END.search(text, min(at + length, len(text)))
    return None if end is None else Inline(dictionary, text[at : end.start()], space)
