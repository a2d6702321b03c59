"""What a request rests on, as plain lines that another node can compare with its own: path and text. Pure.

Versions and days of reading are a node's own, and so are its notes; what is compared is what the law says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PARTS = ("treaty", "instrument", "form", "parties")
OWN = frozenset({"basis", "complete", "da", "day", "note", "precedence", "source", "verified", "version", "waits"})
"""Names that say how a node knows something, or how it calls it in its own language."""

MOST_LINES, LONGEST_PATH, LONGEST_TEXT = 500, 80, 600


@dataclass(frozen=True)
class Difference:
    """One line in which two nodes have the law otherwise; "" where one of them says nothing.

    Attributes:
        path: `treaty.until`, `form.fields.facts.required`.
    """

    path: str
    ours: str
    theirs: str


def lines_of(pinned: Mapping[str, Any]) -> dict[str, str]:
    """Return what pinned law says, by path; empty values are left out."""
    found = ((path[:LONGEST_PATH], text[:LONGEST_TEXT]) for part in PARTS for path, text in _walk(part, pinned[part]))
    return dict(list(found)[:MOST_LINES])


def differences(ours: Mapping[str, str], theirs: Mapping[str, str]) -> list[Difference]:
    """Return the lines that differ, in the order of their paths."""
    return [
        Difference(path, ours.get(path, ""), theirs.get(path, ""))
        for path in sorted(ours.keys() | theirs.keys())
        if ours.get(path, "") != theirs.get(path, "")
    ]


def _walk(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield path and text of every leaf; rows of a list are named by their code or country, so that order is none."""
    if isinstance(value, dict):
        for name, one in value.items():
            if name not in OWN:
                yield from _walk(f"{path}.{name}", one)
    elif isinstance(value, list | tuple):
        for one in value:
            name = one.get("code") or one.get("country") if isinstance(one, dict) else str(one)
            yield from _walk(f"{path}.{name}", one)
    elif value not in (None, "", False):
        yield path, str(value)
