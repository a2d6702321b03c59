"""Decide whether a new member opens, joins or merges series, or proposes a merge. Pure; no Django.

Components are facts, series are work. What nobody has confirmed or worked on yet follows the components: it joins and
merges by itself. What somebody has, is *firm*: it takes one more member, and nothing is glued to it without a person.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

S = TypeVar("S", bound=Hashable)

SMALL_TAKE = 200
"""Files that are taken in within the request; more run as a job."""

CHUNK = 200
"""Files that a job takes in one transaction: between two, others have their turn and progress is shown."""


@dataclass(frozen=True)
class Touched(Generic[S]):
    """A series that the links of a new member lead to.

    Attributes:
        series: which.
        age: what sorts series by age, the oldest first.
        firm: a person confirmed it, or worked on it.
    """

    series: S
    age: tuple[object, ...]
    firm: bool


@dataclass(frozen=True)
class Decision(Generic[S]):
    """The outcome for a new member and the series that it touches.

    Attributes:
        home: the series that it joins; None: it opens one.
        absorbed: series that `home` takes over, the oldest first.
        proposed: series whose merge with `home` is put before a person.
        linked: series that it is only shown as linked in, because a person keeps them apart from `home`.
    """

    home: S | None = None
    absorbed: tuple[S, ...] = ()
    proposed: tuple[S, ...] = ()
    linked: tuple[S, ...] = ()


def decide(touched: Sequence[Touched[S]], apart: Collection[frozenset[S]] = ()) -> Decision[S]:
    """Decide what a new member does to the series that it touches.

    Args:
        touched: series by the strength of the link that leads there, the strongest first; none twice.
        apart: pairs that a person keeps apart.
    """
    if not touched:
        return Decision()
    nearest = touched[0]
    together = [nearest]
    proposed: list[S] = []
    linked: list[S] = []
    for one in touched[1:]:
        if any(frozenset({one.series, other.series}) in apart for other in together):
            linked.append(one.series)
        elif nearest.firm or one.firm:
            proposed.append(one.series)
        else:
            together.append(one)
    home, *absorbed = sorted(together, key=lambda one: one.age)
    return Decision(home.series, tuple(one.series for one in absorbed), tuple(proposed), tuple(linked))


def returning(
    moved: Collection[int], later: Sequence[tuple[int, int | None]], elsewhere: Collection[int] = ()
) -> list[int]:
    """Return the members that go back when a merge is undone.

    Args:
        moved: those that the merge had moved and that are still there.
        later: members that came by a link after the merge, in order, each with the member that it was linked to.
        elsewhere: members that another merge brought; they stay.

    Whoever came later goes with the member by which it came; what a person put there stays.
    """
    back = dict.fromkeys(moved)
    for member, because in later:
        if because in back and member not in elsewhere:
            back[member] = None
    return list(back)
