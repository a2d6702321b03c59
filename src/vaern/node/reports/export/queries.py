"""Preview and export of a report as a document, each recorded in the transaction of the read."""

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

if TYPE_CHECKING:
    from vaern.arrivals import Arrival, Fault
    from vaern.formats.report_write import Form, Written
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Report

HANDLING = Handling.AMBER_STRICT.value
"""Of a document that leaves (`facts.HANDLING`): external identifiers that stay here under it are not in it."""


class DocumentError(Refusal):
    """The document cannot be written; the message says why.

    Attributes:
        faults: what prevents it, and at which path.
    """

    def __init__(self, message: str, faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(message)
        self.faults = faults


@dataclass(frozen=True)
class Preview:
    """The parts that a document would hold: their kinds and counts, none of their values.

    Attributes:
        kept, left_out, changed: number of parts of each kind (`formats.document_parts.kind_of`).
        faults: why it cannot be written.
        places: number of addresses to choose from; 0 if the form holds all of them.
    """

    kept: dict[str, int]
    left_out: dict[str, int]
    changed: dict[str, int]
    faults: tuple[Fault, ...] = ()
    places: int = 0


@dataclass(frozen=True)
class Document:
    """An exported report.

    Attributes:
        written: the bytes, and what they leave out.
        media_type, name: of the exported file.
    """

    written: Written
    media_type: str
    name: str


@transaction.atomic
def preview(viewer: Viewer, report: Report, reason: Reason, form: Form, place: int = 1) -> Preview:
    """Return the preview of a document of a report; recorded as a consultation.

    Raises:
        DocumentError: the report cannot be unsealed.
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
    """Export a report as a document; recorded as a disclosure, with form and recipient.

    Args:
        viewer: who exports it.
        report: of their own organisation.
        reason: why.
        form: the document format.
        to_whom: the recipient in words, stored with the words of the reason.
        place: number of one of its addresses, for forms that hold only one.

    Raises:
        DocumentError: the form cannot express it, or the report cannot be unsealed.
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
