"""Reports by the API: one as JSON, documents of other systems, many as lines. Idempotent by the sender's reference."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID  # noqa: TC003 - resolved by pydantic

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse  # noqa: TC002 - resolved by django-ninja
from django.utils import timezone
from ninja import Field, Query, Status
from pydantic import ValidationError

from vaern.arrivals import Fault
from vaern.faults import say
from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.idempotency import Key, Repeatable
from vaern.node.casework.reasons import told
from vaern.node.organisations.routers import GuardedRouter
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.arrival import actions, usage
from vaern.node.reports.arrival.answers import Lines, Made, answered, made_of, refused, told_of
from vaern.node.reports.base import originals
from vaern.node.reports.intake import documents, door, mapped, queries
from vaern.node.reports.intake.documents import LARGEST, MOST_REPORTS
from vaern.node.reports.intake.mapped import Tally
from vaern.node.reports.intake.schemas import ReportIn, Strict
from vaern.node.web import problems, strict_json
from vaern.node.web.intake import charset_of, looks_into, takes_up_to
from vaern.node.web.problems import Problem
from vaern.node.web.validation import faults_of

if TYPE_CHECKING:
    from vaern.arrivals import Arrival, Read
    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.intake.door import AtDoor
    from vaern.node.reports.intake.mapped import Came
    from vaern.node.reports.models import Report, SavedMappingVersion

router = GuardedRouter(tags=["reports"])

NDJSON = "application/x-ndjson"
AHEAD = timedelta(minutes=10)
"""How far a sender's clock may be ahead of ours."""


class DeskQuery(Strict):
    """For whom it is."""

    to: UUID | None = Field(None, description="An organisation that takes reports; without it, your own.")


class DocumentQuery(DeskQuery):
    """For whom a document is, and how it is read."""

    mapping: UUID | None = Field(
        None, description="A mapping that your organisation keeps: what another system exports is read by it."
    )


def _body(*types: str, what: str) -> dict[str, Any]:
    content = {type_: {"schema": {"type": "string", "description": what}} for type_ in types}
    return {"requestBody": {"required": True, "content": content}}


@router.operation(
    "POST", "/reports", permission=Permission.REPORT_SEND, asks_reason=True, response={201: Made, 200: Made}
)
@takes_up_to(LARGEST)
def send_report(
    request: HttpRequest, response: HttpResponse, report: ReportIn, query: Query[DeskQuery], key: Key = None
) -> Any:
    """Send a report. With a `reference` of your own the same again makes no second one."""
    sending = _Sending(request, query, key)
    arrival = report.arrival()
    found, made = sending.receive(arrival, _odd_times(arrival), synthetic=report.synthetic)
    response["Location"] = f"/api/reports/sent/{found.pk}"
    return Status(201 if made else 200, made_of(found, made))


@router.operation(
    "POST",
    "/reports/documents",
    permission=Permission.REPORT_SEND,
    asks_reason=True,
    response={200: Lines, 207: Lines},
    openapi_extra=_body(*documents.TYPES, NDJSON, what="The document, as it is."),
)
@takes_up_to(LARGEST)
@looks_into(door.first_look)
def send_document(request: HttpRequest, query: Query[DocumentQuery], key: Key = None) -> Any:
    """Send a document of another system: CyberTipline XML, XARF, ARF, CSV, or any by a mapping of yours.

    It is answered report by report. 200: all was taken; 207: some of it; 409: nothing, for what was sent before; 422:
    nothing, for what is wrong. By a mapping JSON, JSON lines, XML and CSV are read.
    """
    kind = request.content_type or ""
    version = _version(query.mapping)
    taken = mapped.TYPES[mapped.content_of(version).shape] if version else documents.TYPES
    if kind not in taken:
        raise Problem("unsupported-media-type", f"Send one of: {', '.join(taken)}.")
    sending = _Sending(request, query, key)
    charset = charset_of(request)
    if version is not None:
        return sending.mapped(version, mapped.read(mapped.content_of(version), request.body, charset))
    found = door.take(kind, request.body, charset)
    reads = documents.read(kind, found.body)
    _not_too_many(reads)
    return answered(sending.part(read.line or number, read, kind, found) for number, read in enumerate(reads, 1))


def _version(id: UUID | None) -> SavedMappingVersion | None:
    """Return by which version of a mapping a document is read; None where it needs none.

    Raises:
        Problem: the organisation has no such mapping, or it was retired.
    """
    if id is None:
        return None
    found = mapped.in_use(id)
    if found is None:
        raise Problem("not-found", "Your organisation has no such mapping.")
    if found.mapping.retired_at:
        raise Problem("conflict", "This mapping was retired: no document is read by it.")
    return found


def _not_too_many(reads: list[Read]) -> None:
    if len(reads) > MOST_REPORTS:
        raise Problem("too-large", f"Send at most {MOST_REPORTS} reports in one document.")


@router.operation(
    "POST",
    "/reports/batch",
    permission=Permission.REPORT_SEND,
    asks_reason=True,
    response={200: Lines, 207: Lines},
    openapi_extra=_body(NDJSON, what="A report a line, each as in POST /api/reports."),
)
@takes_up_to(LARGEST)
def send_reports(request: HttpRequest, query: Query[DeskQuery], key: Key = None) -> Any:
    """Send many reports, one a line. Each stands for itself: what is wrong with one does not stop the others.

    200: all were taken; 207: some; 409: none, for what was sent before; 422: none, for what is wrong.
    """
    if request.content_type != NDJSON:
        raise Problem("unsupported-media-type", f"Send {NDJSON}: a report a line.")
    sending = _Sending(request, query, key)
    lines = request.body.split(b"\n")
    if len(lines) > MOST_REPORTS + 1:
        raise Problem("too-large", f"Send at most {MOST_REPORTS} lines at once.")
    return answered(_line(sending, number, line) for number, line in enumerate(lines, 1) if line.strip())


def _line(sending: _Sending, number: int, line: bytes) -> dict[str, Any]:
    try:
        report = ReportIn.model_validate(strict_json.read(line))
    except Problem as problem:
        return refused(number, [Fault("", say("other", text=problem.detail))])
    except ValidationError as error:
        found = faults_of([dict(one) for one in error.errors(include_url=False)])
        return refused(number, [Fault(_path(fault.where), say("other", text=fault.what)) for fault in found])
    arrival = report.arrival()
    return sending.line(number, arrival, _odd_times(arrival), synthetic=report.synthetic)


class _Sending:
    """One request: who sends, to whom, and why.

    Raises:
        Problem: no reason, the desk takes no reports, or the key came with another request.
    """

    def __init__(self, request: HttpRequest, query: DeskQuery, key: str | None) -> None:
        self.viewer: Viewer = viewer_of(request)
        self.reason = told(request)
        self.desk = self._desk(query.to)
        self.sender = None if self.desk.id == self.viewer.organisation.id else self.viewer.organisation
        self.request = Repeatable.of(key, request.body)
        actions.check_key(self.desk, self.sender, self.request)

    def _desk(self, to: UUID | None) -> Organisation:
        found = self.viewer.organisation if to is None else queries.organisation(to)
        if found is None or not queries.takes_reports(found):
            fault = problems.Fault("query.to", "is an organisation that takes reports")
            raise Problem("invalid", "There is no such organisation, or it takes no reports.", (fault,))
        return found

    def receive(
        self, arrival: Arrival, faults: list[Fault], *, line: int = 0, synthetic: bool = False
    ) -> tuple[Report, bool]:
        """Take in one report."""
        with viewing(self.desk.id):
            return actions.receive(
                self.viewer,
                self.reason,
                self.desk,
                arrival,
                sender=self.sender,
                faults=faults,
                synthetic=synthetic,
                request=self._at(line),
            )

    def _at(self, line: int) -> Repeatable | None:
        return self.request and self.request.at(line)

    def line(
        self, number: int, arrival: Arrival | None, faults: list[Fault], *, synthetic: bool = False
    ) -> dict[str, Any]:
        """Take in one report of several, and say what became of it."""
        if arrival is None:
            return refused(number, faults)
        try:
            report, made = self.receive(arrival, faults, line=number, synthetic=synthetic)
        except Refusal as error:
            return refused(number, faults, error)
        return {"line": number, "id": report.pk, "made": made, "faults": told_of(report)}

    def part(self, number: int, read: Read, kind: str, came: AtDoor) -> dict[str, Any]:
        """Take in one report of a document, and say what became of it."""
        read = msgspec.structs.replace(read, faults=(*read.faults, *came.left_out))
        if read.arrival is None or read.arrival.document not in originals.KEPT:
            return self.line(number, read.arrival, list(read.faults))
        sent = originals.Sent(kind, read.part or came.kept, part=bool(read.part), stripped=bool(came.left_out))
        return self._document(number, read, sent)

    def mapped(self, version: SavedMappingVersion, came: Came) -> Any:
        """Take in the reports of a document that was read by a mapping, and say what became of each."""
        _not_too_many(came.reads)
        items, tally = list[dict[str, Any]](), Tally.begun(version)
        for place, read in enumerate(came.reads, 1):
            number = read.line or place
            taken = (
                refused(number, list(read.faults))
                if read.arrival is None
                else self._document(number, read, came.sent(read, version))
            )
            tally.add(read.faults, taken=taken["id"] is not None)
            items.append(taken)
        usage.note(self.viewer, self.reason, version, tally)
        return answered(iter(items))

    def _document(self, number: int, read: Read, sent: originals.Sent) -> dict[str, Any]:
        try:
            with viewing(self.desk.id):
                found = actions.receive_document(
                    self.viewer,
                    self.reason,
                    self.desk,
                    read,
                    sent,
                    sender=self.sender,
                    request=self._at(number),
                    synthetic=settings.CONFIGURATION.synthetic,
                )
        except Refusal as error:
            return refused(number, list(read.faults), error)
        return {
            "line": number,
            "id": found.report.pk,
            "made": found.made,
            "amended": found.amended,
            "faults": told_of(found.report),
        }


def _path(where: str) -> str:
    return "" if where == "body" else where


def _odd_times(arrival: Arrival) -> list[Fault]:
    """Flag what happened in the future: a wrong clock or zone, which no desk can act on unseen."""
    latest = timezone.now() + AHEAD
    times = {"incident_at": arrival.incident_at}
    times |= {f"locations.{n}.seen_at": place.seen_at for n, place in enumerate(arrival.locations)}
    times |= {f"files.{n}.uploaded_at": file.uploaded_at for n, file in enumerate(arrival.files)}
    times |= {
        f"files.{n}.location.seen_at": file.location.seen_at for n, file in enumerate(arrival.files) if file.location
    }
    times |= {
        f"{kind}.{n}.ip_events.{m}.at": event.at
        for kind, seen in (
            ("accounts", [account.ip_events for account in arrival.accounts]),
            ("files", [file.ip_events for file in arrival.files]),
        )
        for n, events in enumerate(seen)
        for m, event in enumerate(events)
    }
    return [Fault(path, say("future"), fatal=False) for path, moment in times.items() if moment and moment > latest]
