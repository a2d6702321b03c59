"""Whom the gate asks: lists on this machine, or the look-up service of a node. Signals go there, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from vaern.client.http import ClientError
from vaern.gate.verdicts import OF_ACTS, Judged, Named, sha256_of
from vaern.matching import ListStoppedError, Matcher, Renewing
from vaern.records import MATERIAL
from vaern.scanning.verdicts import finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.client.lookups import Lookups, Result
    from vaern.gate.verdicts import Grade
    from vaern.matching import List
    from vaern.records import Media, Signal

PURPOSE = "upload"
"""What a node's ledger has as the purpose of these calls."""

_GRADES: dict[str, Grade] = {"known": "known", "near": "near"}
_ORDER = ("", "near", "known")


class CannotAskError(Exception):
    """Nobody could be asked, and why; without an address or a key."""


class Asked(Protocol):
    """Who is asked.

    Attributes:
        at_once: how many threads may ask.
    """

    at_once: int

    def ask(self, media: Sequence[Media]) -> list[Judged]:
        """What is known of each file of an upload.

        Raises:
            CannotAskError: nobody answered.
        """

    def problem(self) -> str:
        """What whoever looks after the gate should know; empty if all is well."""


class OfLists:
    """Lists on this machine, as they are at the moment of each question."""

    at_once = 1  # `Renewing` is for one thread

    def __init__(self, lists: Sequence[List], distance: int | None = None) -> None:
        self._renewing = Renewing(Matcher(lists, distance))

    def ask(self, media: Sequence[Media]) -> list[Judged]:
        """See `Asked`."""
        matcher = self._renewing.now()
        good = {list_.name for list_ in matcher.lists if list_.purpose not in MATERIAL}
        try:
            answers = matcher.match_many(media)
        except ListStoppedError as error:
            raise CannotAskError(str(error)) from error
        judged = []
        for one, answer in zip(media, answers, strict=True):
            found = finding(one, answer.matches, good, answer.more, matcher.checked)
            grade = _GRADES.get(found.verdict, "")
            hits = [match for match in found.matches if match.list not in good] if grade else []
            named = tuple(
                Named(sha256_of(one), grade, match.list, match.release, match.entry, match.kind, match.distance)
                for match in hits
            )
            judged.append(Judged(one, grade, named))
        return judged

    def problem(self) -> str:
        """A list that is old, or whose later state cannot be taken up."""
        warnings = [list_.warning for list_ in self._renewing.matcher.lists]
        return next(filter(None, (*self._renewing.problems.values(), *warnings)), "")


class OfNode:
    """A look-up service, by a key whose policy says what follows."""

    def __init__(self, service: Lookups, at_once: int) -> None:
        self._service, self.at_once = service, at_once
        self._problem = ""

    def ask(self, media: Sequence[Media]) -> list[Judged]:
        """See `Asked`. Each value is asked once, whatever number of files has it."""
        asked = list(dict.fromkeys(_bare(signal) for one in media for signal in one.signals))
        try:
            answers = dict(zip(asked, self._service.look_up(asked, purpose=PURPOSE), strict=True))
        except ClientError as error:
            self._problem = error.what
            raise CannotAskError(f"The look-up service did not answer: {error.what}.") from error
        self._problem = ""
        return [_judged(one, [answers[_bare(signal)] for signal in one.signals]) for one in media]

    def problem(self) -> str:
        """Why the last question had no answer."""
        return self._problem


def _bare(signal: Signal) -> Signal:
    """As it is asked: of two frames with one value, one."""
    return type(signal)(signal.kind, signal.value, signal.quality, signal.orientation, signal.region)


def _judged(media: Media, results: Sequence[Result]) -> Judged:
    grade: Grade = ""
    hits = []
    for result in results:
        own = OF_ACTS.get(result.verdict.act, "")
        if own:
            grade = max(grade, own, key=_ORDER.index)
            hits += [
                Named(sha256_of(media), own, hit.list, hit.release, hit.entry, hit.kind, hit.distance)
                for hit in result.hits
            ] or [Named(sha256_of(media), own)]
    return Judged(media, grade, tuple(dict.fromkeys(hits)))
