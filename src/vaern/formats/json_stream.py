"""JSON of any size, walked member by member in bounded memory.

The standard library's decoder reads one row at a time out of a window over the text, so a list of gigabytes
needs the memory of its largest row. What ijson does not do, and why this is ours (`docs/decisions/0009`): a
row that is not valid JSON is passed over to its closing bracket and reported, and the rows after it still
load; and no single row can make the reader build more than `MAX_ROW` characters of it.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from vaern.formats.source import Torn

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_ROW = 1 << 22
"""Characters of the largest value that is built."""

_WINDOW = 1 << 18
_SPACE = re.compile(r"[ \t\r\n]*")
_STRUCTURE = re.compile(r'["{}\[\],]')
_IN_STRING = re.compile(r'["\\]')
_DECODER = json.JSONDecoder(strict=False)  # not strict: line breaks in strings happen


class BadValue(ValueError):
    """One value was not usable; the stream stands behind it and goes on."""


class _Invalid(Exception):
    """What is in the window is no value; `at_the_end`: because the window may cut it."""

    def __init__(self, reason: str, *, at_the_end: bool) -> None:
        super().__init__(reason)
        self.at_the_end = at_the_end


def _decode(text: str, at: int) -> tuple[Any, int]:
    """One value and where it ends. A cut word, number or escape is noticed within its last 16 characters."""
    try:
        return _DECODER.raw_decode(text, at)
    except json.JSONDecodeError as error:
        at_the_end = error.msg.startswith("Unterminated") or len(text) - error.pos < 16
        raise _Invalid(error.msg, at_the_end=at_the_end) from None
    except RecursionError:
        raise _Invalid("nested too deeply", at_the_end=False) from None
    except ValueError:  # an integer of more than 4,300 digits
        raise _Invalid("a number that is too long", at_the_end=False) from None


class JsonStream:
    """A cursor in a JSON text.

    `members` and `elements` walk into an object or array; while they are walked, each value must be taken
    with `value`, walked in turn, or passed over with `skip`, before the next is asked for.
    """

    def __init__(self, chunks: Iterator[str]) -> None:
        self._chunks = chunks
        self._text = ""
        self._at = 0

    def peek(self) -> str:
        """The next sign that is not space, without taking it; empty at the end of the text."""
        while True:
            self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._fill():
                return ""

    def documents(self) -> Iterator[None]:
        """Stops before each object of the text: one document, or saved pages one after another.

        Raises:
            Torn: there is anything else.
        """
        while self.peek():
            if self.peek() != "{":
                raise Torn(f"no valid JSON: {self.peek()!r} where a document or the end was expected")
            yield None

    def members(self) -> Iterator[str]:
        """Keys of the object that begins here; the value of each is the caller's to take.

        Raises:
            Torn: no object, or none that could be followed to its end.
        """
        self._take("{")
        while self.peek() != "}":
            try:
                key = self.value()
            except BadValue as error:
                raise Torn(f"no valid JSON: a member's name was expected ({error})") from error
            self._take(":")
            yield str(key)
            if self.peek() != "}":
                self._take(",")
        self._at += 1

    def elements(self) -> Iterator[None]:
        """Stops before each element of the array that begins here; each is the caller's to take.

        What stands between an element and the next comma is an element too, so that neither is lost unseen.

        Raises:
            Torn: no array, or none that could be followed to its end.
        """
        self._take("[")
        while self.peek() != "]":
            yield None
            if self.peek() == ",":
                self._at += 1
            elif self.peek() == "}":
                raise Torn("no valid JSON: '}' where ',' or ']' was expected")
        self._at += 1

    def value(self) -> Any:
        """Takes the next value.

        Raises:
            BadValue: it is not valid JSON, or too large, or nested too deeply. It was passed over.
            Torn: the text ends in it.
        """
        if not self.peek():
            raise Torn("cut short: a value was expected")
        while True:
            try:
                value, end = _decode(self._text, self._at)
            except _Invalid as problem:
                if not problem.at_the_end:
                    reason = f"not valid JSON: {problem}"
                elif len(self._text) - self._at > MAX_ROW:
                    reason = f"larger than {MAX_ROW} characters"
                elif self._fill():
                    continue
                else:
                    raise Torn("cut short within a record") from problem
                self.skip()
                raise BadValue(reason) from problem
            if end < len(self._text) or not self._fill():  # a number may go on in the next chunk
                self._at = end
                return value

    def skip(self) -> None:
        """Passes over the next value without building it, valid or not: to the comma or bracket that ends it.

        Raises:
            Torn: the text ends in it.
        """
        depth = 0
        while True:
            sign = self._find(_STRUCTURE)
            if sign == '"':
                self._skip_string()
            elif sign in "{[":
                depth += 1
            elif depth == 0:  # a comma, or the bracket of what this value stands in: not ours to take
                self._at -= 1
                return
            elif sign in "}]":
                depth -= 1

    def _skip_string(self) -> None:
        while self._find(_IN_STRING) == "\\":
            if self._at == len(self._text) and not self._fill():
                raise Torn("cut short in a string")
            self._at += 1

    def _find(self, pattern: re.Pattern[str]) -> str:
        """Goes behind the next sign of the pattern, and returns it."""
        while True:
            if found := pattern.search(self._text, self._at):
                self._at = found.end()
                return found[0]
            self._at = len(self._text)
            if not self._fill():
                raise Torn("cut short")

    def _take(self, sign: str) -> None:
        if (found := self.peek()) != sign:
            raise Torn(f"no valid JSON: {found!r} where {sign!r} was expected" if found else "cut short")
        self._at += 1

    def _fill(self) -> bool:
        """Adds text to the window and drops what was passed; false at the end of the text."""
        added = []
        size = 0
        while size < _WINDOW and (chunk := next(self._chunks, None)) is not None:
            added.append(chunk)
            size += len(chunk)
        if not size:
            return False
        self._text = self._text[self._at :] + "".join(added)
        self._at = 0
        return True
