"""Every change to scans: one function, one transaction, one entry of the ledger (a release: one for each recipient)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.casework.idempotency import kept, made_before
from vaern.node.casework.matches import columns_of
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.workstations.grades import write as write_grades
from vaern.node.ledger.record import record
from vaern.node.scans import acts, known, rules
from vaern.node.scans.models import Finding, FindingMatch, ListUse, Scan
from vaern.node.scans.results import Row, moment_of, rows_are_once
from vaern.node.scans.rules import COUNTED, Event, ReviewOutcome, State
from vaern.node.scans.traits import columns, traits_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.casework.idempotency import Repeatable
    from vaern.node.casework.models import Release
    from vaern.node.casework.releases.terms import Terms
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.scans.results import Header
    from vaern.records import Match

BATCH = 2_000


@transaction.atomic
def receive(
    viewer: Viewer,
    reason: Reason,
    reference: str,
    header: Header,
    rows: Sequence[Row] = (),
    *,
    finished: bool = False,
    request: Repeatable | None = None,
) -> tuple[Scan, bool]:
    """Take in a scan, with its findings or before them; return it, and whether it was made now.

    Args:
        viewer: for whose organisation.
        reason: why.
        reference: how the organisation calls it.
        header: what is known of the whole.
        rows: its findings, or the first of them.
        finished: these are all.
        request: that brings it in, if it has a key; sent again it returns the scan that it made.

    Raises:
        Refusal: the reference is taken.
        KeyReusedError: the request's key came with another one.
    """
    own = Scan.own.all()
    if before := made_before(own, request):
        return before, False
    rows_are_once(rows)
    scan = Scan(
        organisation=viewer.organisation,
        reference=reference,
        received_by=viewer.person,
        review_date=rules.first_review(timezone.localdate()),
        run=header.run,
        engine=header.engine,
        synthetic=header.synthetic,
        started_at=header.started_at,
        finished_at=header.finished_at,
        state=State.RECEIVING.value,
        **kept(request),
    )
    try:
        with transaction.atomic():
            scan.save(force_insert=True)
    except IntegrityError:
        if before := made_before(own, request):
            return before, False  # of two at once, the other was first
        raise Refusal(_("Your organisation has a scan of this reference already."), field="reference") from None
    ListUse.everywhere.bulk_create(
        ListUse(
            scan=scan,
            name=used.name,
            release=used.release,
            purpose=used.purpose,
            entries=used.entries,
            checksum=used.checksum,
            checked_at=moment_of(used.checked),
            last_release=used.last_release if used.last_release != used.release else "",
            last_checked_at=moment_of(used.last_checked),
        )
        for used in header.lists
    )
    if rows:
        _insert(scan, rows)
    if finished:
        scan.state = rules.after(State.RECEIVING, Event.FINISH).value
        scan.save(update_fields=["state"])
    record(acts.RECEIVED, scan.subject, viewer.actor, reason, count=len(rows))
    return scan, True


@transaction.atomic
def add_findings(viewer: Viewer, reason: Reason, scan: Scan, rows: Sequence[Row]) -> int:
    """Add findings to a scan that is being received; return how many were not there yet.

    Sending the same ones again changes nothing, so a batch whose answer was lost is simply sent again.

    Raises:
        Refusal: the scan takes none any more, or a number is taken by another finding.
    """
    scan = _locked(viewer, scan, Event.ADD_FINDINGS)
    rows_are_once(rows)
    fresh = _not_there_yet(scan, rows)
    _insert(scan, fresh)
    record(acts.FINDINGS_RECEIVED, scan.subject, viewer.actor, reason, count=len(fresh))
    return len(fresh)


@transaction.atomic
def finish(viewer: Viewer, reason: Reason, scan: Scan) -> Scan:
    """Say that all findings are there: a person can review and release it. Saying it again changes nothing."""
    current = _own(viewer, scan)
    if current.state == State.TO_REVIEW.value:
        return current
    current.state = _after(current, Event.FINISH)
    current.save(update_fields=["state"])
    record(acts.FINISHED, current.subject, viewer.actor, reason, count=current.total)
    return current


@transaction.atomic
def review(viewer: Viewer, reason: Reason, scan: Scan, outcome: ReviewOutcome) -> Scan:
    """Write down what a person concluded.

    Raises:
        Refusal: no person decides, or it is not the time.
    """
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    scan = _locked(viewer, scan, Event.REVIEW)
    scan.state, scan.outcome = State.REVIEWED.value, outcome.value
    scan.reviewed_by, scan.reviewed_at = viewer.person, timezone.now()
    scan.save(update_fields=["state", "outcome", "reviewed_by", "reviewed_at"])
    record(acts.REVIEWED, scan.subject, viewer.actor, reason)
    return scan


@transaction.atomic
def reopen(viewer: Viewer, reason: Reason, scan: Scan) -> Scan:
    """Take the conclusion back, so that it can be drawn anew."""
    scan = _locked(viewer, scan, Event.REOPEN)
    scan.state, scan.outcome, scan.reviewed_by, scan.reviewed_at = State.TO_REVIEW.value, "", None, None
    scan.save(update_fields=["state", "outcome", "reviewed_by", "reviewed_at"])
    record(acts.REOPENED, scan.subject, viewer.actor, reason)
    return scan


@transaction.atomic
def say_same(viewer: Viewer, reason: Reason, scan: Scan, number: int, *, same: bool) -> Finding:
    """Write down whether a near finding is the same as the entry that it is near to. Until then it counts as new.

    Raises:
        Refusal: a key says it, there is no such finding, or it waits for no answer.
        Refusal: the scan is not theirs.
    """
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    found = _own(viewer, scan)
    finding: Finding | None = Finding.of(scan=found).filter(known.ASKED, number=number).first()
    if finding is None:
        raise Refusal(_("Nobody has to say this of that finding: it was said, or it is near to nothing."))
    finding.same, finding.same_by, finding.same_at = same, viewer.person, timezone.now()
    finding.save(update_fields=["same", "same_by", "same_at"])
    if same:
        found.same += 1
        found.save(update_fields=["same"])
    record(acts.SAME if same else acts.ANOTHER, found.subject, viewer.actor, reason)
    return finding


@transaction.atomic
def check_gradable(viewer: Viewer, scan: Scan) -> None:
    """Refuse where grades of a workstation cannot be taken now.

    Raises:
        Refusal: the scan is not theirs, or not complete.
    """
    _locked(viewer, scan, Event.GRADE)


@transaction.atomic
def grade(
    viewer: Viewer,
    reason: Reason,
    scan: Scan,
    grades: Mapping[str, Collection[str]],
    words: str = "",
    said: Mapping[str, Mapping[str, str]] | None = None,
) -> int:
    """Write down what people at a workstation said of files; return of how many findings that is other than before.

    Args:
        viewer: a person of the organisation that owns the scan; they answer for it.
        reason: why.
        scan: in a state that allows it.
        grades: MD5s in hexadecimal, by the category with its scheme.
        words: who graded, and where it is from.
        said: what else they said of files, by the MD5 and the name of the field, instead of what was said before.

    Raises:
        Refusal: a key brings it in, or the scan is not theirs, or not complete.
    """
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    scan = _locked(viewer, scan, Event.GRADE)

    def found(digests: Collection[str]) -> QuerySet[Finding]:
        return Finding.of(scan=scan).filter(md5__in=rules.md5s(digests))

    changed = write_grades(found, grades, said or {}, words, viewer.person, timezone.now())
    if changed:
        record(acts.GRADED, scan.subject, viewer.actor, reason, count=changed, details=words)
    return changed


@transaction.atomic
def release(viewer: Viewer, reason: Reason, scan: Scan, recipients: Sequence[UUID], terms: Terms) -> list[Release]:
    """Give other organisations sight of it, with one entry for each.

    Raises:
        Refusal: why not.
    """
    scan = _locked(viewer, scan, Event.RELEASE)
    return releases.release(viewer, scan, recipients, reason, terms)


def recall(viewer: Viewer, reason: Reason, scan: Scan, recipient: UUID) -> None:
    """End the sight of one recipient.

    Raises:
        Refusal: it has none.
    """
    releases.recall(viewer, scan, recipient, reason)


def _own(viewer: Viewer, scan: Scan) -> Scan:
    return releases.locked(viewer, scan)


def _after(scan: Scan, event: Event) -> str:
    return rules.after(State(scan.state), event).value


def _locked(viewer: Viewer, scan: Scan, event: Event) -> Scan:
    """Lock the scan and check that the event can happen to it now."""
    found = _own(viewer, scan)
    _after(found, event)
    return found


def _insert(scan: Scan, rows: Sequence[Row]) -> None:
    made = Finding.everywhere.bulk_create((_finding(scan, row) for row in rows), batch_size=BATCH)
    matches = [_match(finding, one) for finding, row in zip(made, rows, strict=True) for one in row.matches]
    FindingMatch.everywhere.bulk_create(matches, batch_size=BATCH)
    counts = dict.fromkeys(COUNTED.values(), 0)
    for finding in made:
        counts[COUNTED[known.counted_as(finding)]] += 1
    for column, number in counts.items():
        setattr(scan, column, getattr(scan, column) + number)
    scan.save(update_fields=list(counts))


def _finding(scan: Scan, row: Row) -> Finding:
    return Finding(
        scan=scan,
        number=row.number,
        verdict=row.verdict,
        mime=row.mime,
        size=row.size,
        md5=row.md5,
        sha1=row.sha1,
        sha256=row.sha256,
        perceptual=list(row.perceptual),
        matched_kind=row.matched_kind,
        frame_of=row.frame_of,
        seconds=row.seconds,
        distance=row.distance,
        list=row.list,
        release=row.release,
        entry=row.entry,
        class_given=row.class_given,
        checked_at=row.checked_at,
        more=row.more,
        fallen=row.fallen,
        fallen_at=timezone.now() if row.fallen else None,
        **columns(row.taken, row.traits),
    )


def _match(finding: Finding, match: Match) -> FindingMatch:
    return FindingMatch(finding_id=finding.pk, **columns_of(match))


def _not_there_yet(scan: Scan, rows: Sequence[Row]) -> list[Row]:
    there = {found.number: found for found in Finding.of(scan=scan).filter(number__in=[row.number for row in rows])}
    met: dict[int, set[tuple[object, ...]]] = defaultdict(set)
    for one in FindingMatch.of(finding__in=there.values()):
        met[one.finding_id].add(_said(one))
    for row in rows:
        if (found := there.get(row.number)) is None:
            continue
        again = _finding(scan, row)
        if _kept(found) != _kept(again) or met[found.pk] != {_said(_match(again, one)) for one in row.matches}:
            raise Refusal(_("Line %(number)s was brought in before, and said something else.") % {"number": row.number})
    return [row for row in rows if row.number not in there]


def _kept(finding: Finding) -> Iterable[object]:
    names = ("verdict", "mime", "size", "perceptual", "more")  # which match is the nearest may have changed since
    digests = (finding.md5, finding.sha1, finding.sha256)
    plain = [getattr(finding, name) for name in names] + [None if d is None else bytes(d) for d in digests]
    return [*plain, traits_of(finding)]


def _said(match: FindingMatch) -> tuple[object, ...]:
    return tuple(getattr(match, name) for name in (*FindingMatch.PLAIN, "distance"))
