"""Scans by the API: bring in, list, read. Release, export, decision and erasure are a person's, on pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse  # noqa: TC002 - resolved by django-ninja
from ninja import Field, Path, Query, Schema, Status
from pydantic import StringConstraints

from vaern.node.casework.idempotency import Key, Repeatable
from vaern.node.casework.reasons import told
from vaern.node.casework.releases.terms import Handling
from vaern.node.casework.sheets import find
from vaern.node.organisations.routers import GuardedRouter
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.scans import actions, queries
from vaern.node.scans.api_in import PRINTABLE, ListIn, ScanIn, Strict, finding_of, header_of
from vaern.node.scans.models import Scan
from vaern.node.scans.results import ResultsError, checked, read_lines, row, rows_are_once
from vaern.node.scans.rules import COUNTED, ReviewOutcome, State
from vaern.node.web.paging import OfProgram
from vaern.node.web.problems import Fault, Problem
from vaern.records import Verdict  # noqa: TC001 - resolved by django-ninja

router = GuardedRouter(tags=["scans"])

NDJSON = "application/x-ndjson"


class Sight(Schema):
    """How a recipient has to handle what was released to it."""

    handling: Handling
    europol: str = Field("", description="Europol's handling codes beside it, as H1+H2; empty where none was said.")
    until: datetime


class ScanOut(Schema):
    """A scan."""

    id: UUID
    reference: str
    organisation: str
    own: bool
    state: State
    outcome: ReviewOutcome | None
    run: str
    engine: str
    synthetic: bool
    started_at: datetime | None
    finished_at: datetime | None
    received_at: datetime
    review_date: date
    counts: dict[str, int] = Field(
        description="Findings by verdict; `known` and `near` by the matches that stand now. What met only entries that "
        "are recalled, disputed or in quarantine is counted as `fallen`."
    )


class ScanSheet(ScanOut):
    """A scan with what it was matched against, and for a recipient how to handle it."""

    lists: list[ListIn]
    released: Sight | None


class ScanPage(Schema):
    """Some scans, and where the next begin."""

    items: list[ScanOut]
    next: str | None = Field(description="For `after`; null at the end.")


class FindingPage(Schema):
    """Some findings, and where the next begin."""

    items: list[dict[str, Any]]
    next: str | None = Field(description="For `after`; null at the end.")


class Added(Schema):
    """What a batch did."""

    added: int = Field(description="Findings that were not there yet.")
    total: int


class PageQuery(Strict):
    """Which page."""

    after: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]*$", max_length=2_000)] = ""
    limit: int = Field(50, ge=1, le=500)


class ScanQuery(PageQuery):
    """Which scans."""

    state: State | None = None
    whose: Literal["own", "released"] | None = None
    reference: Annotated[str, StringConstraints(pattern=PRINTABLE, max_length=100)] | None = Field(
        None, description="A part of it."
    )


class FindingQuery(PageQuery):
    """Which findings."""

    verdict: Verdict | Literal["fallen"] | None = Field(None, description="As of a scan's `counts`.")


class BatchQuery(Strict):
    """Where the batch stands."""

    first: int = Field(1, ge=1, le=2**31 - 1, description="Number of the batch's first line in findings.jsonl.")


@router.operation("GET", "/scans", permission=Permission.SCAN_VIEW, asks_reason=True, response=ScanPage)
def list_scans(request: HttpRequest, query: Query[ScanQuery]) -> Any:
    """List the scans that your organisation owns or that were released to it."""
    search = queries.Search(query.reference or "", query.state or "", query.whose or "")
    page = queries.scans(
        viewer_of(request), search, {"after": OfProgram(query.after or "")}, query.limit, reason=told(request)
    )
    return {"items": [_out(viewer_of(request), scan) for scan in page.rows], "next": page.next or None}


@router.operation(
    "POST", "/scans", permission=Permission.SCAN_ADD, asks_reason=True, response={201: ScanOut, 200: ScanOut}
)
def bring_in_scan(request: HttpRequest, response: HttpResponse, scan: ScanIn, key: Key = None) -> Any:
    """Bring in a scan. Send its findings with it, or afterwards in batches."""
    viewer = viewer_of(request)
    try:
        header = checked(header_of(scan))
        rows = [row(finding_of(found), found.number) for found in scan.findings]
        rows_are_once(rows)
        made, fresh = actions.receive(
            viewer,
            told(request),
            scan.reference,
            header,
            rows,
            finished=scan.complete,
            request=Repeatable.of(key, request.body),
        )
    except ResultsError as error:
        raise Problem("invalid", "A part of the scan cannot be taken.", (Fault("body", error.what),)) from None
    response["Location"] = f"/api/scans/{made.pk}"
    return Status(201 if fresh else 200, _out(viewer, made))


@router.operation("GET", "/scans/{uuid:id}", permission=Permission.SCAN_VIEW, asks_reason=True, response=ScanSheet)
def read_scan(request: HttpRequest, id: Path[UUID]) -> Any:
    """Read a scan, without its findings."""
    viewer, scan = viewer_of(request), _found(request, id)
    sheet = queries.sheet(viewer, scan, told(request))
    sight = sheet.sight
    same = ("name", "release", "purpose", "entries", "checksum", "last_release")
    lists = [
        {name: getattr(u, name) for name in same} | {"checked": u.checked_at, "last_checked": u.last_checked_at}
        for u in sheet.lists
    ]
    released = {"handling": sight.handling, "europol": sight.europol, "until": sight.expires_at} if sight else None
    return {**_out(viewer, scan), "lists": lists, "released": released}


@router.operation(
    "GET", "/scans/{uuid:id}/findings", permission=Permission.SCAN_VIEW, asks_reason=True, response=FindingPage
)
def list_findings(request: HttpRequest, id: Path[UUID], query: Query[FindingQuery]) -> Any:
    """Read findings with their signals, in the order of their numbers."""
    viewer, scan = viewer_of(request), _found(request, id)
    reason = told(request)
    page = queries.findings(
        viewer, scan, reason, query.verdict or "", {"after": OfProgram(query.after or "")}, query.limit
    )
    further = queries.further(page.rows)
    items = [queries.plain(finding, further.get(finding.pk, ())) for finding in page.rows]
    return {"items": items, "next": page.next or None}


@router.operation(
    "POST",
    "/scans/{uuid:id}/findings",
    permission=Permission.SCAN_ADD,
    asks_reason=True,
    response=Added,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                NDJSON: {
                    "schema": {
                        "type": "string",
                        "description": "Lines as `vaern scan` writes them into findings.jsonl.",
                    }
                }
            },
        }
    },
)
def add_findings(request: HttpRequest, id: Path[UUID], query: Query[BatchQuery]) -> Any:
    """Add a batch of lines to a scan. The names of files in them are dropped. The same batch again changes nothing."""
    viewer, scan = viewer_of(request), _own(request, id)
    if request.content_type != NDJSON:
        raise Problem("unsupported-media-type", f"Send {NDJSON}: a finding a line.")
    try:
        rows = read_lines(request.body, query.first)
        added = actions.add_findings(viewer, told(request), scan, rows)
    except ResultsError as error:
        where = f"line {error.line}" if error.line else "body"
        raise Problem("invalid", "A line is not a finding; nothing was taken.", (Fault(where, error.what),)) from None
    return {"added": added, "total": _own(request, id).total}


@router.operation("POST", "/scans/{uuid:id}/finish", permission=Permission.SCAN_ADD, asks_reason=True, response=ScanOut)
def finish_scan(request: HttpRequest, id: Path[UUID]) -> Any:
    """Say that all findings are there. From now on a person can review and release the scan."""
    viewer, scan = viewer_of(request), _own(request, id)
    return _out(viewer, actions.finish(viewer, told(request), scan))


def _viewer(request: HttpRequest) -> Any:
    return viewer_of(request)


def _found(request: HttpRequest, id: UUID) -> Scan:
    scan = find(Scan, id)
    if scan is None:
        raise Problem("not-found", "There is nothing at this address, or nothing that this key may know of.")
    return scan


def _own(request: HttpRequest, id: UUID) -> Scan:
    scan = _found(request, id)
    if scan.organisation_id != viewer_of(request).organisation.id:
        raise Problem("conflict", "Only the organisation that owns a scan changes it.")
    return scan


def _out(viewer: Any, scan: Scan) -> dict[str, Any]:
    return {
        "id": scan.pk,
        "reference": scan.reference,
        "organisation": scan.organisation.name,
        "own": scan.organisation_id == viewer.organisation.id,
        "state": scan.state,
        "outcome": scan.outcome or None,
        "run": scan.run,
        "engine": scan.engine,
        "synthetic": scan.synthetic,
        "started_at": scan.started_at,
        "finished_at": scan.finished_at,
        "received_at": scan.created_at,
        "review_date": scan.review_date,
        "counts": {verdict: getattr(scan, column) for verdict, column in COUNTED.items()},
    }
