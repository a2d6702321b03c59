"""From the hits of a signal to what a caller is told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from vaern.lookup import declared
from vaern.lookup.policy import Circumstance, Reason, Verdict, counted, decide, strongest, votes_of
from vaern.lookup.spool import HitRow
from vaern.lookup.wire import ClassSaid, HitSaid, Result, Votes
from vaern.matching import MIN_QUALITY
from vaern.records import MATERIAL, OPAQUE_KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.lookup.callers import Caller
    from vaern.lookup.grounds import Stand
    from vaern.records import Entry, Match, Signal

MOST_TOLD = 20
"""Hits of one signal that are named and weighed, the nearest; of what is beyond, the number."""


class Met(NamedTuple):
    """A hit: the match, the entry that it is with, and what its list is of."""

    match: Match
    entry: Entry
    purpose: str


class Judged(NamedTuple):
    """What is told of one signal.

    Attributes:
        verdict: what follows from all hits, with the reasons that may be told.
        told: the hits, nearest first, each with the act that follows from it alone. A caller is told those of lists of
            which it hears all (`Caller.hears_all`).
        more: hits that are neither told nor weighed.
    """

    verdict: Verdict
    told: tuple[tuple[Met, str], ...]
    more: int


MISS = Judged(Verdict("none"), (), 0)
"""No list that was asked has the signal. It is said by the act alone: most answers are this."""

_MISS = Result(MISS.verdict)

POOR = Judged(
    Verdict("none", lacks=(Reason("quality", f"PDQ values of a quality below {MIN_QUALITY} are not compared"),)), (), 0
)
FOREIGN = Judged(Verdict("none", lacks=(Reason("kind", "signals of this kind are kept, not compared"),)), (), 0)


HOSTED = Reason("hosted", "a list that the caller's organisation does not hold has the signal, and tells no more")
"""Why an act follows without further reasons."""


def missed(signal: Signal) -> Judged:
    """Nothing was found; where nothing was looked for, that is said."""
    if signal.kind in OPAQUE_KINDS:
        return FOREIGN
    if signal.kind == "pdq" and signal.quality is not None and signal.quality < MIN_QUALITY:
        return POOR
    return MISS


def judge(caller: Caller, ground: Stand, hits: Sequence[Met], more: int) -> Judged:
    """What follows for a caller from the hits of one signal, nearest first."""
    hits = [met for met in hits if met.match.distance <= caller.most_distance]
    more += max(0, len(hits) - MOST_TOLD)
    hits = hits[:MOST_TOLD]
    if not hits:
        return MISS
    found, told = _weighed(caller, ground, hits)
    if caller.hears:
        open_ = [met for met in hits if caller.hears_all(met.match.list)]
        if len(open_) < len(hits):
            found = _as_told(caller, ground, found, open_)
    return Judged(found, told, more)


def _as_told(caller: Caller, ground: Stand, found: Verdict, open_: Sequence[Met]) -> Verdict:
    """The act that follows from all hits, with reasons from those of which the caller hears all, if they bear it."""
    alone = _weighed(caller, ground, open_)[0] if open_ else MISS.verdict
    if alone.act == found.act:
        return alone
    return Verdict(found.act, (HOSTED,), ground=ground)


def _weighed(caller: Caller, ground: Stand, hits: Sequence[Met]) -> tuple[Verdict, tuple[tuple[Met, str], ...]]:
    """What follows from some hits, and from each alone."""
    purposes = {met.purpose for met in hits}
    told, verdicts = [], []
    for met in hits:
        verdict = None
        if met.purpose in MATERIAL:
            circumstance = Circumstance(
                met.match.kind,
                met.match.distance,
                test=met.entry is declared.ENTRY,
                removal=met.purpose == "removal",
                good="known-good" in purposes,
                negative="negative" in purposes,
                blind=blind(caller, met.entry),
            )
            verdict = decide(met.entry, caller.policy, ground, circumstance)
            verdicts.append(verdict)
        told.append((met, verdict.act if verdict else "none"))
    found = strongest(verdicts)
    if found is None:
        code = "known-good" if "known-good" in purposes else "negative"
        text = "only lists of known-good files, or of values known to match wrongly, have the signal"
        found = Verdict("none", (Reason(code, text),), ground=ground)
    return found, tuple(told)


def blind(caller: Caller, entry: Entry) -> bool:
    """Whether a caller hears neither how many votes an entry has, nor whose, nor who viewed it: it has yet to vote."""
    return caller.blind and all(vote.organisation != caller.organisation.name for vote in entry.votes)


def result(judged: Judged, signal: Signal, id_: str, caller: Caller, *, coarse: bool) -> Result:
    """What the caller is told of one signal.

    Of a hit on a list that it does not hold it learns what follows, and the class if whoever keeps the list lets it:
    not the entry, nor how many there are, nor how near, nor who voted how.
    """
    if judged is MISS and not id_:
        return _MISS
    if coarse:
        return Result(Verdict(judged.verdict.act), id=id_)
    if not caller.hears_less:
        return Result(judged.verdict, tuple(said(met, signal, caller) for met, _ in judged.told), judged.more, id_)
    hits = tuple(said(met, signal, caller) for met in heard(judged, caller))
    return Result(judged.verdict, hits, 0, id_, classes(judged, caller))


def heard(judged: Judged, caller: Caller) -> list[Met]:
    """The hits on lists of which the caller hears all."""
    return [met for met, _ in judged.told if caller.hears_all(met.match.list)]


def classes(judged: Judged, caller: Caller) -> tuple[ClassSaid, ...]:
    """The classes of entries on lists of which the caller hears the class, where anything follows from them."""
    met = [met for met, act in judged.told if act != "none" and caller.hears_of(met.match.list) == "class"]
    found = {(one.entry.scheme or "", one.entry.classification) for one in met if one.entry.classification}
    return tuple(ClassSaid(classification, scheme) for scheme, classification in sorted(found))


def closed(judged: Judged, caller: Caller) -> bool:
    """Whether anything follows from a hit on a list of which the caller does not hear all."""
    return any(act != "none" and not caller.hears_all(met.match.list) for met, act in judged.told)


def said(met: Met, signal: Signal, caller: Caller) -> HitSaid:
    """A hit as it is told."""
    match, entry = met.match, met.entry
    hidden = blind(caller, entry)
    return HitSaid(
        kind=match.kind,
        distance=match.distance,
        list=match.list,
        release=match.release,
        entry=match.entry,
        votes=None if hidden else _votes(entry),
        purpose=met.purpose,
        quality=signal.quality,
        orientation=signal.orientation,
        region=signal.region,
        classification=entry.classification,
        scheme=entry.scheme,
        series=entry.series,
        victim_identified=entry.victim_identified,
        viewed_by=() if hidden else entry.viewed_by,
        checked=match.checked,
    )


def _votes(entry: Entry) -> Votes:
    count = counted(entry)
    return Votes(count.votes, count.against, count.independent, count.countries, votes_of(entry))


def rows(judged: Sequence[Judged]) -> tuple[HitRow, ...]:
    """The hits of a call, for the spool."""
    return tuple(
        HitRow(number, met.match.list, met.match.release, met.match.entry, met.match.kind, met.match.distance, act)
        for number, one in enumerate(judged)
        for met, act in one.told
    )
