"""Bulk actions on reports with one reason: all or nothing, with the problem of each report."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.casework.retention import actions as retention
from vaern.node.reports.desk import actions
from vaern.node.reports.models import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from uuid import UUID

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer


MOST = 200
"""Reports in one go."""


class Bulk(enum.StrEnum):
    """Bulk actions."""

    CLAIM = "claim"
    DUPLICATE = "duplicate"
    PROLONG = "prolong"


@dataclass(frozen=True)
class Line:
    """The result, or the obstacle, for one report.

    Attributes:
        code: how people call it.
        problem: why it could not be done; empty if it could.
    """

    code: str
    problem: str = ""


class BulkError(Refusal):
    """Nothing was done, because some of the reports could not be changed.

    Attributes:
        lines: every report, in the order in which they were given.
    """

    def __init__(self, lines: Sequence[Line]) -> None:
        super().__init__(_("Nothing was done: see the lines."))
        self.lines = list(lines)


def do(
    viewer: Viewer, reason: Reason, what: Bulk, ids: Sequence[UUID], *, original: str = "", until: date | None = None
) -> list[Line]:
    """Apply one action to all of the reports, each with its own ledger entry, or to none.

    Args:
        viewer: who acts.
        reason: why, for all of them.
        what: one of `Bulk`.
        ids: of the reports; a missing one stops all.
        original: code of the earlier report (duplicate).
        until: the day until which they are needed (prolong).

    Raises:
        BulkError: nothing was done.
        Refusal: too many, or the earlier report is not there.
    """
    if len(ids) > MOST:
        raise Refusal(_("At most %(n)s reports at once.") % {"n": MOST})
    first = original_of(viewer, original) if what is Bulk.DUPLICATE else None
    act = _act(viewer, reason, what, first, until)
    lines: dict[UUID, Line] = {}
    with transaction.atomic():
        # In one order for all, the earlier report among them, so that two who act on the same wait for each other and
        # do not lock up.
        locks = {*ids, first.pk} if first else ids
        rows = Report.everywhere.select_for_update(of=("self",), no_key=True).order_by("pk")
        there = rows.filter(organisation=viewer.organisation.id, pk__in=locks)
        reports = {report.pk: report for report in there}
        for pk in sorted(set(ids)):
            lines[pk] = _line(act, reports.get(pk))
        if any(line.problem for line in lines.values()):
            transaction.set_rollback(True)
    found = [lines[pk] for pk in dict.fromkeys(ids)]
    if any(line.problem for line in found):
        raise BulkError(found)
    return found


def _line(act: Callable[[Report], object], report: Report | None) -> Line:
    if report is None:
        return Line("–", _("It is not there any more."))
    try:
        with transaction.atomic():
            act(report)
    except Refusal as error:
        return Line(report.code, str(error))
    return Line(report.code)


def _act(
    viewer: Viewer, reason: Reason, what: Bulk, first: Report | None, until: date | None
) -> Callable[[Report], object]:
    if first is not None:
        return lambda report: actions.set_aside(viewer, reason, report, first)
    if what is Bulk.CLAIM:
        return lambda report: actions.claim(viewer, reason, report)
    if until is None:
        raise Refusal(_("Say until when."))
    return lambda report: retention.prolong(viewer, reason, report, until)


def original_of(viewer: Viewer, code: str) -> Report:
    """Return the report of the viewer's desk with this code.

    Raises:
        Refusal: there is none.
    """
    wanted = code.strip().upper()
    found: Report | None = None
    if wanted.isprintable():
        found = Report.own.filter(code=wanted).first()
    if found is None:
        raise Refusal(_("There is no report with this code at your desk."), field="original")
    return found
