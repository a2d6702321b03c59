"""Every reading of scans: takes the viewer, returns what they may see, and records that it was read.

Each function opens a transaction of its own, so that nobody sees what the ledger does not say they saw.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from itertools import chain
from operator import add, or_
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from vaern.node.casework.matches import AT_ONCE, beside_nearest
from vaern.node.casework.releases import queries as releases
from vaern.node.casework.sheets import Sheet, look
from vaern.node.casework.standing import told
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.organisations import listings
from vaern.node.organisations.rules import Permission
from vaern.node.scans import acts, rules
from vaern.node.scans.known import ASKED, KNOWN, counted
from vaern.node.scans.models import Finding, FindingMatch, ListUse, Scan
from vaern.node.scans.rules import COUNTED, REVIEW_SOON, State
from vaern.node.web.items import Rows, first_of
from vaern.node.web.paging import Page, paginate
from vaern.node.web.sorting import Order, by_rank, words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from uuid import UUID

    from vaern.node.casework.models import Release
    from vaern.node.organisations.viewers import Viewer
    from vaern.records import Entry

LISTS = Subject("scan")
TO_WORK = Reason(Why.ASSESSMENT)
"""Why people look at the list: to find their work in it. They are asked when they open one."""


@dataclass(frozen=True)
class Search:
    """Which scans are wanted.

    Attributes:
        text: a part of the reference.
        state: one of `rules.State`, or empty.
        whose: `own`, `released`, or empty for both.
    """

    text: str = ""
    state: str = ""
    whose: str = ""


@dataclass(frozen=True)
class ScanSheet(Sheet[Scan]):
    """All that is read of one scan beside its findings.

    Attributes:
        releases: to whom it was released, as far as the viewer may know.
        lists: what was matched against.
    """

    releases: list[Release]
    lists: list[ListUse]


@dataclass(frozen=True)
class ScanPage:
    """All that the page of one scan shows.

    Attributes:
        verdict: of which the findings are, as they are counted now (`known.counted`); empty for all.
        findings: a page of them.
        near: near findings about which the page asks.
        grades: what was said at workstations, and of how many findings.
        further: the matches beside the nearest, by finding.
    """

    sheet: ScanSheet
    verdict: str
    findings: Page[Finding]
    near: list[Finding]
    grades: list[tuple[str, int]]
    further: dict[int, list[FindingMatch]]


ORDER = Order(
    "-created_at",
    "id",
    reference=words("reference"),
    state=by_rank("state", State),
    organisation=words("organisation__name"),
    known="known",
    near="near",
    total=reduce(add, (F(column) for column in COUNTED.values())),
    created="created_at",
    review="review_date",
)


@transaction.atomic
def scans(
    viewer: Viewer, search: Search, parameters: Mapping[str, Any], size: int = 50, reason: Reason = TO_WORK
) -> Page[Scan]:
    """Return a page of the scans that the viewer may see; recorded with how many were shown."""
    found = Scan.objects.select_related("organisation__member")
    if search.text:
        found = found.filter(reference__icontains=search.text.replace("\0", ""))
    if search.state:
        found = found.filter(state=search.state)
    if search.whose == "own":
        found = found.filter(organisation=viewer.organisation)
    elif search.whose == "released":
        found = found.exclude(organisation=viewer.organisation)
    return listings.read(
        viewer,
        found,
        ORDER,
        parameters,
        size,
        act=acts.SEARCHED if search.text else acts.LISTED,
        subject=LISTS,
        reason=reason,
        details=search.text,
        looked="scans",
        came="created_at",
    )


@transaction.atomic(savepoint=False)
def sheet(viewer: Viewer, scan: Scan, reason: Reason) -> ScanSheet:
    """Return what is known of a scan beside its findings; recorded as a consultation."""
    return ScanSheet(
        look(viewer, scan, reason, acts.CONSULTED),
        releases.releases_of(viewer, scan),
        list(ListUse.of(scan__in=_seen(scan)).order_by("name", "id")),
    )


@transaction.atomic(savepoint=False)
def opened(viewer: Viewer, scan: Scan, reason: Reason, verdict: str, parameters: Mapping[str, Any]) -> ScanPage:
    """Return what the page of a scan shows, with a page of its findings; recorded as both."""
    shown = findings(viewer, scan, reason, verdict, parameters)
    read = sheet(viewer, scan, reason)
    beside = further(shown.rows)
    told(chain(shown.rows, *beside.values()))
    waiting = near(scan) if read.own and viewer.may(Permission.SCAN_ADD) else []
    return ScanPage(read, verdict, shown, waiting, grades(scan), beside)


@transaction.atomic
def findings(
    viewer: Viewer, scan: Scan, reason: Reason, verdict: str, parameters: Mapping[str, Any], size: int = 50
) -> Page[Finding]:
    """Return a page of the findings of a scan, with their signals; recorded with how many were shown."""
    found = Finding.of(scan__in=_seen(scan))
    if verdict:
        found = found.filter(counted(verdict))
    page = paginate(found, ("number",), parameters, size)
    record(acts.FINDINGS_CONSULTED, scan.subject, viewer.actor, reason, count=len(page.rows))
    return page


def further(findings: Sequence[Finding]) -> dict[int, list[FindingMatch]]:
    """Return the matches beside the nearest of findings that the viewer was given, by finding."""
    matched = [one for one in findings if one.matched_kind]
    nearest = {one.pk: (one.list, one.entry) for one in matched}
    parts = (matched[begin : begin + AT_ONCE] for begin in range(0, len(matched), AT_ONCE))
    rows = (row for part in parts for row in FindingMatch.of(finding__in=part))
    return beside_nearest(rows, nearest, "finding_id")


@transaction.atomic
def export(
    viewer: Viewer, scan: Scan, reason: Reason, verdicts: list[str], to_whom: str = ""
) -> tuple[Release | None, list[Finding]]:
    """Return the findings that leave the node, and the release under whose handling they do; recorded as a disclosure.

    Args:
        viewer: who exports.
        scan: what.
        reason: why.
        verdicts: which findings, as they are counted now (`known.counted`).
        to_whom: in words; kept beside the reason's.
    """
    wanted = reduce(or_, (counted(verdict) for verdict in verdicts), Q(pk__in=()))
    found = list(Finding.of(scan__in=_seen(scan)).filter(wanted).order_by("number"))
    record(acts.EXPORTED, scan.subject, viewer.actor, reason, count=len(found), details=to_whom)
    return releases.given_sight(viewer, scan), found


def codes(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return how people call scans, by id; those of the viewer's organisation alone."""
    return dict(Scan.objects.filter(pk__in=list(ids)).values_list("pk", "reference"))


@dataclass(frozen=True)
class Waiting:
    """What waits for an organisation: scans to review, being received, and close to their end date."""

    to_review: Rows[Scan]
    receiving: Rows[Scan]
    due: Rows[Scan]


def waiting(viewer: Viewer) -> Waiting:
    """Return the first of what waits for the viewer's organisation, that which waits longest first."""
    own = Scan.own.only("reference", "created_at", "review_date")
    soon = timezone.localdate() + REVIEW_SOON
    return Waiting(
        to_review=first_of(own.filter(state=State.TO_REVIEW.value).order_by("created_at", "id")),
        receiving=first_of(own.filter(state=State.RECEIVING.value).order_by("created_at", "id")),
        due=first_of(own.filter(review_date__lte=soon).order_by("review_date", "id")),
    )


def _seen(scan: Scan) -> QuerySet[Scan]:
    """The scan, if the viewer in scope still sees it: a recall takes effect in the middle of a request too."""
    seen: QuerySet[Scan] = Scan.objects.filter(pk=scan.pk)
    return seen


MOST_NEAR = 50
"""Near findings that one page asks about, and classes that it tells apart."""


def near(scan: Scan) -> list[Finding]:
    """Return near findings of which nobody said yet whether they are the same, as many as one page asks about."""
    return list(Finding.of(scan=scan).filter(ASKED).order_by("number")[:MOST_NEAR])


@transaction.atomic
def said(viewer: Viewer, scan: Scan) -> list[tuple[str, str, str, int]]:
    """Return what the lists say of known findings: list, release, class, how many; the most first. Recorded."""
    record(acts.CONSULTED, scan.subject, viewer.actor, TO_WORK)
    rows = Finding.of(scan=scan).filter(KNOWN).values_list("list", "release", "class_given").annotate(count=Count("id"))
    return list(rows.order_by("-count", "list", "release", "class_given")[:MOST_NEAR])


def grades(scan: Scan) -> list[tuple[str, int]]:
    """Return the grades that people at workstations gave, and how many findings have each."""
    found = Finding.of(scan=scan).exclude(graded="").values_list("graded").annotate(count=Count("id"))
    return list(found.order_by("graded")[:MOST_NEAR])


def of_media(scan: Scan, media: Sequence[Entry]) -> list[set[str]]:
    """Return of each medium of a workstation its MD5, where the scan has it; else nothing."""
    asked = [{one.value for one in row.signals if one.kind == "md5"} for row in media]
    every: set[bytes] = set().union(*asked)
    there = {bytes(one) for one in Finding.of(scan=scan).filter(md5__in=every).values_list("md5", flat=True)}
    return [{one.hex() for one in digests & there} for digests in asked]


def graded_now(scan: Scan, digests: Collection[str]) -> dict[str, str]:
    """Return of MD5s, in hexadecimal, how the files of a scan are graded now; what nobody graded is left out."""
    rows = Finding.of(scan=scan).filter(md5__in=rules.md5s(digests)).exclude(graded="").order_by("md5").distinct("md5")
    return {bytes(md5).hex(): graded for md5, graded in rows.values_list("md5", "graded")}


def plain(finding: Finding, further: Sequence[FindingMatch] = ()) -> dict[str, Any]:
    """Return a finding as plain values, with its matches beside the nearest."""
    digests = {kind: getattr(finding, kind) for kind in ("md5", "sha1", "sha256")}
    return {
        "number": finding.number,
        "verdict": finding.verdict,
        "mime": finding.mime,
        "size": finding.size,
        "signals": [
            *({"kind": kind, "value": bytes(value).hex()} for kind, value in digests.items() if value is not None),
            *finding.perceptual,
        ],
        "checked": finding.checked_at.isoformat() if finding.checked_at else None,
        "match": {
            "kind": finding.matched_kind,
            "distance": finding.distance,
            "frame_of": finding.frame_of,
            "seconds": finding.seconds,
            "list": finding.list,
            "release": finding.release,
            "entry": finding.entry,
            "class": finding.class_given,
            **_fell(finding),
        }
        if finding.matched_kind
        else None,
        "further": [
            {
                "kind": one.kind,
                "distance": one.distance,
                "list": one.list,
                "release": one.release,
                "entry": one.entry,
                "class": one.class_given,
                "orientation": one.orientation,
                "region": one.region,
                "frame_of": one.frame_of,
                "seconds": one.seconds,
                **_fell(one),
            }
            for one in further
        ],
        "more": finding.more,
    }


def _fell(match: Finding | FindingMatch) -> dict[str, str | None]:
    """Return whether a match does not stand any more, why, and since when; it makes nothing known then."""
    return {
        "fallen": match.fallen or None,
        "fallen_at": match.fallen_at.isoformat() if match.fallen_at else None,
    }
