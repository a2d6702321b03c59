"""What pages read of indicators. Values are open to everybody who is signed in; the records behind them are not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vaern.node.alliance.indicators import tracks
from vaern.node.alliance.models import Declared, Value
from vaern.node.alliance.rules import definitions, periods
from vaern.node.alliance.rules.commitments import ReplyState
from vaern.node.ledger import folds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from vaern.node.organisations.models import Member
    from vaern.node.organisations.viewers import Viewer

MOST_PERIODS = {"month": 13, "quarter": 9, "year": 6}
"""How many periods a page shows, the latest last."""


@dataclass(frozen=True)
class Lately:
    """One indicator at a glance: the last whole year and the running one, of all and of the viewer's country."""

    definition: definitions.Definition
    of_all: Sequence[Value | None]
    own: Sequence[Value | None]


@dataclass(frozen=True)
class Overview:
    """All of them.

    Attributes:
        years: their first days, the earlier first.
        rows: in the order of the definitions.
        member: the viewer's country; None for an organisation without one.
        as_of: how many entries of the ledger are in the values; 0 before the first.
    """

    years: Sequence[date]
    rows: Sequence[Lately]
    member: Member | None
    as_of: int


def overview(viewer: Viewer) -> Overview:
    """Return every indicator at a glance."""
    latest = Value.objects.filter(period="year").order_by("-start").first()
    if latest is None:
        return Overview([], [], viewer.organisation.member, 0)
    years = [periods.year_before(latest.start), latest.start]
    member = viewer.organisation.member
    found = Value.objects.filter(period="year", start__in=years, split="")
    by_key = {(row.code, row.member_id, row.start): row for row in found}
    rows = [
        Lately(
            one,
            [by_key.get((one.code, None, year)) for year in years],
            [by_key.get((one.code, member.pk, year)) for year in years] if member else [],
        )
        for one in definitions.current().indicators
    ]
    return Overview(years, rows, member, folds.folded(tracks.fold_name()))


@dataclass(frozen=True)
class Sheet:
    """One indicator.

    Attributes:
        starts: first days of the periods, the earliest first.
        of_all: values of all together, by first day.
        members: each country that has a value, with its values by first day.
        splits: the values of all by what they are split by, of the last of the periods.
        beside: the values of all of the indicator that stands beside it, by first day.
        declared: what members declared themselves, whatever its period, by member, period and first day; also why they
            have no number.
        own: the viewer's country; None for an organisation without one.
    """

    definition: definitions.Definition
    period: periods.Kind
    starts: Sequence[date]
    of_all: dict[date, Value]
    members: Sequence[tuple[Member, dict[date, Value]]]
    splits: Sequence[Value]
    beside: dict[date, Value]
    declared: dict[tuple[UUID, periods.Kind, date], Declared]
    own: Member | None


def sheet(viewer: Viewer, definition: definitions.Definition, period: periods.Kind) -> Sheet:
    """Return one indicator by months, quarters or years."""
    found = Value.objects.filter(code=definition.code, period=period)
    last = found.order_by("-start").values_list("start", flat=True).first()
    starts = _latest(period, last) if last else []
    rows = list(found.filter(split="", start__in=starts).select_related("member"))
    declared = _declared(definition)
    by_member: dict[Member, dict[date, Value]] = {
        one.reply.member: {} for (_member, kind, start), one in declared.items() if kind == period and start in starts
    }
    for row in rows:
        if row.member is not None:
            by_member.setdefault(row.member, {})[row.start] = row
    beside = Value.objects.filter(
        code=definition.beside or definition.code, period=period, member=None, split="", start__in=starts
    )
    return Sheet(
        definition=definition,
        period=period,
        starts=starts,
        of_all={row.start: row for row in rows if row.member_id is None},
        members=sorted(by_member.items(), key=lambda pair: str(pair[0])),
        splits=list(found.filter(member=None, start=last).exclude(split="").order_by("split")) if last else [],
        beside={row.start: row for row in beside} if definition.beside else {},
        declared=declared,
        own=viewer.organisation.member,
    )


def _declared(definition: definitions.Definition) -> dict[tuple[UUID, periods.Kind, date], Declared]:
    """Return what published replies declare; of several for one period, that of the last round."""
    found = Declared.objects.filter(indicator=definition.code, reply__state=ReplyState.PUBLISHED.value)
    rows = found.select_related("reply__member").order_by("reply__round__closes")
    return {(one.reply.member_id, *periods.read(one.period)): one for one in rows}


def _latest(period: periods.Kind, last: date) -> list[date]:
    starts = [last]
    while len(starts) < MOST_PERIODS[period]:
        starts.insert(0, periods.before(period, starts[0]))
    return starts
