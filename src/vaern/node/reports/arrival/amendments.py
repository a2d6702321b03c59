"""Amend an existing report with its sender's further files, or with a corrected version of it. One transaction."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.arrivals import numbers_of
from vaern.node.casework.idempotency import KeyReusedError
from vaern.node.external.passage import take_in
from vaern.node.ledger.record import record
from vaern.node.reports.arrival import acts, drafts, lookups
from vaern.node.reports.base import originals, ties
from vaern.node.reports.base.content import arrival_of, item_of, items_of, sealed
from vaern.node.reports.base.faults import stored
from vaern.node.reports.models import Item, Report
from vaern.node.reports.rules import amendments, repetition
from vaern.node.reports.rules import states as life
from vaern.node.reports.rules.scores import facts_of
from vaern.node.reports.rules.states import Event, State, Who
from vaern.node.reports.triage.actions import counted, put_scores

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.arrivals import Arrival, Document
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.arrival.drafts import Draft
    from vaern.node.reports.base.originals import Sent

AMENDABLE: frozenset[Document] = frozenset({"cybertipline", "xarf"})
"""Formats in which an identifier is of one report for good, so that the same again with other content corrects it."""

TAKES_MORE = frozenset({State.ARRIVED, State.DUPLICATE, State.LEGAL_REVIEW})
"""States in which nobody has concluded anything of it."""

MOST_FILES = 2_000
MOST_UNKNOWN = 4_000
MOST_FAULTS = 500


class CannotAmend(KeyReusedError):
    """A report cannot be amended; the message says why and what to do."""


@transaction.atomic
def amend(
    viewer: Viewer, reason: Reason, pk: UUID, draft: Draft, sent: Sent, *, files_alone: bool
) -> tuple[Report, bool]:
    """Amend a report with a further document of its sender; return it, and whether the document was new to it.

    Urgency is never withdrawn, and no item is removed.

    Raises:
        CannotAmend: people have begun to conclude, or there is no room for more.
    """
    # before the row, as whoever makes a report of the same things
    lookups.lock(draft.organisation, items_of(draft.arrival))
    found = Report.everywhere.select_for_update(of=("self",), no_key=True).select_related("organisation")
    report: Report = found.get(pk=pk)
    if originals.holds(report, sent):  # the same came at the same moment
        return report, False
    if State(report.state) not in TAKES_MORE or report.assessments.exists():
        raise CannotAmend(
            _("People have assessed that report already: send what is new as a report with a reference of its own.")
        )
    earlier = arrival_of(report)
    merge = amendments.with_files if files_alone else amendments.amended
    arrival = merge(earlier, draft.arrival)
    if len(arrival.files) > MOST_FILES or not originals.has_room(report, sent):
        raise CannotAmend(_("That report holds as much as a report can: send the rest with a reference of its own."))
    new, unseen = _add_items(report, replace(draft, arrival=arrival))
    faults = amendments.faults_of_files(draft.faults, len(earlier.files)) if files_alone else draft.faults
    _put(report, arrival)
    take_in(report, numbers_of(arrival))
    kept = [stored(fault) for fault in faults]
    report.faults = (report.faults + [one for one in kept if one not in report.faults])[:MOST_FAULTS]
    if report.state == State.DUPLICATE and (report.urgent or unseen or repetition.brings_new(arrival, earlier)):
        report.state, report.duplicate_of = life.after(State.DUPLICATE, Event.SEPARATE, Who.NODE).value, None
    report.save()
    originals.keep(report, sent)
    record(acts.AMENDED, report.subject, viewer.actor, reason, count=new)
    return report, True


def _add_items(report: Report, draft: Draft) -> tuple[int, bool]:
    """Add the items that the report does not have yet; return how many, and whether one was in no earlier report."""
    rows = list(Item.of(report=report).order_by("number"))
    held = {item_of(row) for row in rows}
    contents = [content for content in items_of(draft.arrival) if content not in held]
    looked = lookups.look(draft.organisation, contents)
    items = drafts.add_items(report, looked, after=rows[-1].number if rows else 0)
    report.items_total += len(items)
    report.items_known += sum(known for known, _seen in looked.spared)
    report.items_seen += sum(seen for _known, seen in looked.spared)
    return len(items), any(sighting.item is None for sighting in looked.seen)


def _put(report: Report, arrival: Arrival) -> None:
    """Set what the row says of the arrival, and score it anew."""
    now = timezone.now()
    was_urgent = report.urgent
    report.sealed = sealed(arrival)
    report.offence, report.incident_at = arrival.offence, arrival.incident_at
    report.preserved_until, report.tip_number = arrival.preserved_until, arrival.tip_number
    held = ties.ties_of(arrival, report.sender_id)
    ties.keep(report, held)
    if report.same_as_id is None:
        ties.find(report, held)
    unknown, wished = counted(report)
    put_scores(report, facts_of(arrival, now, unknown, wished, same=report.same_as_id is not None))
    if report.urgent and not was_urgent:
        report.due_at = now + life.URGENT_WITHIN
