"""What a release tells of commitments, and of the numbers that members declare."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from vaern.node.alliance.models import Commitment, Declared, Membership
from vaern.node.alliance.rules import contents as commitments
from vaern.node.alliance.rules import definitions, periods
from vaern.node.alliance.rules.commitments import ReplyState, State
from vaern.node.alliance.rules.figures import Figure, Promise
from vaern.node.alliance.rules.gap import Reading, Status, Why, standing
from vaern.node.alliance.rules.suppression.cells import SMALL

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from vaern.node.alliance.models import CommitmentVersion

COUNTED = frozenset({"count", "stock"})
FROM_BASELINE = frozenset({Status.ON_TRACK, Status.BEHIND})
"""Where a member stands by the way that it has gone: it says something of where it began."""


def promises(figures: Sequence[Figure], today: date) -> tuple[Promise, ...]:
    """Return the commitments in force, each held against the figures of the release, and nothing else.

    That its ministry drafts the next version is nobody else's business.

    Args:
        figures: of the release.
        today: decides what is overdue.
    """
    joined = dict(Membership.objects.filter(left=None).values_list("member__code", "joined"))
    in_force = Commitment.objects.filter(current__isnull=False).exclude(state=State.WITHDRAWN.value)
    rows = in_force.filter(member__code__in=joined).select_related("current", "member")
    return tuple(
        _promise(row.member.code, row.current, figures, today, joined)  # type: ignore[arg-type]
        for row in rows.order_by("goal", "member__code", "id")
    )


def _promise(
    member: str, version: CommitmentVersion, figures: Sequence[Figure], today: date, joined: dict[str, date]
) -> Promise:
    content = commitments.loaded(version.content)
    target = content.target
    found = standing(target, _readings(member, target.indicator, figures), today, joined.get(member))
    baseline = target.baseline.value if target.baseline else None
    if _small(target.indicator, baseline):
        baseline = None
        if found.status in FROM_BASELINE:
            found = replace(found, status=Status.NOT_COMPUTABLE, why=Why.NO_BASELINE)
    states = [line.state for line in content.actions]
    return Promise(
        member=member,
        goal=content.goal,
        version=version.number,
        language=content.language,
        obligation=content.obligation,
        requirement=content.requirement,
        target=target.text,
        owner=content.owner,
        indicator=target.indicator,
        value=target.value,
        unit=target.unit,
        direction=target.direction,
        due=target.due.isoformat() if target.due else None,
        baseline=baseline,
        actions={"planned": states.count("planned"), "done": states.count("done")},
        standing=found.status.value,
        why=found.why.value if found.why else "",
        now=found.value,
        gap=found.gap,
    )


def _readings(member: str, code: str | None, figures: Sequence[Figure]) -> list[Reading]:
    """Return what the release tells of an indicator of a member by whole years, the earliest first."""
    found = sorted(
        (one for one in figures if one.code == code and one.row == member and len(one.period) == 4),
        key=lambda one: one.period,
    )
    return [Reading(*_days(one.period), one.value) for one in found]


def _days(period: str) -> tuple[date, date]:
    kind, start = periods.read(period)
    return start, periods.after(kind, start) - timedelta(days=1)


def _small(code: str | None, value: float | None) -> bool:
    """Whether a number that a member states is a count below five."""
    known = definitions.current().by_code.get(code or "")
    return value is not None and known is not None and known.kind in COUNTED and 0 < value < SMALL.stop


def declared(
    listed: Collection[str], figures: Sequence[Figure], left_out: Collection[tuple[str, str, str]]
) -> tuple[Figure, ...]:
    """Return what members declared in replies that are published.

    A count below five is not told, nor is a number whose computed one is left out, here or in a release before that
    this one tells no better: it may be the same.

    Args:
        listed: the members with a row.
        figures: of the release.
        left_out: indicator, row and period of what releases before it left out.
    """
    cells = {(one.code, one.row, one.period): one.status for one in figures}
    hidden = {key for key, status in cells.items() if status == "suppressed"} | (set(left_out) - set(cells))
    latest: dict[tuple[str, str, str], Figure] = {}
    rows = Declared.objects.filter(reply__state=ReplyState.PUBLISHED.value, reply__member__code__in=listed)
    for one in rows.select_related("reply__member").order_by("reply__round__closes", "id"):
        key = (one.indicator, one.reply.member.code, one.period)
        if one.value is None:
            latest[key] = Figure(*key, status="not_computable", why=one.why)
        elif _small(one.indicator, one.value) or key in hidden:
            latest[key] = Figure(*key, status="suppressed")
        else:
            latest[key] = Figure(*key, status="declared", value=one.value, why=one.source)
    return tuple(latest[key] for key in sorted(latest))
