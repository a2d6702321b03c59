"""Scans by the API: bring in, list, read. Release, export, decision and erasure are a person's, on pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse  # noqa: TC002 - resolved by django-ninja
from ninja import Field, Path, Query, Schema, Status
from pydantic import AwareDatetime, ConfigDict, StringConstraints

from vaern.node.casework.idempotency import Key, Repeatable
from vaern.node.casework.reasons import told
from vaern.node.casework.releases.terms import Handling
from vaern.node.casework.sheets import find
from vaern.node.organisations.routers import GuardedRouter
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.scans import actions, queries
from vaern.node.scans.models import Scan
from vaern.node.scans.results import Header as ScanHeader
from vaern.node.scans.results import ResultsError, UsedList, checked, read_lines, row, rows_are_once
from vaern.node.scans.rules import COUNTED, LONGEST_TRAIT, ReviewOutcome, State
from vaern.node.web.paging import OfProgram
from vaern.node.web.problems import Fault, Problem
from vaern.records import Finding as FoundFinding
from vaern.records import Match, Media, Orientation, Region, Signal, Traits, Verdict

router = GuardedRouter(tags=["scans"])

NDJSON = "application/x-ndjson"
MOST_AT_ONCE = 1_000
"""Findings in one JSON document; batches of lines have no such limit, only that of the body."""

MOST_FURTHER = 1_000
"""Hits of one finding in a JSON document."""

PRINTABLE = r"^[\x20-\x7e\u00a1-\u024f\u0370-\u03ff\u0400-\u04ff]+$"
"""Latin, Greek and Cyrillic letters, digits and signs, in one line."""

Text = Annotated[str, StringConstraints(pattern=PRINTABLE, min_length=1, max_length=200)]
Maybe = Annotated[str, StringConstraints(pattern=PRINTABLE[:-2] + "*$", max_length=90)]
Hex = Annotated[str, StringConstraints(pattern=r"^(?:[0-9a-f]{2})+$", max_length=200_000)]


class Strict(Schema):
    """Something that comes in: what is not named here is refused."""

    model_config = ConfigDict(extra="forbid")


class ListIn(Strict):
    """A list package that the scan was matched against."""

    name: Text
    release: Text
    purpose: Annotated[str, StringConstraints(pattern=r"^[a-z-]*$", max_length=40)] = ""
    entries: int = Field(0, ge=0, le=2**53)
    checksum: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9:_-]*$", max_length=128)] = ""
    checked: AwareDatetime | None = Field(
        None, description="When it was last compared with its source, of a list that was fetched."
    )
    last_release: Maybe = Field("", description="Of its last state, where it changed while the scan ran.")
    last_checked: AwareDatetime | None = Field(None, description="The same of its last state.")


class ScanSignalIn(Strict):
    """One signal of a file."""

    kind: Literal["md5", "sha1", "sha256", "pdq", "vpdq"]
    value: Hex
    quality: int | None = Field(None, ge=0, le=100)
    orientation: Orientation = "upright"
    region: Region = "whole"
    frame: int = Field(0, ge=0, le=2**31 - 1)


class MatchIn(Strict):
    """A hit."""

    kind: Literal["md5", "sha1", "sha256", "pdq", "vpdq"]
    distance: int = Field(ge=0, le=256)
    list: Text
    release: Text
    entry: Text
    classification: Maybe = Field("", description="What the list says of the entry, as it wrote it.")
    scheme: Maybe = Field("", description="Of which scheme that is a value.")
    orientation: Orientation = "upright"
    region: Region = "whole"


Trait = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f-\x9f]*$", max_length=LONGEST_TRAIT)]


class TraitsIn(Strict):
    """By what a file may hang together with others, as `vaern scan` writes it under `media.traits`."""

    make: Trait = ""
    model: Trait = ""
    serial: Trait = Field("", description="Of the camera's body.")
    lens: Trait = ""
    lens_serial: Trait = ""
    place: tuple[Annotated[float, Field(ge=-90, le=90)], Annotated[float, Field(ge=-180, le=180)]] | None = Field(
        None, description="Degrees north and east."
    )
    name: Trait = Field("", description="The shape of the file's name, such as IMG_#.jpg; a name is refused.")
    folder: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64})?$")] = Field(
        "", description="SHA-256 of the path of the folder; the path is refused."
    )


class FindingIn(Strict):
    """What the scan says of one file. There is no member for its name."""

    number: int = Field(ge=1, le=2**31 - 1, description="The line in the examiner's findings.jsonl.")
    verdict: Verdict
    mime: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.+-]{0,48}/[a-z0-9][a-z0-9.+-]{0,48}$")]
    size: int = Field(ge=0, le=2**53)
    signals: list[ScanSignalIn] = Field(default_factory=list, max_length=600)
    match: MatchIn | None = Field(None, description="The nearest hit.")
    further: list[MatchIn] = Field(
        default_factory=list, max_length=MOST_FURTHER, description="The other hits, if there is a nearest one."
    )
    more: int = Field(0, ge=0, le=2**31 - 1, description="How many hits there are besides those.")
    taken: Annotated[str, StringConstraints(pattern=r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)?)?$")] = Field(
        "", description="When the picture was taken, with an offset from UTC only if the file has one."
    )
    traits: TraitsIn | None = None
    checked: AwareDatetime | None = Field(
        None,
        description="When the list of the match was last compared with its source; without a match, that of all lists "
        "for which it is longest ago.",
    )


class ScanIn(Strict):
    """A scan, whole or before its findings."""

    reference: Annotated[str, StringConstraints(pattern=PRINTABLE, min_length=1, max_length=100)]
    run: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]*$", max_length=64)] = ""
    engine: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z.+-]*$", max_length=40)] = ""
    synthetic: bool = False
    started_at: AwareDatetime | None = None
    finished_at: AwareDatetime | None = None
    lists: list[ListIn] = Field(default_factory=list, max_length=100)
    findings: list[FindingIn] = Field(default_factory=list, max_length=MOST_AT_ONCE)
    complete: bool = Field(False, description="These are all findings: the scan can be reviewed.")


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
    counts: dict[str, int] = Field(description="Findings by verdict.")


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

    verdict: Verdict | None = None


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
        header = checked(_header(scan))
        rows = [row(_finding(found), found.number) for found in scan.findings]
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


def _header(scan: ScanIn) -> ScanHeader:
    return ScanHeader(
        run=scan.run,
        engine=scan.engine,
        synthetic=scan.synthetic,
        started_at=scan.started_at,
        finished_at=scan.finished_at,
        lists=tuple(_used(used) for used in scan.lists),
    )


def _used(used: ListIn) -> UsedList:
    said = used.model_dump(exclude={"checked", "last_checked"})
    return UsedList(**said, checked=_written(used.checked), last_checked=_written(used.last_checked))


def _written(moment: datetime | None) -> str:
    """Return a moment as the engine writes it."""
    return moment.isoformat() if moment else ""


def _finding(found: FindingIn) -> FoundFinding:
    """Return it as the engine's record, so that both ways of bringing it in are checked by one function."""
    signals = tuple(
        Signal(s.kind, bytes.fromhex(s.value), s.quality, s.orientation, s.region, s.frame) for s in found.signals
    )
    match = found.match
    checked = _written(found.checked)
    hits = [match, *found.further] if match else []
    matches = tuple(Match(query="", checked=checked if hit is match else "", **hit.model_dump()) for hit in hits)
    traits = Traits(**found.traits.model_dump()) if found.traits else None
    media = Media("", found.size, found.mime, signals, taken=found.taken or None, traits=traits)
    return FoundFinding(media, found.verdict, matches, more=found.more if match else 0, checked=checked)
