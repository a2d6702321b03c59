"""A report as a document: what it would hold, and the document itself, each recorded in the transaction of the read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from vaern.formats.document_parts import Carrying, kind_of, leaves
from vaern.formats.report_write import TYPES, CannotWriteError, write
from vaern.formats.xarf_report import places_of
from vaern.node.base.refusals import Refusal
from vaern.node.base.sealing import Unsealable
from vaern.node.casework.releases.terms import Handling
from vaern.node.ledger.record import record
from vaern.node.reports.base.content import arrival_of
from vaern.node.reports.export import acts
from vaern.node.reports.export.facts import facts_of
from vaern.node.reports.intake.external_numbers import leaving
from vaern.node.reports.law.grounds import check_act
from vaern.node.reports.models import Report

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.arrivals import Arrival, Fault
    from vaern.formats.report_write import Form, Written
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer

HANDLING = Handling.AMBER_STRICT.value
"""Of a document that leaves (`facts.HANDLING`): external identifiers that stay here under it are not in it."""


class DocumentError(Refusal):
    """A document that cannot be made; the message says why.

    Attributes:
        faults: what stands in the way, and where.
    """

    def __init__(self, message: str, faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(message)
        self.faults = faults


@dataclass(frozen=True)
class Preview:
    """What a document would hold, by kind of part: names of parts and numbers, none of their values.

    Attributes:
        kept, left_out, changed: how many parts of each kind (`carrying.kind_of`).
        faults: why it cannot be made.
        places: how many addresses there are to choose from; 0 where the form says all of them.
    """

    kept: dict[str, int]
    left_out: dict[str, int]
    changed: dict[str, int]
    faults: tuple[Fault, ...] = ()
    places: int = 0


@dataclass(frozen=True)
class Document:
    """A report that leaves.

    Attributes:
        written: its bytes, and what it leaves out.
        media_type, name: of the file.
    """

    written: Written
    media_type: str
    name: str


def find(viewer: Viewer, id: UUID) -> Report | None:
    """Return a report of the viewer's own organisation; shows nothing, so records nothing."""
    found: Report | None = Report.own.filter(pk=id).first()
    return found


@transaction.atomic
def preview(viewer: Viewer, report: Report, reason: Reason, form: Form, place: int = 1) -> Preview:
    """Return what a document of a report would hold; recorded as a consultation.

    Raises:
        DocumentError: the report does not open.
    """
    record(acts.PREVIEWED, report.subject, viewer.actor, reason)
    arrival = _arrival(report)
    said = [kind_of(path) for path in leaves(arrival)]
    places = len(places_of(Carrying(arrival).root)) if form == "xarf" else 0
    try:
        written = write(arrival, form, facts_of(report, arrival, place))
    except CannotWriteError as error:
        return Preview({}, _counted(said), {}, error.faults, places)
    left, changed = map(list, (map(kind_of, written.left_out), map(kind_of, written.changed)))
    kept = _counted(said)
    for kind in left:
        kept[kind] -= 1
    return Preview({kind: n for kind, n in kept.items() if n}, _counted(left), _counted(changed), (), places)


@transaction.atomic
def take_out(viewer: Viewer, report: Report, reason: Reason, form: Form, to_whom: str, place: int = 1) -> Document:
    """Return a report as a document that leaves the node; recorded as a disclosure, with form and recipient.

    Args:
        viewer: who takes it out.
        report: of their own organisation.
        reason: why.
        form: as what.
        to_whom: in words, kept beside the reason's.
        place: which of its addresses, for forms that say one alone.

    Raises:
        DocumentError: the form cannot say it, or the report does not open.
        GroundMissing: no ground to pass it on is in force.
    """
    check_act("forward", report)
    arrival = _arrival(report)
    try:
        written = write(arrival, form, facts_of(report, arrival, place))
    except CannotWriteError as error:
        raise DocumentError(_("The report cannot be written in this form."), error.faults) from None
    said = sum(1 for _path in leaves(arrival))
    record(
        acts.EXPORTED,
        report.subject,
        viewer.actor,
        reason,
        count=said - len(written.left_out),
        details=f"{form}: {to_whom}",
    )
    media_type, ending = TYPES[form]
    return Document(written, media_type, f"vaern-report-{report.code}{ending}")


def _arrival(report: Report) -> Arrival:
    try:
        return leaving(report, arrival_of(report), HANDLING)
    except Unsealable:
        said = _("What was sent does not open on this node: it was sealed by another node's secret.")
        raise DocumentError(said) from None


def _counted(kinds: list[str]) -> dict[str, int]:
    return {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}
