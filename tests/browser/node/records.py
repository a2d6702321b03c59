"""What to try for the parameters of each route, by person, and what the demonstration has none of."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from allauth.mfa.models import Authenticator
from django.db.models import Q
from django.utils import timezone
from tests.browser.node.records_exchange import EXCHANGE
from tests.browser.node.records_graded import GRADED, bring_graded
from tests.browser.node.records_lists import LISTS, recall_list
from tests.browser.node.records_requests import REQUESTS, withdraw_identifiers
from tests.node.passkeys import registration
from tests.node.reports.factories import make_block, make_domain, make_report
from tests.node.reports.viewing.rows import make_packed

from vaern.node.alliance.models import (
    Commitment,
    CommitmentVersion,
    Membership,
    MinisterialMeeting,
    ReleasePreview,
    Round,
    RoundReply,
)
from vaern.node.alliance.publishing import preview_computation, previews
from vaern.node.alliance.rules.releases import Scope
from vaern.node.base.scope import viewing
from vaern.node.cases.models import (
    AssistanceRequest,
    Case,
    Evidence,
    EvidenceBag,
    Held,
    HeldData,
    KeepingClock,
    Link,
    Party,
    Statement,
    Task,
)
from vaern.node.casework import kinds
from vaern.node.casework.models import Release
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.releases.terms import Handling, Terms
from vaern.node.casework.releases.transfers import codes_of
from vaern.node.crosscheck.models import CountryQuestion, Enrolment, Meeting, Reveal
from vaern.node.law.models import LawRow
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.ledger.sequencer import sequence_once
from vaern.node.organisations.models import ApiKey, Invitation, Member, Organisation, Person
from vaern.node.organisations.queries import viewer_of
from vaern.node.organisations.rules import Permission
from vaern.node.oversight.models import AccessRequest, SubjectRequest
from vaern.node.press.journalists.links import token_of
from vaern.node.press.models import Paper, PressEvent, Registration
from vaern.node.reports.forwarding import actions as forwarding
from vaern.node.reports.models import (
    Block,
    Desk,
    DomainBlock,
    FlaggerReport,
    Forward,
    Host,
    Location,
    Notice,
    Report,
    SavedMapping,
    SavedMappingVersion,
    ViewingStation,
    WorkPackage,
)
from vaern.node.reports.rules.states import State
from vaern.node.reports.takedown import tokens
from vaern.node.scans.models import Scan
from vaern.node.victims.clues import actions as clues
from vaern.node.victims.models import (
    Appeal,
    Clue,
    Dissemination,
    Hypothesis,
    Merge,
    MergeProposal,
    Separation,
    Series,
    Take,
    Wish,
)
from vaern.node.victims.models import Member as Filed
from vaern.node.victims.sharing import actions as sharing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def _ids(found: Iterable[Any]) -> list[dict[str, Any]]:
    return [{"id": row.pk} for row in list(found)[:6]]


def _recalls(person: Person) -> list[dict[str, Any]]:
    sent = Release.everywhere.filter(owner=person.organisation, recalled_at=None, kind="scan")
    return [{"id": release.record, "recipient": release.recipient_id} for release in sent]


def _records(person: Person) -> list[dict[str, Any]]:
    return [{"kind": "scan", "id": scan.pk} for scan in Scan.everywhere.filter(organisation=person.organisation)[:3]]


def _own(model: Any) -> Callable[[Person], list[dict[str, Any]]]:
    return lambda person: _ids(model.everywhere.filter(organisation=person.organisation))


def _scans(person: Person) -> list[dict[str, Any]]:
    return [{"id": scan.pk} for scan in Scan.everywhere.filter(organisation=person.organisation)]


def _people(person: Person) -> list[dict[str, Any]]:
    others = Person.everybody.filter(organisation=person.organisation).exclude(pk=person.pk)
    return _ids(others.order_by("-is_active", "name"))


def _entries(_person: Person) -> list[dict[str, Any]]:
    return [{"number": number} for number in Entry.objects.order_by("id").values_list("id", flat=True)[:3]]


def _passkeys(person: Person) -> list[dict[str, Any]]:
    passkey, _made = Authenticator.objects.get_or_create(
        user=person,
        type=Authenticator.Type.WEBAUTHN,
        defaults={"data": {"name": "Key on the desk", "credential": registration("")}},
    )
    return [{"pk": passkey.pk}]


def _invitation(_person: Person | None) -> list[dict[str, Any]]:
    token = "an-invitation-for-the-picture-of-its-page"
    administrator = Person.everybody.filter(roles=["administrator"]).first()
    assert administrator
    Invitation.everywhere.get_or_create(
        digest=sha256(token.encode()).digest(),
        defaults={
            "organisation": administrator.organisation,
            "roles": ["press"],
            "email": "somebody@organisation.example",
            "name": "Somebody Invited (synthetic)",
            "invited_by": administrator,
            "expires_at": timezone.now() + timedelta(days=3),
        },
    )
    return [{"token": token}]


def _desks(_person: Person | None) -> list[dict[str, Any]]:
    return [{"name": desk.public_name} for desk in Desk.everywhere.exclude(public_name="")[:1]]


def _of_reports(person: Person) -> list[dict[str, Any]]:
    """Reports of the person's organisation, their locations, hosts and blocks, by the names that routes have."""
    own = {"organisation": person.organisation}
    return [
        *({"id": report.pk} for report in Report.everywhere.filter(**own).order_by("-created_at")[:12]),
        *({"id": row.report_id, "location": row.pk} for row in Location.everywhere.filter(**own)[:6]),
        *({"host": host.pk} for host in Host.everywhere.filter(**own)[:2]),
        *({"block": block.pk} for block in Block.everywhere.filter(**own)[:2]),
    ]


def _codes(person: Person) -> list[str]:
    """Return the query that chooses what has arrived at the person's desk: what is like the first is concluded."""
    found = Report.everywhere.filter(organisation_id=person.organisation_id, state=State.ARRIVED.value)
    return [f"?reports={','.join(found.values_list('code', flat=True)[:50])}"]


def _domains(person: Person) -> list[dict[str, Any]]:
    """Domains that the person's organisation asked for, and those that were put to it."""
    own = Q(organisation=person.organisation) | Q(put_to=person.organisation)
    return [{"block": one.pk} for one in DomainBlock.everywhere.filter(own)]


def _closed_years(person: Person) -> list[dict[str, Any]]:
    """Years of the person's organisation as a trusted flagger, the latest first."""
    closed = FlaggerReport.everywhere.filter(organisation=person.organisation)
    return [{"year": year} for year in closed.order_by("-year").values_list("year", flat=True).distinct()]


def _notices(_person: Person | None) -> list[dict[str, Any]]:
    sent = Notice.everywhere.filter(expires_at__gt=timezone.now())[:3]
    return [{"token": tokens.token_of(notice.pk, tokens.NOTICE)} for notice in sent]


def _appeals(_person: Person | None) -> list[dict[str, Any]]:
    return [{"token": tokens.token_of(block.pk, tokens.BLOCK)} for block in Block.everywhere.all()[:3]]


def _recall() -> None:
    """Recall a report that was forwarded: the demonstration has none that waits to be acknowledged."""
    if Release.everywhere.filter(kind="report", acknowledged_at=None).exclude(recalled_at=None).exists():
        return
    forward = Forward.everywhere.filter(release__recalled_at=None).order_by("-sent_at").first()
    if forward:
        with viewing(forward.organisation_id):
            forwarding.recall(viewer_of(forward.sent_by), Reason(Why.INVESTIGATION), forward)


def _forwards(person: Person) -> list[dict[str, Any]]:
    return _ids(Forward.everywhere.filter(organisation=person.organisation, release__recalled_at=None))


def _recall_requests() -> None:
    """Recall requests for assistance that are gone already, from those who had sight of them."""
    now = timezone.now()
    for kind in ("assistance_request", "incoming_request"):
        given = Release.everywhere.filter(kind=kind).select_related("owner", "recipient", "released_by").first()
        assert given is not None, f"the demonstration passes no {kind} on"
        Release.everywhere.create(
            kind=kind,
            record=uuid4(),
            owner=given.owner,
            recipient=given.recipient,
            released_by=given.released_by,
            why=given.why,
            released_at=now - timedelta(days=2),
            expires_at=now + timedelta(days=2),
            recalled_at=now,
        )


def _recalled(kind: str) -> Callable[[Person], list[dict[str, Any]]]:
    def of(person: Person) -> list[dict[str, Any]]:
        waiting = Release.everywhere.filter(kind=kind, recipient=person.organisation, acknowledged_at=None)
        return _ids(waiting.exclude(recalled_at=None))

    return of


def _of_series(person: Person) -> list[dict[str, Any]]:
    """Series that the person's organisation owns or received, their clues and hypotheses, by the names of routes."""
    own = {"organisation": person.organisation}
    received = Dissemination.everywhere.filter(recipient=person.organisation).values("series")
    return [
        *({"id": series.pk} for series in Series.everywhere.filter(**own)),
        *({"id": series.pk} for series in Series.everywhere.filter(pk__in=received)),
        *({"clue": clue.pk} for clue in Clue.everywhere.filter(**own)[:2]),
        *({"hypothesis": one.pk} for one in Hypothesis.everywhere.filter(**own)[:2]),
    ]


MEETING_ROUTES = tuple(
    f"alliance:{name}"
    for name in (
        "meeting",
        "minutes",
        "change-meeting",
        "move-meeting",
        "add-to-meeting",
        "edit-in-meeting",
        "remove-from-meeting",
    )
)


def _ministerial(_person: Person) -> list[dict[str, Any]]:
    """Ministerial meetings, by every set of names that their routes have."""
    found: list[dict[str, Any]] = []
    for one in MinisterialMeeting.objects.all():
        paper = {"id": one.pk, "part": "papers"}
        row = {"row": one.papers.values_list("pk", flat=True).first() or 0}
        found += [
            {"id": one.pk},
            paper,
            {**paper, **row},
            {"id": one.pk, "event": "hold"},
            {"id": one.pk, "version": 1, "language": "da"},
        ]
    return found


def _released(_person: Person | None) -> list[dict[str, Any]]:
    """The public pages of the latest release, and of the first by its number."""
    names = [{"release": name} for name in ("latest", "1")]
    return [*names, *({**one, "code": code} for one in names for code in ("removal_72h", "identified_flow"))]


def _previews(person: Person) -> list[dict[str, Any]]:
    """A preview that is ready, and one that is being computed."""
    if not ReleasePreview.objects.exists():
        year = timezone.localdate().year
        with viewing(person.organisation_id):
            preview_computation.compute(
                previews.ask(viewer_of(person), Scope(year - 1, year)).pk
            )  # if it is left to the job
        ReleasePreview.objects.create(asked_by=person, first=year - 1, last=year, depth="months", done=0.4)
    return _ids(ReleasePreview.objects.all())


def _between(parameter: str, model: Any) -> Callable[[Person], list[dict[str, Any]]]:
    """What stands between series of the person's organisation, by the name of the route's parameter."""
    return lambda person: [
        {parameter: row.pk} for row in model.everywhere.filter(organisation=person.organisation).order_by("-pk")[:6]
    ]


def _sent(person: Person) -> list[dict[str, Any]]:
    both = Q(organisation=person.organisation) | Q(recipient=person.organisation)
    return _ids(Dissemination.everywhere.filter(both))


def _public_appeals(_person: Person | None) -> list[dict[str, Any]]:
    return [{"code": appeal.code} for appeal in Appeal.everywhere.filter(state="published")[:1]]


def _recall_series() -> None:
    """Recall a series that was disseminated, and disseminate it anew: one recall waits, one answer is awaited."""
    sent = Dissemination.everywhere.filter(answer="awaited").first()
    if not sent:
        return
    viewer, why, country = viewer_of(sent.sent_by), Reason(Why.VICTIM_IDENTIFICATION), sent.series.country
    with viewing(sent.organisation_id):
        sharing.recall(viewer, why, sent)
        clues.propose(viewer, why, sent.series, country.code)
        sharing.disseminate(
            viewer,
            why,
            sent.series,
            [sent.recipient_id],
            Terms(Handling(sent.release.handling), sent.release.expires_at, europol=codes_of(sent.release.europol)),
        )


def _recall_case() -> None:
    """Recall a case from whom it was released to, and release it anew: one recall waits, one release stands."""
    found = Release.everywhere.filter(kind="case", recalled_at=None).first()
    case = found and Case.everywhere.filter(pk=found.record).first()
    if not found or not case:
        return
    viewer, why = viewer_of(found.released_by), Reason(Why.INVESTIGATION)
    with viewing(found.owner_id):
        releases.recall(viewer, case, found.recipient_id, why)
        releases.release(
            viewer,
            case,
            [found.recipient_id],
            why,
            Terms(
                Handling(found.handling),
                found.expires_at,
                found.legal_ground,
                found.transfer,
                codes_of(found.europol),
                found.restriction,
                found.permission,
            ),
        )


def _block() -> None:
    """Put a location on the blocking list, and its domain to another country: the demonstration has neither."""
    location = Location.everywhere.filter(blocks=None).first()
    person = location and Person.everybody.filter(organisation=location.organisation).first()
    if location and person:
        make_block(location, person)
        abroad = Organisation.objects.filter(active=True, kind=location.organisation.kind, member__isnull=False)
        other = abroad.exclude(member=location.organisation.member).order_by("name").first()
        make_domain(location, person, put_to=other, put_at=timezone.now())


def _done() -> None:
    """Make a report that can be closed: those of the demonstration wait for somebody, or stand somewhere still."""
    everybody = Person.everybody.filter(is_active=True).order_by("created_at")
    assessing = next(person for person in everybody if viewer_of(person).may(Permission.REPORT_ASSESS))
    make_report(assessing.organisation, state=State.IN_ACTION, actionable=True)


def _packed() -> None:
    """Make a viewing station with a package of a claimed report, and a report that is claimed: there is none."""
    everybody = Person.everybody.filter(is_active=True).order_by("created_at")
    exporting = next(person for person in everybody if viewer_of(person).may(Permission.REPORT_EXPORT))
    claimed = {"claimed_by": exporting, "claimed_until": timezone.now() + timedelta(days=1)}
    make_packed(make_report(exporting.organisation, **claimed), exporting)
    make_report(exporting.organisation, **claimed)


def _rows(_person: Person) -> list[dict[str, Any]]:
    return _ids(LawRow.objects.filter(table="party", country="XA"))


def _requests(person: Person) -> list[dict[str, Any]]:
    """Requests that a desk has, and those that a central authority was given."""
    mine = Q(organisation=person.organisation) | Q(authority=person.organisation)
    return [{"id": one.pk} for one in AssistanceRequest.everywhere.filter(mine).order_by("-touched_at")]


def _events(person: Person) -> list[dict[str, Any]]:
    return [{**one, "event": "receive"} for one in _requests(person)]


def _authority_events(person: Person) -> list[dict[str, Any]]:
    return [{**one, "event": "execute"} for one in _requests(person)]


def _held(person: Person) -> list[dict[str, Any]]:
    held = HeldData.everywhere.filter(organisation=person.organisation)
    return [{"id": one.case_id, "data": one.pk} for one in held.order_by("created_at")]


def _meetings(person: Person) -> list[dict[str, Any]]:
    """Meetings that somebody's organisation is a side of; at the cross-check desk, all."""
    mine = Q(one__organisation=person.organisation) | Q(other__organisation=person.organisation)
    found = Meeting.everywhere.order_by("met_at")
    return _ids(found if "cross_checker" in person.roles else found.filter(mine))


def _reveals(person: Person) -> list[dict[str, Any]]:
    return _ids(Reveal.everywhere.filter(Q(asking=person.organisation) | Q(asked=person.organisation)))


def _enrolments(person: Person) -> list[dict[str, Any]]:
    found = Enrolment.everywhere.filter(organisation=person.organisation)
    return [{"kind": one.kind, "id": one.record} for one in found.order_by("pk")[:6]]


CROSSCHECK: dict[str, Callable[[Person], list[dict[str, Any]]]] = {
    **dict.fromkeys(("crosscheck:agree", "crosscheck:refuse", "crosscheck:withdraw", "crosscheck:recall"), _reveals),
    **dict.fromkeys(("crosscheck:look-up", "crosscheck:ask-country"), _enrolments),
    "crosscheck:answer-country": lambda _person: _ids(CountryQuestion.everywhere.filter(answered_at=None)),
    "crosscheck:": _meetings,
}


def _evidence(person: Person) -> list[dict[str, Any]]:
    """Cases with evidence, each piece, what can happen to it, and their bags, by the names of routes."""
    own = {"organisation": person.organisation}
    pieces = list(Evidence.everywhere.filter(**own)[:3])
    return [
        *({"id": one.case_id} for one in pieces[:1]),
        *({"id": one.case_id, "evidence": one.pk} for one in pieces),
        *({"id": one.case_id, "evidence": one.pk, "event": "handed_over"} for one in pieces[:1]),
        *({"id": one.case_id, "bag": one.pk} for one in EvidenceBag.everywhere.filter(**own)[:1]),
    ]


EVIDENCE = dict.fromkeys(
    (
        "cases:register-evidence",
        "cases:export-evidence",
        "cases:evidence",
        "cases:check-evidence",
        "cases:correct-evidence",
        "cases:evidence-event",
        "cases:bag",
    ),
    _evidence,
)


def _of_cases(person: Person) -> list[dict[str, Any]]:
    """Cases of the person's organisation, and what hangs on them, by the names of routes."""
    own = {"organisation": person.organisation}
    cases = list(Case.everywhere.filter(**own).order_by("-opened_at"))
    events = ("start", "to_prosecutor", "from_prosecutor", "answer_came", "close", "reopen")
    released = Release.everywhere.filter(owner=person.organisation, kind="case", recalled_at=None)
    return [
        *({"id": case.pk} for case in cases),
        *({"id": case.pk, "event": event} for case in cases for event in events),
        *({"id": row.case_id, "party": row.pk} for row in Party.everywhere.filter(**own)[:3]),
        *({"id": row.case_id, "statement": row.pk} for row in Statement.everywhere.filter(**own)[:3]),
        *({"id": row.case_id, "held": row.pk} for row in Held.everywhere.filter(**own)[:3]),
        *({"id": row.case_id, "task": row.pk} for row in Task.everywhere.filter(done_at=None, **own)[:3]),
        *({"id": row.case_id, "task": row.pk} for row in Task.everywhere.exclude(done_at=None).filter(**own)[:1]),
        *({"id": row.case_id, "link": row.pk} for row in Link.everywhere.filter(**own)[:3]),
        *({"id": one.record, "recipient": one.recipient_id} for one in released[:3]),
    ]


ASSISTANCE: dict[str, Callable[[Person], list[dict[str, Any]]]] = {
    **dict.fromkeys(
        (
            "cases:request",
            "cases:write-request",
            "cases:hand-over-request",
            "cases:prolong-sight",
            "cases:send-request",
            "cases:correspond",
            "cases:decide-request",
        ),
        _requests,
    ),
    **dict.fromkeys(("law:row", "law:verify", "law:correct", "law:withdraw"), _rows),
    **dict.fromkeys(
        ("law:rows", "law:verify-list"),
        lambda _person: [{"register": one} for one in ("instruments", "providers", "grounds", "flaggers")],
    ),
    "law:add": lambda _person: [
        {"register": "instruments", "table": "party"},
        {"register": "grounds", "table": "ground"},
        {"register": "grounds", "table": "scheme"},
        {"register": "flaggers", "table": "flagger"},
    ],
    "cases:request-event": _events,
    "cases:authority-event": _authority_events,
    **dict.fromkeys(("cases:prolong-clock", "cases:settle-clock", "cases:note-lapse"), _own(KeepingClock)),
    "cases:start-clock": _own(HeldData),
    "cases:hold-data": lambda person: [{"id": one["id"]} for one in _held(person)],
    "cases:draft-request": _held,
}


def _press(person: Person | None) -> list[dict[str, Any]]:
    """Events of the person's organisation and what hangs on them; for a visitor, what links and public pages name."""
    if person is None:
        shown = list(Registration.everywhere.order_by("arrived_at").select_related("event"))
        papers = Paper.everywhere.filter(withdrawn_at=None, embargo__lte=timezone.now())
        return [
            *({"name": one.event.name} for one in shown[:1]),
            *({"token": token_of(one.pk)} for one in shown),
            *_ids(papers[:1]),
            *(
                {"token": token_of(one.pk), "id": paper.pk}
                for one in shown
                for paper in papers[:1]
                if paper.event_id == one.event_id
            ),
        ]
    own = {"organisation": person.organisation}
    return [*_ids(PressEvent.everywhere.filter(**own)), *_ids(Registration.everywhere.filter(**own))]


def _of_alliance(person: Person) -> list[dict[str, Any]]:
    """Indicators, members, commitments, rounds and replies, by the names of routes."""
    member = person.organisation.member_id
    own = CommitmentVersion.objects.filter(commitment__member=member).order_by("-number")[:3]
    replies = list(RoundReply.objects.filter(member=member).order_by("-round__opens").values_list("pk", flat=True))
    return [
        {"code": "removal_72h"},
        {"code": "removal_72h", "period": "year", "start": "2026-01-01"},
        *({"id": one.member_id} for one in Membership.objects.filter(left=None)[:1]),
        *({"id": one.commitment_id} for one in own),
        *_ids(Commitment.objects.filter(state="submitted")),
        *({"id": one.commitment_id, "number": one.number} for one in own),
        *({"id": pk} for pk in replies),
        *({"id": pk, "line": "new1", "part": "promise"} for pk in replies),
        *({"id": pk, "line": "new1"} for pk in replies),
        *_ids(RoundReply.objects.filter(state__in=["submitted", "published"])),
        *_ids(Round.objects.order_by("-opens")),
    ]


QUERIES: dict[str, Callable[[Person], list[str]]] = {"reports:together": _codes}
"""What stands behind the question mark of pages that are nothing without it."""

PARAMETERS: dict[str, Callable[[Person], list[dict[str, Any]]]] = {
    "manual-page": lambda _person: [{"name": "how-to/takedown"}],
    "mfa_edit_webauthn": _passkeys,
    "mfa_remove_webauthn": _passkeys,
    "organisations:accept": _invitation,
    "organisations:country": lambda _person: _ids(Member.objects.all()),
    "organisations:organisation": lambda person: [{"id": person.organisation_id}],
    "organisations:change-organisation": lambda person: [{"id": person.organisation_id}],
    "organisations:organisation-active": lambda _person: _ids(Organisation.objects.filter(runs_node=False)),
    "organisations:resend-invitation": _own(Invitation),
    "organisations:withdraw-invitation": _own(Invitation),
    "organisations:revoke-key": _own(ApiKey),
    "organisations:": _people,
    "oversight:entry": _entries,
    "oversight:proof": _entries,
    "oversight:record": _records,
    "oversight:person": _people,
    **dict.fromkeys(("oversight:subject", "oversight:answer-subject"), _own(SubjectRequest)),
    "oversight:": _own(AccessRequest),
    "scans:recall": _recalls,
    **GRADED,
    "scans:": _scans,
    "reports:report-form": _desks,
    "reports:welfare-person": _people,
    "reports:recall-forward": _forwards,
    **{f"casework:acknowledge-{kind}": _recalled(kind) for kind in kinds.kinds()},
    "reports:sent-report": lambda person: _ids(Report.everywhere.filter(sender=person.organisation)),
    "reports:portal": _notices,
    "reports:appeal": _appeals,
    **dict.fromkeys(
        (
            "reports:domain",
            "reports:second-domain",
            "reports:put-domain",
            "reports:answer-domain",
            "reports:lift-domain",
            "reports:decide-domain",
        ),
        _domains,
    ),
    **dict.fromkeys(("reports:flagger", "reports:flagger-close", "reports:flagger-deliver"), _closed_years),
    **dict.fromkeys(
        (
            "reports:mapping",
            "reports:change-mapping",
            "reports:redraft-mapping",
            "reports:retire-mapping",
            "reports:resume-mapping",
        ),
        lambda person: _ids(SavedMapping.everywhere.filter(organisation=person.organisation)),
    ),
    **dict.fromkeys(
        ("reports:mapping-file", "reports:use-mapping"),
        lambda person: [
            {"id": one.mapping_id, "number": one.number}
            for one in SavedMappingVersion.everywhere.filter(organisation=person.organisation)
        ],
    ),
    **dict.fromkeys(
        (
            "reports:station",
            "reports:renew-station",
            "reports:confirm-station",
            "reports:reject-station",
            "reports:revoke-station",
            "reports:station-key",
            "reports:station-me",
        ),
        _own(ViewingStation),
    ),
    **dict.fromkeys(
        ("reports:package", "reports:package-file", "reports:end-package", "reports:package-vics"), _own(WorkPackage)
    ),
    "reports:": _of_reports,
    **ASSISTANCE,
    **EVIDENCE,
    **REQUESTS,
    "cases:": _of_cases,
    **dict.fromkeys(MEETING_ROUTES, _ministerial),
    "alliance:progress-goal": lambda _person: [{"code": "g1.1"}],
    "alliance:progress-member": lambda _person: [
        {"id": one} for one in Membership.objects.filter(left=None).values_list("member", flat=True)
    ],
    "alliance:": _of_alliance,
    **dict.fromkeys(("alliance:released", "alliance:released-indicator"), _released),
    "alliance:release-preview": _previews,
    "alliance:release-correction": lambda _person: [{"number": 1}],
    "press:": _press,
    **CROSSCHECK,
    "victims:wish-form": _desks,
    "victims:public-appeal": _public_appeals,
    "victims:tip": _public_appeals,
    **dict.fromkeys(("victims:accept-series", "victims:decline-series", "victims:recall-series"), _sent),
    **dict.fromkeys(("victims:appeal", "victims:check-appeal", "victims:withdraw-appeal"), _own(Appeal)),
    **dict.fromkeys(("victims:wish", "victims:note-wish", "victims:seen-wish", "victims:erase-wish"), _own(Wish)),
    "victims:take-scan": _own(Scan),
    "victims:take-report": _own(Report),
    "victims:take": _own(Take),
    **{
        f"victims:{name}": _between(parameter, model)
        for name, parameter, model in (
            ("refuse-merge", "proposal", MergeProposal),
            ("undo-merge", "merge", Merge),
            ("lift-separation", "separation", Separation),
            ("move-file", "member", Filed),
        )
    },
    "victims:": _of_series,
    **LISTS,
    **EXCHANGE,
    "account_reset_password_from_key": lambda _person: [{"uidb36": "1", "key": "set-password"}],
}
"""For a route, or for all of an app (its namespace with a colon), what to try for its parameters, for a person."""


def prepare() -> None:
    """Make what the demonstration has none of: an invitation that waits, and places in the tree of the ledger."""
    _invitation(None)
    _block()
    _done()
    _packed()
    _recall()
    _recall_series()
    _recall_case()
    _recall_requests()
    recall_list()
    bring_graded()
    withdraw_identifiers()
    sequence_once()
