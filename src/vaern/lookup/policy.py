"""What a hit is worth to one caller: from the votes on an entry to an act, with the reasons for it and against more.

A pure function of the entry, the list it stands on, the caller's policy and how the law stands for that caller on that
day. Nothing here is done to anybody: an act is advice, and a person decides on every one but `log`.

How votes are counted:

- *on the baseline*, across countries: a positive vote says that the entry belongs on the list, whatever class it has;
- *on a class*, inside one scheme only: a class says nothing in another scheme, so votes of two schemes are never added.

That an entry is on the list is itself a yes: of its source, where no votes say so, and of the list, while votes say
nothing but no. So whoever says no takes a hit to a person, and nobody switches an entry off; a recall does that. Once a
person of whoever keeps the list has looked and decided that the entry stays, that no holds nothing back any more.

An organisation that viewed the entry's file itself holds an independent view. Whoever took an opinion over, or does not
say, counts as inherited: ten organisations that copied one list know no more than the one that they copied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

from vaern.lookup.grounds import Stand
from vaern.records import DIGEST_KINDS, VALUE_KINDS, Vote

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from vaern.records import Entry

Act = Literal["none", "log", "queue", "block", "report"]
ACTS: tuple[Act, ...] = ("none", "log", "queue", "block", "report")
"""What a caller may do on a hit, each more than the one before. `queue`: a person looks. `report`: a person decides
on a report to the authority."""

EXACT_KINDS = frozenset({*DIGEST_KINDS, *VALUE_KINDS})
"""Signals that are equal only where the file, or the text, is the same."""

DISPUTED: Act = "queue"
"""The most that follows from an entry that somebody says does not belong on the list: a person looks."""


class Need(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an act needs.

    Attributes:
        votes: how many organisations must say that the entry belongs on the list.
        countries: of how many countries; a vote of an unknown country is of none. Where `independent` is not 0,
            only countries of independent views count.
        independent: how many of the votes must be independent views.
        classes: if any, the votes must be on one of these classes, all in one scheme.
    """

    votes: int = 1
    countries: int = 0
    independent: int = 0
    classes: dict[str, tuple[str, ...]] = {}


ITS_LIST = "its list"
"""Who says yes to an entry of which its own source says no: it is on the list, until somebody recalls it."""

ALWAYS_SAID = frozenset({"disputed", "rejected", "ground-unknown", "ground-unlawful"})
"""Reasons that are named whether they kept a higher act back or not."""

AFTER_THE_OWN_VOTE = "the numbers are heard once the own organisation has voted on the entry"
UNCOUNTED = {
    **dict.fromkeys(("votes", "independent", "countries"), AFTER_THE_OWN_VOTE),
    "disputed": "it is said that the entry does not belong on the list",
    "settled": "it was said that it does not; whoever keeps the list looked since, and decided that it stays",
    "viewed": "the entry's file was viewed by people of an organisation",
}
"""In the place of sentences that count votes, for who has yet to vote: what follows is heard, not how many say so."""

DEFAULT_POLICY: dict[Act, Need] = {"log": Need(), "queue": Need()}
"""Of a caller without a policy: a hit is written down, and a person looks."""


class Reason(msgspec.Struct, frozen=True, gc=False):
    """Why something is so: a code for programs and a sentence for people."""

    code: str
    text: str


class Verdict(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What follows, and why.

    Attributes:
        act: one of `ACTS`.
        because: what speaks for it.
        lacks: what the next act would have needed, and what kept a higher one back.
        ground: how the law stands for the caller on that day.
    """

    act: Act
    because: tuple[Reason, ...] = ()
    lacks: tuple[Reason, ...] = ()
    ground: Stand | None = None


class Count(NamedTuple):
    """The votes for an entry, as a policy counts them.

    Attributes:
        votes: organisations that say it belongs on the list.
        independent: of these, whose people viewed the file.
        countries: known countries of the votes.
        independent_countries: known countries of the independent votes.
        against: organisations that say it does not belong there, and nobody has settled it.
        settled: organisations that say so, where whoever keeps the list decided that it stays.
    """

    votes: int
    independent: int
    countries: int
    independent_countries: int
    against: int
    settled: int = 0


def votes_of(entry: Entry) -> tuple[Vote, ...]:
    """The votes of an entry, one an organisation; of two of one organisation, the one against counts.

    An entry without votes, or with none but votes against, has also the one of its source: that it lists it.
    """
    listed = by_listing(entry)
    given = spoken(entry.votes)
    return given if listed is None else (listed, *given)


def by_listing(entry: Entry, source: str = "") -> Vote | None:
    """The vote that lies in an entry's being listed; None where its source's votes say more than no.

    Args:
        entry: as its source says it.
        source: whose vote it is, where the entry names no source.
    """
    for vote in entry.votes:
        if vote.opinion != "negative":
            return None
    name = entry.source or source or "its source"
    if any(vote.organisation == name for vote in entry.votes):
        name = ITS_LIST
    return Vote(name, "positive", classification=entry.classification, scheme=entry.scheme)


def spoken(votes: tuple[Vote, ...]) -> tuple[Vote, ...]:
    """The votes that were given, one an organisation."""
    if len(votes) <= 1:
        return votes
    by_name: dict[str, Vote] = {}
    for vote in votes:
        before = by_name.get(vote.organisation)
        if before is None or _says_more(vote, before):
            by_name[vote.organisation] = vote
    return tuple(by_name.values())


def _says_more(vote: Vote, before: Vote) -> bool:
    """Whether of two votes of one organisation the second counts: a no, and of two the one that nobody has settled."""
    if vote.opinion != "negative":
        return False
    return before.opinion != "negative" or (before.settled and not vote.settled)


def is_independent(vote: Vote, entry: Entry) -> bool:
    """Whether the organisation's own people viewed the file. Where the source does not say, they did not."""
    return vote.view == "independent" or (not vote.view and vote.organisation in entry.viewed_by)


def counted(entry: Entry, classes: Mapping[str, Iterable[str]] | None = None) -> Count:
    """Count the votes on the baseline, or on some classes: then inside the one scheme that has most."""
    votes = votes_of(entry)
    if not classes:
        return _count(votes, entry)
    return max(_count(votes, entry, scheme, frozenset(names)) for scheme, names in classes.items())


def _count(votes: Iterable[Vote], entry: Entry, scheme: str = "", names: Collection[str] = ()) -> Count:
    """Count votes, on the baseline or on classes of one scheme: one pass, for most answers of the service are this."""
    positive = independent = against = settled = 0
    countries: set[str] = set()
    own_countries: set[str] = set()
    for vote in votes:
        if vote.opinion == "negative":
            settled += vote.settled
            against += not vote.settled
        elif vote.opinion == "positive" and (not scheme or (vote.scheme == scheme and vote.classification in names)):
            positive += 1
            if vote.country:
                countries.add(vote.country)
            if is_independent(vote, entry):
                independent += 1
                if vote.country:
                    own_countries.add(vote.country)
    return Count(positive, independent, len(countries), len(own_countries), against, settled)


def missing(entry: Entry, need: Need, base: Count | None = None) -> tuple[Reason, ...]:
    """What an entry lacks for an act; nothing where it has all.

    Args:
        entry: of a list.
        need: of the act.
        base: its votes on the baseline, where they are counted already.
    """
    if not need.classes:
        return _missing(base or counted(entry), need)
    every = [_missing(counted(entry, {scheme: names}), need) for scheme, names in need.classes.items()]
    return min(every, key=len)


def _missing(count: Count, need: Need) -> tuple[Reason, ...]:
    countries = count.independent_countries if need.independent else count.countries
    if count.votes >= need.votes and count.independent >= need.independent and countries >= need.countries:
        return ()
    on = " on a class that the policy names, in one scheme" if need.classes else ""
    alone = " of independent views" if need.independent else ""
    found = []
    if count.votes < need.votes:
        found.append(Reason("votes", f"{count.votes} of {need.votes} votes{on}"))
    if count.independent < need.independent:
        found.append(Reason("independent", f"{count.independent} of {need.independent} independent views{on}"))
    if countries < need.countries:
        found.append(Reason("countries", f"{countries} of {need.countries} countries{alone}{on}"))
    return tuple(found)


class Circumstance(NamedTuple):
    """What else bears on a hit.

    Attributes:
        kind: of the signals that met.
        distance: in bits.
        test: it is the declared test entry.
        removal: the list is of what is to be removed, and says nothing of what is to be reported.
        good: a list of known-good files has the same signal.
        negative: a list of values known to be wrong has it.
        blind: whoever asks has yet to vote on the entry, and hears neither whose the votes are nor how many.
    """

    kind: str
    distance: int = 0
    test: bool = False
    removal: bool = False
    good: bool = False
    negative: bool = False
    blind: bool = False


def decide(entry: Entry, policy: Mapping[Act, Need], ground: Stand, met: Circumstance) -> Verdict:
    """What follows from one hit on a list of known material."""
    count = counted(entry)
    act, because, lacks = _by_votes(entry, policy, count)
    for most, reason in _bounds(count, ground, met):
        if ACTS.index(act) > ACTS.index(most):
            act, lacks = most, (reason, *lacks)
        elif reason.code in ALWAYS_SAID:
            lacks = (reason, *lacks)
    if count.settled:
        text = f"{count.settled} said that it does not; whoever keeps the list looked since, and decided that it stays"
        because = (*because, Reason("settled", text))
    because = (*because, _view(entry))
    if met.blind:
        because, lacks = tuple(map(_uncounted, because)), tuple(map(_uncounted, lacks))
    return Verdict(act, because, lacks, ground)


def _uncounted(reason: Reason) -> Reason:
    """A reason without numbers of votes; that of an act goes on naming it."""
    text = UNCOUNTED.get(reason.code)
    if text is None:
        return reason
    act = reason.text.partition(": ")[0]
    return Reason(reason.code, f"{act}: {text}" if act in ACTS else text)


def _by_votes(
    entry: Entry, policy: Mapping[Act, Need], count: Count
) -> tuple[Act, tuple[Reason, ...], tuple[Reason, ...]]:
    """The highest act whose needs, and those of every act below it that the policy has, are met."""
    act: Act = "none"
    lacks: tuple[Reason, ...] = ()
    for higher in ACTS[1:]:
        if higher not in policy:
            continue
        lacks = missing(entry, policy[higher], count)
        if lacks:
            lacks = tuple(Reason(reason.code, f"{higher}: {reason.text}") for reason in lacks)
            break
        act = higher
    text = f"{_many(count.votes, 'organisation')} of {_many(count.countries, 'known country', 'known countries')} "
    text += "says" if count.votes == 1 else "say"
    text += f" that the entry belongs on the list, {count.independent} of an independent view"
    return act, (Reason("votes", text),), lacks


def _bounds(count: Count, ground: Stand, met: Circumstance) -> Iterable[tuple[Act, Reason]]:
    """The most that may follow, and why: whatever the votes are."""
    if met.test:
        yield "log", Reason("test", "the declared test entry: it stands for nothing")
    if met.removal:
        yield "block", Reason("removal", "the list is of what is to be removed, and says nothing of what to report")
    if count.against and count.votes:
        yield DISPUTED, Reason("disputed", f"{count.against} say that the entry does not belong on the list")
    elif count.against:
        yield "log", Reason("rejected", "nobody says that the entry belongs on the list, and somebody says it does not")
    if met.good:
        yield "queue", Reason("known-good", "a list of known-good files has the same signal")
    if met.negative:
        yield "queue", Reason("negative", "a list of values known to match wrongly has the same signal")
    if met.kind not in EXACT_KINDS or met.distance:
        yield "block", Reason("near", "alike, not the same file: a person compares before anybody is reported")
    if ground.state == "unlawful":
        yield "none", Reason("ground-unlawful", f"the law of the caller's service stands against it: {ground.text}")
    elif ground.state == "unknown":
        since = f" since {ground.since}" if ground.since else ""
        yield "queue", Reason("ground-unknown", f"the legal ground is unknown{since}: {ground.text}")


def _view(entry: Entry) -> Reason:
    own = {vote.organisation for vote in entry.votes if vote.view == "independent"} | set(entry.viewed_by)
    if not own:
        return Reason("viewed-by-nobody", "nobody is known to have viewed the entry's file")
    return Reason("viewed", f"the entry's file was viewed by {', '.join(sorted(own))}")


def strongest(verdicts: Iterable[Verdict]) -> Verdict | None:
    """Of the verdicts on the hits of one signal, the one that asks most; the first of equals."""
    return max(verdicts, key=lambda verdict: ACTS.index(verdict.act), default=None)


def faults(policy: Mapping[Act, Need], place: str) -> list[str]:
    """What is wrong with a policy, each with its place."""
    found = []
    for act, need in policy.items():
        at = f"{place}, policy of {act}"
        if act == "none":
            found.append(f"{at}: nothing needs nothing")
        if need.votes < 1:
            found.append(f"{at}: an act needs at least one vote")
        if min(need.countries, need.independent) < 0:
            found.append(f"{at}: a number below 0")
        if need.independent > need.votes:
            found.append(f"{at}: more independent views than votes")
        found += [f"{at}: the scheme {scheme!r} has no class" for scheme, names in need.classes.items() if not names]
    return found


def _many(number: int, one: str, more: str = "") -> str:
    return f"{number} {one if number == 1 else more or one + 's'}"
