"""Making a call again: the same signals to the same lists, and whether what comes is what was answered."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, NamedTuple

from vaern.lookup import judging, wire
from vaern.lookup.callers import Caller
from vaern.lookup.engine import View, states_of
from vaern.lookup.grounds import NOT_SAID
from vaern.lookup.leaves import answer_of
from vaern.matching import HitList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.lookup.leaves import Leaf
    from vaern.lookup.spool import HitRow
    from vaern.matching import List
    from vaern.records import Signal

    State = tuple[str, str, int]


class Differs(ValueError):
    """What was given is not what was asked, or what comes is not what was answered.

    Attributes:
        place: `asked`, `lists` or `answer`.
    """

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"{place}: {why}")
        self.place = place


class Again(NamedTuple):
    """What a call comes to that is made again.

    Attributes:
        hits: as the service keeps them; what followed is not judged, it depends on policy and law of that day.
        more: hits besides that are neither told nor weighed.
    """

    hits: tuple[HitRow, ...]
    more: int


def same_signals(leaf: Leaf, signals: Sequence[Signal]) -> None:
    """Hold signals against what a leaf says was asked.

    Raises:
        Differs: these are others, or others of them, or in another order.
    """
    if wire.digest(signals, leaf.index) != leaf.asked:
        found = wire.counts(signals)
        numbers = f"; it asked {_said(leaf.signals)}, these are {_said(found)}" if found != leaf.signals else ""
        raise Differs("asked", f"these signals in this order are not what the call asked{numbers}")


def replay(leaf: Leaf, asked: Sequence[State], signals: Sequence[Signal], lists: Sequence[List]) -> Again:
    """Make a call again.

    Args:
        leaf: of the call.
        asked: name, release and sequence of each list that it was answered from, in their order.
        signals: what it asked.
        lists: in any order; each of `asked` must be among them.

    Raises:
        Differs: the signals are others, a list in its state of then is not there, or the answer is another.
    """
    same_signals(leaf, signals)
    there = dict(zip(states_of(lists), lists, strict=True))
    for name, release, sequence in asked:
        if (name, release, sequence) not in there:
            raise Differs("lists", f"the list {name} in its release {release!r} (state {sequence}) is not given")
    # Its age is no reason to refuse it here: it has to answer as it did.
    view = View.of([dataclasses.replace(there[state], freshness=None) for state in asked])
    if view.index != leaf.index:
        raise Differs("lists", "these are not the lists that the call was answered from")
    found = _found(view, signals, leaf.reach)
    if answer_of(found.hits, found.more) != leaf.answer:
        now = len(found.hits) + found.more
        raise Differs("answer", f"the same question to the same lists has another answer: {now} hits, then {leaf.hits}")
    return found


def _found(view: View, signals: Sequence[Signal], reach: int) -> Again:
    caller = Caller(key="", digest="", most_distance=reach)
    hits = view.matcher.hits(signals) if view.matcher else [HitList() for _ in signals]
    judged = [
        judging.judge(caller, NOT_SAID, met, found.more) if (met := view.found(found, signal)) else judging.MISS
        for signal, found in zip(signals, hits, strict=True)
    ]
    return Again(judging.rows(judged), sum(one.more for one in judged))


def _said(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {kind}" for kind, number in sorted(counts.items())) or "none"
