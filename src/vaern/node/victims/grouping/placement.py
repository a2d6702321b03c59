"""Assign new files to series, under one lock an organisation: two imports cannot open two series for one cluster."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from django.utils import timezone

from vaern.matching.grouping import Grouping
from vaern.node.base.sql import insert, run
from vaern.node.ledger.record import record
from vaern.node.reports.base.codes import fresh_code
from vaern.node.victims.grouping import acts, keys
from vaern.node.victims.grouping.links import SeriesLink, strongest_links
from vaern.node.victims.grouping.merges import absorb, apart, propose, recount
from vaern.node.victims.models import Link, Member, NearValue, Series
from vaern.node.victims.rules.grouping import Decision, Touched, decide
from vaern.node.victims.rules.series import KEPT_FOR, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from vaern.matching.grouping import Values
    from vaern.node.crosscheck.base.keys import Key
    from vaern.node.ledger.rules import Actor, Reason
    from vaern.node.organisations.models import Organisation, Person
    from vaern.node.victims.grouping.newcomers import Newcomer

LOCK = "SELECT 1 FROM pg_advisory_xact_lock(hashtext('series'), hashtext(%s))"


class Placed(NamedTuple):
    """The outcome for newcomers: counts, and the members in order."""

    members: list[Member]
    joined: int
    opened: int
    merged: int
    proposed: int


@dataclass
class Placing:
    """The state of one transaction: where newcomers come from, and the series loaded so far.

    Attributes:
        organisation: whose series.
        by, reason: for the ledger.
        series: locked ones, by id.
        grown: how many members each got.
        keys: for the cross-check; handed: absorbed series, with what took them over.
        counts: what happened.
    """

    organisation: Organisation
    by: Actor
    reason: Reason
    person: Person | None = None
    series: dict[UUID, Series] = field(default_factory=dict)
    grown: Counter[UUID] = field(default_factory=Counter)
    keys: dict[UUID, set[Key]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    handed: list[tuple[Series, Series]] = field(default_factory=list)

    def firm(self, id: UUID) -> bool:
        """Whether a person confirmed a series, or works or worked on it."""
        return is_firm(self.at_hand(id))

    def at_hand(self, id: UUID) -> Series:
        """Return a series, locked."""
        if id not in self.series:
            found = Series.everywhere.select_for_update(of=("self",), no_key=True).select_related("organisation")
            self.series[id] = found.get(pk=id)
        return self.series[id]


def is_firm(series: Series) -> bool:
    """Whether a person confirmed a series, or works or worked on it: then nothing is glued to it without a person."""
    return series.confirmed or series.working_id is not None or series.state != State.NEW.value


def lock(organisation: Organisation) -> None:
    """Take the organisation's lock on grouping. Call it first in the transaction."""
    run(LOCK, [str(organisation.pk)])


def place(work: Placing, newcomers: Sequence[Newcomer], home: Series | None = None) -> Placed:
    """Turn newcomers into members. The caller holds the lock.

    Args:
        work: for whom and why.
        newcomers: of one organisation.
        home: put them there, because a person says so, whatever they are linked to; None: where their links lead.
    """
    found = strongest_links(work.organisation.id, [one.values for one in newcomers])
    among = Among()
    for newcomer, there in zip(newcomers, found, strict=True):
        links = _strongest(work, [*there, *among.links(newcomer.values)])
        among.add(newcomer.values, _settle(work, newcomer, links, home))
    for id, count in work.grown.items():
        record(acts.GREW, work.series[id].subject, work.by, work.reason, count=count)
    recount(work.grown)
    keys.settle(work.series, work.keys, work.handed)
    return Placed(among.members, *(work.counts[name] for name in ("joined", "opened", "merged", "proposed")))


class Among:
    """The links among the newcomers of one transaction; a value that many hold leads to each of them."""

    def __init__(self) -> None:
        self.members: list[Member] = []
        self._grouping = Grouping()
        self._holding: dict[tuple[str, bytes], list[Member]] = {}

    def links(self, values: Values) -> list[SeriesLink]:
        """Return the links of values to the newcomers before."""
        equal = [(member, key[0], 0) for key in values.exact for member in self._holding.get(key, ())]
        alike = [
            (self.members[edge.other], edge.rule, edge.distance)
            for edge in self._grouping.edges(values._replace(exact=()))
        ]
        return [SeriesLink(one.series_id, one.pk, rule, distance) for one, rule, distance in (*equal, *alike)]

    def add(self, values: Values, member: Member) -> None:
        """Add a newcomer."""
        self._grouping.add(values._replace(exact=()))
        self.members.append(member)
        for key in values.exact:
            self._holding.setdefault(key, []).append(member)


def _strongest(work: Placing, links: Iterable[SeriesLink]) -> list[SeriesLink]:
    """The strongest link to each series; what was absorbed meanwhile stands for the series that took it over."""
    strongest: dict[UUID, SeriesLink] = {}
    for link in sorted(links, key=lambda link: link.strength):
        id = _standing(work, link.series)
        strongest.setdefault(id, link._replace(series=id))
    return list(strongest.values())


def _standing(work: Placing, id: UUID) -> UUID:
    """The series that holds the members of this one now."""
    while (into := work.at_hand(id).absorbed_into_id) is not None:
        id = into
    return id


def _settle(work: Placing, newcomer: Newcomer, links: list[SeriesLink], home: Series | None) -> Member:
    by_series = {link.series: link for link in links}
    decision: Decision[UUID]
    if home is None:
        touched = [Touched(id, _age(work.at_hand(id)), work.firm(id)) for id in by_series]
        decision = decide(touched, apart(by_series))
    else:
        decision = Decision(home.pk, linked=tuple(id for id in by_series if id != home.pk))
    series = work.at_hand(decision.home) if decision.home is not None else _open(work, newcomer)
    member = _member(work, newcomer, series, links[0] if links else None, by_hand=home is not None)
    for id in decision.absorbed:
        absorb(work.at_hand(id), series, work.by, work.reason, by_series[id], member)
        work.handed.append((work.at_hand(id), series))
        work.counts["merged"] += 1
        work.grown.pop(id, None)
    for id in decision.proposed:
        work.counts["proposed"] += propose(series, work.at_hand(id), member, by_series[id], work.reason)
    _note_links(work, member, [by_series[id] for id in (*decision.proposed, *decision.linked)])
    work.grown[series.pk] += 1
    work.keys.setdefault(series.pk, set()).update(newcomer.keys)
    work.counts["joined" if decision.home is not None else "opened"] += 1
    return member


def _age(series: Series) -> tuple[object, ...]:
    return series.created_at, series.pk


def _open(work: Placing, newcomer: Newcomer) -> Series:
    """Open a series; its first member follows."""
    series = Series(
        organisation=work.organisation,
        code=fresh_code(),
        synthetic=newcomer.synthetic,
        review_date=timezone.localdate() + KEPT_FOR,
    )
    insert([series])
    record(acts.OPENED, series.subject, work.by, work.reason)
    work.series[series.pk] = series
    return series


def _member(work: Placing, newcomer: Newcomer, series: Series, link: SeriesLink | None, *, by_hand: bool) -> Member:
    member = Member(
        series=series,
        organisation=work.organisation,
        added_by=work.person if by_hand else None,
        rule=link.rule if link else "by_hand" if by_hand else "opened",
        because_id=link.member if link else None,
        distance=link.distance if link else None,
        **newcomer.columns,
    )
    insert([member])
    held = [("pdq", newcomer.values.upright), ("turned", newcomer.values.turned), ("vpdq", newcomer.values.videos)]
    insert(
        [
            NearValue(member=member, organisation_id=member.organisation_id, kind=kind, value=value)
            for kind, values in held
            for value in values
        ]
    )
    return member


def _note_links(work: Placing, member: Member, links: Iterable[SeriesLink]) -> None:
    insert(
        [
            Link(
                organisation=work.organisation,
                member=member,
                other_id=link.member,
                rule=link.rule,
                distance=link.distance,
            )
            for link in links
        ]
    )
