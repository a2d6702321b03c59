"""How a spreadsheet differs from the reply as it stands: commitment by commitment, value by value. Pure; no Django."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from vaern.node.alliance.rules.differences import difference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.alliance.rules.contents import Content, DeclaredValue, Line
    from vaern.node.alliance.rules.differences import Change


class Pair(NamedTuple):
    """A commitment before and after; None where it is not there."""

    before: Content | None
    after: Content | None

    @property
    def changes(self) -> list[Change]:
        """What changed within it; nothing for one that came or went."""
        return difference(self.before, self.after) if self.before and self.after else []

    @property
    def is_same(self) -> bool:
        """Whether nothing changed."""
        return self.before == self.after


def pairs(before: Sequence[Line], after: Sequence[Line]) -> list[Pair]:
    """Pair each commitment with its earlier self: by identifier, new ones in their order, removed ones last."""
    by_id = {line.commitment: line.content for line in before if line.commitment is not None}
    new = [line.content for line in before if line.commitment is None]
    found = []
    for line in after:
        old = by_id.pop(line.commitment, None) if line.commitment is not None else new.pop(0) if new else None
        found.append(Pair(old, line.content))
    return [*found, *(Pair(gone, None) for gone in (*by_id.values(), *new))]


class Values(NamedTuple):
    """A declared value before and after; None where it is not there."""

    before: DeclaredValue | None
    after: DeclaredValue | None


def values(before: Sequence[DeclaredValue], after: Sequence[DeclaredValue]) -> list[Values]:
    """Return the declared values that changed, came or went."""
    old = {(one.indicator, one.period): one for one in before}
    new = {(one.indicator, one.period): one for one in after}
    return [Values(old.get(key), new.get(key)) for key in {**old, **new} if old.get(key) != new.get(key)]
