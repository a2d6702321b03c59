"""What is said of signals that were looked up, in lists or by a service: for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from vaern.cli.options import open_lists
from vaern.cli.output import columns, count, safe
from vaern.cli.signals import Asking, named, written
from vaern.records import MATERIAL, Signal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from vaern.client.lookups import Result
    from vaern.lookup.policy import Reason
    from vaern.matching import Answer
    from vaern.records import Match

AT_ONCE = 1000
"""Signals that are matched together."""


class Answering(Protocol):
    """Who answers, and how an answer reads."""

    def look_up(self, signals: Sequence[Signal]) -> list[Any]:
        """An answer to each."""

    def alarms(self, answer: Any) -> bool:
        """Whether the exit status says so."""

    def row(self, asking: Asking, answer: Any) -> dict[str, object]:
        """For a program; what the signal is stands before it."""

    def lines(self, asking: Asking, answer: Any) -> list[str]:
        """For a person."""


class OfLists:
    """Lists on this machine answer."""

    def __init__(self, folders: Sequence[Path], distance: int | None) -> None:
        from vaern.matching import Matcher

        self._matcher = Matcher(open_lists(folders), distance, stills_in_videos=True)
        self._known_good = {list_.name for list_ in self._matcher.lists if list_.purpose not in MATERIAL}

    def look_up(self, signals: Sequence[Signal]) -> list[Answer]:
        """The hits of each."""
        return [
            answer
            for at in range(0, len(signals), AT_ONCE)
            for answer in self._matcher.match_signals(signals[at : at + AT_ONCE])
        ]

    def alarms(self, answer: Answer) -> bool:
        """Whether known material is among the hits."""
        return any(hit.list not in self._known_good for hit in answer.matches)

    def row(self, asking: Asking, answer: Answer) -> dict[str, object]:
        """Hits, and what else there is to say; `checked` as of `Finding`."""
        said = {"more": answer.more, "checked": self._matcher.checked, "lacks": _lacks(asking, answer)}
        return {"matches": answer.matches} | {name: value for name, value in said.items() if value}

    def lines(self, asking: Asking, answer: Answer) -> list[str]:
        """The hits, nearest first; without one, how old the oldest of the lists is that do not have it."""
        as_of = f" (as of {self._matcher.checked})" if self._matcher.checked else ""
        lacks = _lacks(asking, answer)
        missed = "; ".join(reason.text for reason in lacks) or f"no list has it{as_of}"
        hits = [
            (
                count(hit.distance, "bit").rjust(len("256 bits")),
                f"list {hit.list}, release {hit.release}" + (f", checked {hit.checked}" if hit.checked else ""),
                f"entry {hit.entry}",
                " ".join(filter(None, (hit.scheme, hit.classification))),
                _frame(hit),
            )
            for hit in answer.matches
        ]
        more = [f"and {count(answer.more, 'more hit')}, none of them nearer than those of its list"]
        return [
            safe(named(asking) + ("" if answer.matches else f": {missed}")),
            *columns(hits),
            *(more if answer.more else ()),
        ]


class OfNode:
    """A service answers."""

    def __init__(self, node: str, key_file: Path) -> None:
        from vaern.cli.lookup import client

        self._service = client(node, key_file)

    def look_up(self, signals: Sequence[Signal]) -> list[Result]:
        """What the service says of each."""
        return list(self._service.look_up(signals, purpose="match"))

    def alarms(self, answer: Result) -> bool:
        """Whether anything follows by the key's policy."""
        return answer.verdict.act != "none"

    def row(self, _asking: Asking, answer: Result) -> dict[str, object]:
        """As the service says it."""
        return {"result": answer}

    def lines(self, asking: Asking, answer: Result) -> list[str]:
        """What follows from what the service has of it and why, and its hits as far as they are told."""
        hits = [
            (
                count(hit.distance, "bit").rjust(len("256 bits")),
                f"list {hit.list}, release {hit.release}",
                f"entry {hit.entry}",
                " ".join(filter(None, (hit.scheme, hit.classification))),
            )
            for hit in answer.hits
        ]
        classes = (" ".join(filter(None, (one.scheme, one.classification))) for one in answer.classes)
        more = [f"and {count(answer.more, 'more hit')}, none of them nearer"]
        return [
            safe(f"{named(asking)}: {answer.verdict.act}"),
            *(safe(f"  {reason.text}") for reason in (*answer.verdict.because, *answer.verdict.lacks)),
            *columns(hits),
            *(safe(f"  class {one}, on a list of which no more is told") for one in classes),
            *(more if answer.more else ()),
        ]


def of_signal(asking: Asking, line: int) -> dict[str, object]:
    """A signal for a program, and the line that it came in; 0 for none."""
    said: dict[str, object] = {"kind": asking.signal.kind, "value": written(asking.signal)}
    return said | ({"id": asking.id} if asking.id else {}) | ({"line": line} if line else {})


def _frame(hit: Match) -> str:
    """Which frame of a video a still picture met, or was met by; empty where it met a still."""
    at = "" if hit.seconds is None else f" at {hit.seconds:.1f} s"
    return {"": "", "file": f"by the frame{at}", "entry": f"its frame{at}"}[hit.frame_of]


def _lacks(asking: Asking, answer: Answer) -> tuple[Reason, ...]:
    """Why nothing was looked for, as the look-up service says it."""
    if answer.matches:
        return ()
    from vaern.lookup.judging import missed

    return missed(asking.signal).verdict.lacks
