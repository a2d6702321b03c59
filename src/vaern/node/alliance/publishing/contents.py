"""What a release is made of, and what it then tells. Reads values and earlier releases, and keeps nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.alliance.models import PublicRelease
from vaern.node.alliance.publishing import commitments, sources
from vaern.node.alliance.rules import assembly, definitions, frame, periods
from vaern.node.alliance.rules.figures import Published, Row
from vaern.node.alliance.rules.suppression.cells import Tables
from vaern.node.base.refusals import Conflict

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from vaern.node.alliance.rules.releases import Scope
    from vaern.node.alliance.rules.suppression.cells import Cell
    from vaern.node.organisations.models import Member


@dataclass(frozen=True)
class Ground:
    """What a release is made of.

    Attributes:
        scope: what it covers.
        today: the day on which it is made.
        members: who has a row of their own.
        tables: every cell that there is, whether it will be told or not.
        latest: the number of the latest release: what was told before is part of the ground.
    """

    scope: Scope
    today: date
    members: tuple[Member, ...]
    tables: Tables
    latest: int


YOUNG = timedelta(days=200)
"""For so long a synthetic node has no quarters of which a line could be drawn."""


def _running(first: date, today: date) -> tuple[periods.Kind, ...]:
    """Return the kinds of periods of which the one that is not over is told: none, but where everything is made up."""
    if not settings.CONFIGURATION.synthetic:
        return ()
    return periods.KINDS if today - first < YOUNG else ("year",)


def gather(scope: Scope) -> Ground:
    """Return what a release would be made of now.

    Raises:
        Refusal: there is nothing to release, or the values are being computed.
    """
    today = timezone.localdate()
    listed, basis = tuple(sources.members()), sources.basis()
    codes = tuple(member.code for member in listed)
    # What lies before the first number was not counted: it is no zero.
    known = scope.cells(codes, today, running=_running(basis.first, today))
    cells = frozenset(cell for cell in known if periods.after(cell.period, cell.start) > basis.first)
    if not basis.numbers or not cells:
        raise Conflict(_("There is nothing to release: no period of these years is over, or nothing was counted."))
    if min(basis.numbers.values()) < 0:
        raise Conflict(_("The values do not agree with each other: wait until they have been computed anew."))
    latest = PublicRelease.objects.order_by("-number").values_list("number", flat=True).first() or 0
    return Ground(scope, today, listed, Tables(basis, codes, cells), latest)


def content(ground: Ground, left_out: Collection[Cell]) -> Published:
    """Return what a release tells without the cells that it leaves out."""
    codes, joined = ground.tables.listed, {member.code: member.joined_date for member in ground.members}
    figures = assembly.figures(ground.tables, left_out, sources.medians(), joined)
    return Published(
        definitions=definitions.current().version,
        frame=frame.declaration().version,
        first=ground.scope.first,
        last=ground.scope.last,
        depth=ground.scope.depth,
        entries=sources.entries(),
        synthetic=settings.CONFIGURATION.synthetic,
        members=tuple(Row(member.code, member.name, member.name_da) for member in ground.members),
        figures=figures,
        declared=commitments.declared(codes, figures, sources.left_out_before()),
        promises=commitments.promises(figures, ground.today),
    )


def digest(ground: Ground, made: Published) -> str:
    """Return a digest of a release and of the numbers under it: any change of a number changes it.

    Numbers of months that are in no table do not count, nor how far the ledger was read: both change every minute.
    """
    until = max(periods.after(cell.period, cell.start) for cell in ground.tables.cells)
    numbers = sorted(
        (quantity, row, month.isoformat(), number)
        for (quantity, row, month), number in ground.tables.basis.numbers.items()
        if month < until
    )
    named = [msgspec.structs.replace(made, entries=0), numbers, ground.tables.basis.rows, ground.latest]
    return hashlib.sha256(msgspec.json.encode(named)).hexdigest()
