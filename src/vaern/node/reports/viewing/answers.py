"""Take what a viewing station found: each answer once, as what was seen by whom. Nothing is decided by it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.formats import work_package
from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.sealing import seal
from vaern.node.ledger.record import record
from vaern.node.reports.models import PackedItem, Report, StationAnswer, WorkPackage
from vaern.node.reports.models.viewing import FILES
from vaern.node.reports.rules.stations import Door, Given, Standing, Wrong, faults
from vaern.node.reports.viewing import acts, discoveries
from vaern.node.reports.viewing.documents import MARKS
from vaern.node.reports.viewing.labels import NOT_GIVEN, WRONG
from vaern.node.reports.viewing.stations import count_viewings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vaern.formats.work_package import Answer
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer


MOST_TOLD = 20
"""Faulty answers of a file that are named where nothing of it is taken."""


@dataclass(frozen=True)
class Outcome:
    """What became of one answer.

    Attributes:
        made: it is new; False: it came before, or has faults.
        faults: the field and what is wrong with it; () if it was taken.
    """

    answer: Answer
    made: bool
    faults: tuple[tuple[str, Wrong], ...] = ()


@transaction.atomic
def take(viewer: Viewer, reason: Reason, package: WorkPackage, given: Sequence[Answer], door: Door) -> list[Outcome]:
    """Store the answers without a fault, each once, with one entry of the ledger for each report that has a new one.

    Args:
        viewer: the station's key, or who uploads its file.
        reason: why.
        package: of the viewer's organisation.
        given: the answers.
        door: how they came.

    Raises:
        Conflict: the station is revoked, its licence has expired, or the time of the package is over.
    """
    found = _open(viewer, package)
    packed = items_of(found)
    outcomes = check(found, packed, given)
    new: dict[object, int] = {}
    rows = StationAnswer.of(packed__package=found).values_list("packed", "digest")
    before = {(row, bytes(digest)) for row, digest in rows}
    made = []
    for n, outcome in enumerate(outcomes):
        if outcome.faults:
            continue
        row = packed[outcome.answer.report, outcome.answer.item]
        digest = digest_of(outcome.answer)
        if (row.pk, digest) in before:
            continue
        before.add((row.pk, digest))
        made.append(_store(row, outcome.answer, digest, door))
        new[row.report_id] = new.get(row.report_id, 0) + 1
        outcomes[n] = Outcome(outcome.answer, made=True)
    for report in _reports(found, new):
        record(acts.ANSWERED, report.subject, viewer.actor, reason, count=new[report.pk], details=found.code)
    for by in sorted({row.by for row in made if row.by}):
        count_viewings(found.station, by)
    return outcomes


@transaction.atomic
def take_whole(
    viewer: Viewer, reason: Reason, package: WorkPackage, given: Sequence[Answer], door: Door
) -> list[Outcome]:
    """Store the answers of one file, all or none; otherwise like `take`.

    Raises:
        Refusal: which answers have faults, each with its item and field.
    """
    wrong = [one for one in check(package, items_of(package), given) if one.faults]
    if wrong:
        raise Refusal(" ".join(_lines(wrong[:MOST_TOLD])))
    return take(viewer, reason, package, given, door)


def _lines(wrong: Sequence[Outcome]) -> Iterator[str]:
    for one in wrong:
        for where, what in one.faults:
            yield f"{work_package.ref(one.answer.report, one.answer.item)}, {where}: {WRONG[what]}."


def _reports(package: WorkPackage, new: dict[object, int]) -> list[Report]:
    """Lock the reports with new answers, and let what was found in them become known."""
    rows = Report.everywhere.select_for_update(of=("self",), no_key=True).order_by("pk")
    found = list(rows.filter(pk__in=list(new), organisation=package.organisation_id).select_related("organisation"))
    for report in found:
        discoveries.look_up(report, package)
    return found


def check(package: WorkPackage, packed: dict[tuple[str, int], PackedItem], given: Sequence[Answer]) -> list[Outcome]:
    """Return each answer with its faults; nothing is stored."""
    classes = {value["code"]: value["actionable"] for value in package.scheme.values} if package.scheme else {}
    now = timezone.now()
    found = []
    for answer in given:
        wrong = faults(_given(answer), made=package.made_at, now=now, classes=classes, marks=MARKS)
        if (answer.report, answer.item) not in packed:
            wrong = [("item", Wrong.ITEM)]
        found.append(Outcome(answer, made=False, faults=tuple(wrong)))
    return found


def digest_of(answer: Answer) -> bytes:
    """Return the digest by which an answer that is sent again is recognised."""
    return hashlib.sha256(msgspec.json.encode(answer)).digest()


def items_of(package: WorkPackage) -> dict[tuple[str, int], PackedItem]:
    """Return the items of a package by the code of their report and their number."""
    rows = PackedItem.of(package=package).select_related("report", "item")
    return {(row.report.code, row.item.number): row for row in rows}


def _given(answer: Answer) -> Given:
    return Given(
        answer.found,
        answer.looked,
        answer.by,
        answer.severity,
        answer.baseline,
        answer.value,
        answer.marks,
        answer.at,
        tuple(bool(file.md5 or file.sha1 or file.sha256 or file.pdq) for file in answer.files),
    )


def _open(viewer: Viewer, package: WorkPackage) -> WorkPackage:
    rows = WorkPackage.everywhere.select_for_update(of=("self",), no_key=True).select_related(
        "station__terms", "scheme"
    )
    found: WorkPackage = rows.get(pk=package.pk, organisation=viewer.organisation)
    if found.station.standing is not Standing.VALID:
        raise Conflict(str(NOT_GIVEN[found.station.standing]))
    if not found.open:
        raise Conflict(_("The time of this package is over: nothing is answered to it any more."))
    return found


def _store(row: PackedItem, answer: Answer, digest: bytes, door: Door) -> StationAnswer:
    made: StationAnswer = StationAnswer.everywhere.create(
        packed=row,
        organisation_id=row.organisation_id,
        door=door.value,
        digest=digest,
        found=answer.found,
        looked=answer.looked,
        by=answer.by,
        severity=answer.severity,
        baseline=answer.baseline,
        value=answer.value,
        marks=list(answer.marks),
        sealed=seal(msgspec.json.encode(answer.files).decode(), FILES) if answer.files else b"",
        at=answer.at,
    )
    return made
