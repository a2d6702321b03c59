"""Conclude as a viewing station saw it: one act of a person, for all items that somebody looked at there.

The station decides nothing. Its answers say what was seen; whether that is an offence here a person says, once for each
grade. Items with the same grade are concluded together, each as in `actions.assess`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.reports.assessment.actions import Judgement, assess, may_assess, views_of
from vaern.node.reports.base.desks import desk_of
from vaern.node.reports.base.precedents import decided
from vaern.node.reports.base.station_answers import files_of, grade, shown_to
from vaern.node.reports.law import schemes
from vaern.node.reports.models import Item
from vaern.node.reports.rules.assessments import PLACES, Basis
from vaern.node.reports.rules.states import State
from vaern.node.reports.rules.stations import differ
from vaern.node.reports.viewing.discoveries import differs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Assessment, Report, Scheme, StationAnswer
    from vaern.node.reports.rules.states import Event

Grade = tuple[bool | None, str]
"""The baseline, and a class of the desk's scheme; "" for none."""


@dataclass(frozen=True)
class Answered:
    """What stations answered about one item.

    Attributes:
        answers: the last of each person at a station, the oldest first.
        contradictions: codes of `viewing.labels.DIFFER`: where answers differ from each other, or from what stands.
        done: the viewer has concluded of it in this round.
    """

    item: Item
    answers: list[StationAnswer]
    contradictions: list[str]
    done: bool = False

    @property
    def seen(self) -> list[StationAnswer]:
        """The answers of people who looked."""
        return [one for one in self.answers if one.looked != "nothing"]

    @property
    def to_choose(self) -> bool:
        """Whether a person has to say which answer they follow."""
        return len({(one.baseline, one.value, one.found) for one in self.seen}) > 1


@dataclass(frozen=True)
class Sheet:
    """What stations answered about a report, and what can be concluded of it.

    Attributes:
        unanswered: how many items have no answer of somebody who looked.
        refused: why the viewer concludes nothing now; "" if they can.
    """

    report: Report
    items: list[Answered]
    unanswered: int
    refused: str
    scheme: Scheme | None
    grades: list[Grade] = field(default_factory=list)


def sheet(viewer: Viewer, report: Report) -> Sheet:
    """Return what stations answered about a report, as far as the viewer may see it now; nothing is recorded here."""
    items = list(Item.of(report=report).order_by("number"))
    answers, stands = shown_to(viewer, report, items), decided(items)
    done, refused = _done(viewer, report)
    found = [
        Answered(item, rows, contradictions(item, rows, stands.get(item.pk)), done=item.number in done or 0 in done)
        for item in items
        if (rows := answers.get(item.pk))
    ]
    scheme = schemes.of_desk(desk_of(report.organisation))
    open_ = [one for one in found if one.seen and not one.done]
    grades = dict.fromkeys(grade_of(row, scheme) for one in open_ for row in one.seen)
    return Sheet(report, found, len(items) - sum(bool(one.seen) for one in found), refused, scheme, list(grades))


def contradictions(item: Item, rows: Sequence[StationAnswer], stands: Assessment | None) -> list[str]:
    """Return in what the answers about an item contradict each other, or what stands: for a person to look into."""
    found = sorted(differ([grade(row) for row in rows]))
    if stands is not None and any(_against(row, stands) for row in rows if row.looked != "nothing"):
        found.append("conclusion")
    if any(differs(item, files_of(row)) for row in rows):
        found.append("hash")
    return found


def _against(row: StationAnswer, stands: Assessment) -> bool:
    other_class = row.packed.package.scheme_id == stands.scheme_id and bool(row.value) and row.value != stands.value
    return other_class or (row.baseline is not None and row.baseline is not stands.baseline)


def grade_of(row: StationAnswer, scheme: Scheme | None) -> Grade:
    """Return the grade of an answer in the desk's own scheme."""
    same = scheme is not None and row.packed.package.scheme_id == scheme.pk
    return row.baseline, row.value if same else ""


@transaction.atomic
def conclude(
    viewer: Viewer,
    reason: Reason,
    report: Report,
    followed: Mapping[int, int],
    offences: Mapping[Grade, bool],
    *,
    ask: bool = False,
) -> Event | None:
    """Conclude of the items that somebody looked at on a station, all or nothing.

    Args:
        viewer: a person who assesses.
        reason: why.
        report: of their organisation.
        followed: id of the answer that they follow, by item number.
        offences: for each grade among these whether it is an offence here.
        ask: they ask for a second view.

    Returns:
        what happened to the report; None while items of it are still to be assessed.

    Raises:
        Refusal: an answer is not of that item, or came meanwhile; and as `actions.assess`.
    """
    shown = sheet(viewer, report)
    if shown.refused:
        raise Refusal(shown.refused)
    groups: dict[Grade, dict[int, StationAnswer]] = {}
    for one in shown.items:
        if one.item.number not in followed or one.done:
            continue
        row = next((row for row in one.seen if row.pk == followed[one.item.number]), None)
        if row is None:
            raise Refusal(_("Another answer came for item %(n)s: look again.") % {"n": one.item.number})
        groups.setdefault(grade_of(row, shown.scheme), {})[one.item.number] = row
    if not groups:
        raise Refusal(_("Nobody looked at any of these items at a station."))
    event = None
    for given, rows in groups.items():
        if given not in offences:
            raise Refusal(_("Say of each grade whether it is an offence here."))
        event = assess(viewer, reason, report, _judgement(given, rows, offence=offences[given], ask=ask))
    return event


def _judgement(given: Grade, rows: Mapping[int, StationAnswer], *, offence: bool, ask: bool) -> Judgement:
    baseline, value = given
    return Judgement(
        actionable=offence,
        baseline=baseline,
        value=value,
        items=tuple(sorted(rows)),
        basis=Basis.STATION,
        answers=rows,
        ask=ask,
    )


def _done(viewer: Viewer, report: Report) -> tuple[set[int], str]:
    """Return the numbers of the items that the viewer has concluded of in this round, and why they take no view."""
    if viewer.person is None or State(report.state) not in PLACES:
        return set(), _("It was concluded, or it waits for something else first.")
    try:
        place, number = may_assess(viewer.person, report)
    except Refusal as error:
        return set(), str(error)
    return {view.item or 0 for view in views_of(report, number, place, viewer.person)}, ""
