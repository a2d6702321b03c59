"""Documents as trees of plain values: taking texts out by path, and finding what nothing took."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import msgspec

from vaern.arrivals import Fault
from vaern.faults import Said, say

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LEAVES = 2000
"""Parts without a place that are kept of one report."""
MAX_PATH = 400
"""Characters of a path, of which the end is kept."""
MAX_TEXT = 100_000
"""Characters of one text that are taken."""


_DATA = re.compile(r"data:([a-z]+/[^,\s]*)?(;base64)?,|[A-Za-z0-9+/_-]{400,}={0,2}$")


def is_data(text: str) -> bool:
    """Whether a text looks like an encoded file: a `data:` address, or base64 that is longer than any usual hash."""
    return bool(_DATA.match(re.sub(r"[\r\n]", "", text.strip())))


class Leaves:
    """A decoded JSON document, what was taken of it, and what is wrong with it.

    Attributes:
        document: the root, an object.
        faults: so far.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.faults: list[Fault] = []
        self._taken: set[str] = set()

    def at(self, path: str) -> Any:
        """The value at a path of names, `a.b`; None where there is none."""
        value: Any = self.document
        for name in path.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        return value

    def text(self, path: str, *, required: bool = False) -> str:
        """Takes a text without surrounding space and NUL; "" where it is missing or no text, which is told."""
        value = self.at(path)
        if isinstance(value, str) and is_data(value):
            self.leave_out(path)
        elif isinstance(value, str) and len(value) <= MAX_TEXT:
            self.take(path)
            return value.replace("\0", "\ufffd").strip()
        elif value is not None:
            self.fault(path, say("no_text", most=MAX_TEXT))
        elif required:
            self.fault(path, say("missing"))
        return ""

    def take(self, path: str) -> None:
        """Marks a value, and all below it, as taken."""
        self._taken.add(path)

    def leave_out(self, path: str) -> None:
        """Passes over what must not be kept, and tells it."""
        self.take(path)
        self.fault(path, say("encoded_file"))

    def fault(self, path: str, said: Said) -> None:
        """Remembers a fault that is not fatal."""
        self.faults.append(Fault(path, said, fatal=False))

    def rest(self) -> tuple[tuple[str, str], ...]:
        """Path and text of everything that nothing took, at most `MAX_LEAVES`; more is told."""
        found: list[tuple[str, str]] = []
        for path, text in self._untaken():
            if len(found) == MAX_LEAVES:
                self.fault("", say("parts_left", most=MAX_LEAVES))
                break
            found.append((path, text))
        return tuple(found)

    def _untaken(self) -> Iterator[tuple[str, str]]:
        waiting: list[Iterator[tuple[str, Any]]] = [iter([("", self.document)])]
        while waiting:
            found = next(waiting[-1], None)
            if found is None:
                waiting.pop()
                continue
            path, value = found
            if path in self._taken:
                continue
            if isinstance(value, dict):
                waiting.append(_named(path, value))
            elif isinstance(value, list):
                waiting.append(_numbered(path, value))
            elif value is not None:
                text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
                if is_data(text):
                    self.leave_out(path)
                else:
                    yield path, text[:MAX_TEXT]


def _named(path: str, value: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The members of an object with their paths. An odd name is quoted, so that it looks like no other path."""
    stem = f"{path[-MAX_PATH:]}." if path else ""
    for name, one in value.items():
        label = name if re.fullmatch(r"[A-Za-z0-9_@-]{1,60}", name) else json.dumps(name[:60])
        yield f"{stem}{label}", one


def _numbered(path: str, value: list[Any]) -> Iterator[tuple[str, Any]]:
    stem = path[-MAX_PATH:]
    return ((f"{stem}[{number}]", one) for number, one in enumerate(value))


def decoded(data: bytes) -> dict[str, Any] | None:
    """The object that a JSON text holds; None if it holds none, or is no JSON."""
    try:
        document = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
        return None
    return document if isinstance(document, dict) else None
