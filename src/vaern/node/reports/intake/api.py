"""Reports by the API: one as JSON, documents of other systems, many as lines. Idempotent by the sender's reference."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID  # noqa: TC003 - resolved by pydantic

import msgspec
from django.http import HttpRequest, HttpResponse  # noqa: TC002 - resolved by django-ninja
from django.utils import timezone
from ninja import Field, Query, Schema, Status
from pydantic import ValidationError

from vaern.arrivals import Fault
from vaern.faults import say
from vaern.node.organisations.reasons import told
from vaern.node.organisations.repeating import Key, Repeatable
from vaern.node.organisations.routers import GuardedRouter
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.scoping import viewing
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.intake import actions, documents, door, originals, queries
from vaern.node.reports.intake.faults import restored
from vaern.node.reports.intake.schemas import ReportIn, Strict
from vaern.node.web import problems, strict_json
from vaern.node.web.intake import charset_of, looks_into, takes_up_to
from vaern.node.web.problems import Problem
from vaern.node.web.validation import faults_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.arrivals import Arrival, Read
    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.intake.door import AtDoor
    from vaern.node.reports.models import Report

router = GuardedRouter(tags=["reports"])

NDJSON = "application/x-ndjson"
MOST_LINES = 1_000
"""Reports at once: each is a transaction of its own, and together they must not outlast a worker's time."""

MOST_TOLD = 500
"""Faults that are told where nothing was taken."""

LARGEST = 8_000_000
AHEAD = timedelta(minutes=10)
"""How far a sender's clock may be ahead of ours."""


class Made(Schema):
    """A report that was taken."""

    id: UUID
    code: str = Field(description="How people call it.")
    made: bool = Field(description="False: you sent it before, and this is that report.")
    completeness: int = Field(description="From 0 to 100: how much of what a desk needs is in it.")
    missing: list[str] = Field(description="Codes of what would have made it more complete.")
    faults: list[dict[str, str]] = Field(description="What is wrong with it and did not stop it: where, code, words.")


class LineMade(Schema):
    """What became of one report of several."""

    line: int = Field(description="Of the lines or reports that were sent; 1 is the first.")
    id: UUID | None = Field(description="Null: it was not taken, for its faults.")
    made: bool
    amended: bool = Field(False, description="It was added to a report that you sent before; `id` is that report's.")
    faults: list[dict[str, str]]


class Lines(Schema):
    """What became of each report; some may be taken and others not."""

    taken: int
    refused: int
    items: list[LineMade]


class DeskQuery(Strict):
    """For whom it is."""

    to: UUID | None = Field(None, description="An organisation that takes reports; without it, your own.")


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
    try:
        found, made = sending.receive(arrival, _odd_times(arrival), synthetic=report.synthetic)
    except actions.ReferenceReused as error:
        raise Problem("key-reused", str(error)) from None
    response["Location"] = f"/api/reports/sent/{found.pk}"
    return Status(201 if made else 200, _made(found, made))


@router.operation(
    "POST", "/reports/documents", permission=Permission.REPORT_SEND, asks_reason=True,
    response={200: Lines, 207: Lines},
    openapi_extra=_body(*documents.TYPES, what="The document, as it is."),
)  # fmt: skip
@takes_up_to(LARGEST)
@looks_into(door.first_look)
def send_document(request: HttpRequest, query: Query[DeskQuery], key: Key = None) -> Any:
    """Send a document of another system: CyberTipline XML, XARF, ARF, CSV. It is answered report by report.

    200: all was taken; 207: some of it; 409: nothing, for what was sent before; 422: nothing, for what is wrong.
    """
    kind = request.content_type or ""
    if kind not in documents.TYPES:
        raise Problem("unsupported-media-type", f"Send one of: {', '.join(documents.TYPES)}.")
    sending = _Sending(request, query, key)
    found = door.take(kind, request.body, charset_of(request))
    reads = documents.read(kind, found.body)
    if len(reads) > MOST_LINES:
        raise Problem("too-large", f"Send at most {MOST_LINES} reports in one document.")
    return _answer(sending.part(read.line or number, read, kind, found) for number, read in enumerate(reads, 1))


@router.operation(
    "POST", "/reports/batch", permission=Permission.REPORT_SEND, asks_reason=True, response={200: Lines, 207: Lines},
    openapi_extra=_body(NDJSON, what="A report a line, each as in POST /api/reports."),
)  # fmt: skip
@takes_up_to(LARGEST)
def send_reports(request: HttpRequest, query: Query[DeskQuery], key: Key = None) -> Any:
    """Send many reports, one a line. Each stands for itself: what is wrong with one does not stop the others.

    200: all were taken; 207: some; 409: none, for what was sent before; 422: none, for what is wrong.
    """
    if request.content_type != NDJSON:
        raise Problem("unsupported-media-type", f"Send {NDJSON}: a report a line.")
    sending = _Sending(request, query, key)
    lines = request.body.split(b"\n")
    if len(lines) > MOST_LINES + 1:
        raise Problem("too-large", f"Send at most {MOST_LINES} lines at once.")
    return _answer(_line(sending, number, line) for number, line in enumerate(lines, 1) if line.strip())


def _line(sending: _Sending, number: int, line: bytes) -> dict[str, Any]:
    try:
        report = ReportIn.model_validate(strict_json.read(line))
    except Problem as problem:
        return _refused(number, [Fault("", say("other", text=problem.detail))])
    except ValidationError as error:
        found = faults_of([dict(one) for one in error.errors(include_url=False)])
        return _refused(number, [Fault(_path(fault.where), say("other", text=fault.what)) for fault in found])
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
        try:
            actions.check_key(self.desk, self.sender, self.request)
        except actions.ReferenceReused as error:
            raise Problem("key-reused", str(error)) from None

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
                self.viewer, self.reason, self.desk, arrival, sender=self.sender, faults=faults, synthetic=synthetic,
                request=self._at(line),
            )  # fmt: skip

    def _at(self, line: int) -> Repeatable | None:
        return self.request and self.request.at(line)

    def line(
        self, number: int, arrival: Arrival | None, faults: list[Fault], *, synthetic: bool = False
    ) -> dict[str, Any]:
        """Take in one report of several, and say what became of it."""
        if arrival is None:
            return _refused(number, faults)
        try:
            report, made = self.receive(arrival, faults, line=number, synthetic=synthetic)
        except actions.ArrivalRefused as error:
            return _refused(number, faults, error)
        return {"line": number, "id": report.pk, "made": made, "faults": _faults(report)}

    def part(self, number: int, read: Read, kind: str, came: AtDoor) -> dict[str, Any]:
        """Take in one report of a document, and say what became of it."""
        read = msgspec.structs.replace(read, faults=(*read.faults, *came.left_out))
        if read.arrival is None or read.arrival.document not in originals.KEPT:
            return self.line(number, read.arrival, list(read.faults))
        sent = originals.Sent(kind, read.part or came.kept, part=bool(read.part), stripped=bool(came.left_out))
        try:
            with viewing(self.desk.id):
                found = actions.receive_document(
                    self.viewer, self.reason, self.desk, read, sent, sender=self.sender, request=self._at(number)
                )  # fmt: skip
        except actions.ArrivalRefused as error:
            return _refused(number, list(read.faults), error)
        return {
            "line": number, "id": found.report.pk, "made": found.made, "amended": found.amended,
            "faults": _faults(found.report),
        }  # fmt: skip


def _refused(number: int, faults: list[Fault], error: actions.ArrivalRefused | None = None) -> dict[str, Any]:
    """Say that a report was not taken, for its faults, or for what was sent before."""
    if error is not None:
        faults = [*faults, Fault("reference", say("other", text=error))]
    clashes = isinstance(error, actions.ReferenceReused)
    return {
        "line": number, "id": None, "made": False, "clashes": clashes, "faults": [_plain(fault) for fault in faults],
    }  # fmt: skip


def _answer(items: Iterator[dict[str, Any]]) -> Any:
    """Answer report by report; where nothing was taken, the status says so.

    Raises:
        Problem: nothing was taken.
    """
    found = list(items)
    taken = sum(item["id"] is not None for item in found)
    if found and not taken:
        raise _nothing(found)
    answer = {"taken": taken, "refused": len(found) - taken, "items": found}
    return Status(200 if taken == len(found) else 207, answer)


def _nothing(found: list[dict[str, Any]]) -> Problem:
    told = [
        problems.Fault(_place(item["line"], fault["where"], alone=len(found) == 1), fault["what"])
        for item in found
        for fault in item["faults"]
    ]
    faults = tuple(told[:MOST_TOLD])
    if all(item["clashes"] for item in found):
        return Problem("conflict", "What you sent was not taken, for what you sent before; see errors.", faults)
    return Problem("invalid", "Nothing of what you sent can be taken; see errors.", faults)


def _place(line: int, where: str, *, alone: bool) -> str:
    return (where or "document") if alone else ", ".join(filter(None, (f"line {line}", where)))


def _made(report: Report, made: bool) -> dict[str, Any]:
    missing = [line["code"] for line in report.completeness_lines if line["points"] < line["of"]]
    return {
        "id": report.pk, "code": report.code, "made": made, "completeness": report.completeness, "missing": missing,
        "faults": _faults(report),
    }  # fmt: skip


def _faults(report: Report) -> list[dict[str, str]]:
    return [_plain(restored(kept)) for kept in report.faults]


def _plain(fault: Fault) -> dict[str, str]:
    return {"where": fault.path, "code": fault.what.code, "what": fault.said}


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
