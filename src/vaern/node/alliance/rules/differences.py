"""How two commitments differ, place by place."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.alliance.rules.contents import Content


def flat(content: Content) -> dict[str, Any]:
    """Return what a commitment says by path, lines aside, in the order of the form."""
    found: dict[str, Any] = {}
    for name in ("frame_version", "goal", "obligation", "requirement"):
        found[name] = getattr(content, name)
    target = content.target
    for name in ("indicator", "text", "value", "unit", "direction", "due"):
        found[f"target.{name}"] = getattr(target, name)
    for name in ("value", "date", "source"):
        found[f"target.baseline.{name}"] = getattr(target.baseline, name) if target.baseline else None
    return found | {"owner": content.owner, "language": content.language}


class Change(NamedTuple):
    """One difference: None stands for what is not there. A line of actions or evidence is one value (a struct).

    The number in a path like `actions.2` is its place before for a line that went, after for one that came.
    """

    path: str
    before: Any
    after: Any


def difference(before: Content, after: Content) -> list[Change]:
    """Return what changed, in the order of the form; nothing for two that say the same."""
    old, new = flat(before), flat(after)
    changes = [Change(path, old[path], new[path]) for path in old if old[path] != new[path]]
    for name in ("actions", "evidence"):
        changes += _lines(name, getattr(before, name), getattr(after, name))
    return changes


def _lines(name: str, before: tuple[Any, ...], after: tuple[Any, ...]) -> Iterable[Change]:
    """Return lines that went and lines that came; lines that stayed are in neither, also where they moved up."""
    old, new = ([msgspec.json.encode(line) for line in lines] for lines in (before, after))
    for _tag, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if before[first:last] != after[start:end]:
            yield from (Change(f"{name}.{n}", before[n], None) for n in range(first, last))
            yield from (Change(f"{name}.{n}", None, after[n]) for n in range(start, end))
