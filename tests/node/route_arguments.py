"""For every address and operation: who may come, whose record it is about, and what to fill into it.

Written by hand, on purpose: `test_walk.py` holds the code to this page, and the browser tests take arguments from here.
A new route needs a line here; a route whose permission changes needs its line changed, by a person who means it.

    WALK["scans:scan"].arguments(side)          # {"id": …} of a record of that side
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils import timezone
from tests.node.casework.brought import waiting
from tests.node.crosscheck.factories import make_meeting, make_reveal
from tests.node.factories import make_key, make_member, make_organisation, make_person, terms, viewer_for
from tests.node.reports.factories import make_block, make_domain, make_host, make_location, make_report
from tests.node.reports.mappings.worlds import make_mapping
from tests.node.reports.viewing.rows import make_packed
from tests.node.victims.factories import make_victims

from vaern.node.base.scope import viewing
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.releases.terms import Handling
from vaern.node.demo.results import invented
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations import actions as organisations
from vaern.node.organisations.rules import ROLES, OrganisationKind, Permission, Role
from vaern.node.oversight.actions import looked, of_own, open_request
from vaern.node.oversight.acts import LEDGER_CONSULTED
from vaern.node.reports.base.originals import Sent, keep
from vaern.node.scans import actions as scans
from vaern.node.scans.results import read_lines, read_run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vaern.node.organisations.models import Invitation, Organisation, Person

P = Permission
PUBLIC, REFUSED = "public", "refused"
ASSESSMENT = Reason(Why.ASSESSMENT)


class Sees(enum.Enum):
    """Who of those with the permission gets to a record."""

    NO_RECORD = "the route is about no record"
    EVERYBODY = "everybody: the directory is open"
    OWNER = "its organisation's people"
    RECIPIENT = "its organisation's people, and those to whom it was released"
    ONESELF = "the person whose own it is"
    OVERSIGHT = "those who oversee its organisation"


@dataclass(frozen=True)
class Side:
    """Records of one organisation, and the ids by which routes name them. `nothing()` has ids of nothing."""

    person: UUID
    invitation: UUID
    key: UUID
    organisation: UUID
    member: UUID
    scan: UUID
    report: UUID
    location: UUID
    block: UUID
    recall: UUID
    recipient: UUID
    request: UUID
    host: int
    entry: int
    passkey: int
    meeting: UUID = field(default_factory=uuid4)
    reveal: UUID = field(default_factory=uuid4)
    series: UUID = field(default_factory=uuid4)
    clue: int = 2**40
    hypothesis: int = 2**40
    appeal: UUID = field(default_factory=uuid4)
    wish: UUID = field(default_factory=uuid4)
    more: Mapping[str, Any] = field(default_factory=dict)


def nothing() -> Side:
    """Return ids that no record has."""
    ids = [uuid4() for _ in range(12)]
    return Side(*ids, host=2**40, entry=2**40, passkey=2**30, more=_Nothing())


class _Nothing(dict[str, Any]):
    """Ids of no record, for whatever name a room gives: numbers where the name ends so."""

    def __missing__(self, name: str) -> Any:
        return 2**40 if name.endswith("_number") else uuid4()


MORE: list[Callable[[Organisation], dict[str, Any]]] = []
"""What makes further records of an organisation, of rooms that came later: ids by name, for `Side.more`."""

RELEASING: list[Callable[[Side, Organisation], object]] = []
"""What releases such records to one more organisation."""


@dataclass(frozen=True)
class Route:
    """One line of the table.

    Attributes:
        permission: what the route asks for; PUBLIC, or REFUSED where nobody may come.
        sees: who gets to the record that it is about.
        arguments: from the records of one side to the route's arguments.
        step_up: the second factor is asked for again.
        before_second_factor: it belongs to setting up or giving the second factor.
        never: it answers 404 in every walk, for a reason that stands beside it.
        path: the address, where it does not follow from name and arguments.
        empty: it answers 404 while there is nothing to show.
        has_front: whoever is not signed in sees a page of their own there.
        changes: it changes the record, so a recipient who sees it is told that only its owner may.
    """

    permission: Permission | str
    sees: Sees = Sees.NO_RECORD
    arguments: Callable[[Side], dict[str, Any]] = field(default=lambda _side: {})
    step_up: bool = False
    before_second_factor: bool = False
    never: str = ""
    path: str = ""
    changes: bool = False
    empty: bool = False
    has_front: bool = False

    def address(self, name: str, side: Side) -> str:
        """Return the address of the page for a record of a side."""
        return self.path or reverse(name, kwargs=self.arguments(side))


def of(name: str) -> Callable[[Side], dict[str, Any]]:
    """Return the arguments of a route with `id` alone."""
    return lambda side: {"id": getattr(side, name, None) or side.more[name]}


def graded(routes: str, record: str, permission: Permission) -> dict[str, Route]:
    """Return the lines of what came back graded to a kind of record: for the organisation that brought it."""

    def at(side: Side) -> dict[str, Any]:
        return {**of(record)(side), "document": side.more[f"graded_{record}"]}

    names = ("graded-document", "graded-progress", "take-graded", "reject-graded")
    return {
        **{f"{routes}{name}": Route(permission, Sees.OWNER, at) for name in names},
        f"{routes}graded-piece": Route(permission, Sees.OWNER, lambda side: {**at(side), "at": 0}),
    }


def _own(**options: Any) -> Route:
    return Route(P.ACCOUNT, **options)


_SET_UP = Route(P.ACCOUNT, before_second_factor=True)
_PASSKEY = Route(P.ACCOUNT, Sees.ONESELF, lambda side: {"pk": side.passkey})
_PERSON = {"sees": Sees.OWNER, "arguments": of("person")}
_SCAN = {"sees": Sees.OWNER, "arguments": of("scan")}
_RELEASED = {"sees": Sees.RECIPIENT, "arguments": of("scan")}

WALK: dict[str, Route] = {
    # For everybody.
    "home": _own(has_front=True),
    "find": _own(),
    "manual": _own(before_second_factor=True),
    "manual-page": _own(arguments=lambda _side: {"name": "how-to/cases"}, before_second_factor=True),
    "manual-asset": _own(arguments=lambda _side: {"name": "states-case.svg"}, before_second_factor=True),
    "components": Route(PUBLIC),
    "components-progress": Route(PUBLIC),
    "language": Route(PUBLIC),
    "theme": Route(PUBLIC),
    "robots": Route(PUBLIC),
    "favicon": Route(PUBLIC),
    "security-txt": Route(PUBLIC, empty=True),
    "contract": Route(PUBLIC),
    "unknown": Route(PUBLIC, path="/api/x", never="it is the answer of the API to addresses that it does not have"),
    "operations:health": Route(PUBLIC),
    "operations:metrics": Route(PUBLIC),
    "demo:roles": Route(PUBLIC),
    "demo:mailbox": Route(PUBLIC),
    "demo:one-mail": Route(PUBLIC, arguments=lambda _side: {"name": "x"}, never="there is no mail of that name"),
    "demo:story": Route(PUBLIC, never="no story is played"),
    "demo:story-next": Route(PUBLIC, never="no story is played"),
    "demo:enter": Route(PUBLIC, arguments=lambda _side: {"token": "x"}, never="the token is none"),
    "demo:tour": Route(PUBLIC),
    "demo:tour-leave": Route(PUBLIC),
    "demo:tour-receipt": Route(PUBLIC, arguments=lambda _side: {"token": "x"}, never="the token is none"),
    "demo:tour-stop": Route(PUBLIC, arguments=lambda _side: {"number": 1}),
    "demo:factsheet": Route(PUBLIC, empty=True),
    "demo:sign-in": Route(PUBLIC, arguments=lambda _side: {"token": "x"}, never="the token is none"),
    # Sign-in, by allauth.
    "account_login": Route(PUBLIC),
    "account_logout": Route(PUBLIC),
    "account_inactive": Route(PUBLIC),
    "account_reset_password": Route(PUBLIC),
    "account_reset_password_done": Route(PUBLIC),
    "account_reset_password_from_key": Route(PUBLIC, arguments=lambda _side: {"uidb36": "x", "key": "x-x"}),
    "account_reset_password_from_key_done": Route(PUBLIC),
    "account_signup": Route(REFUSED),
    "account_set_password": Route(REFUSED),
    "account_email": Route(REFUSED),
    "account_email_verification_sent": Route(REFUSED),
    "account_confirm_email": Route(REFUSED, arguments=lambda _side: {"key": "x"}),
    "account_confirm_login_code": Route(REFUSED),
    "account_confirm_reauthentication_code": Route(REFUSED),
    "account_request_reauthentication_code": Route(REFUSED),
    "account_reauthenticate": _SET_UP,
    "account_change_password": _own(),
    "mfa_index": _SET_UP,
    "mfa_authenticate": Route(PUBLIC),
    "mfa_login_webauthn": Route(PUBLIC),
    "mfa_reauthenticate": _SET_UP,
    "mfa_reauthenticate_webauthn": _SET_UP,
    "mfa_activate_totp": _SET_UP,
    "mfa_add_webauthn": _SET_UP,
    "mfa_view_recovery_codes": _own(before_second_factor=True, never="there are no codes yet"),
    "mfa_download_recovery_codes": _own(before_second_factor=True, never="there are no codes yet"),
    "mfa_generate_recovery_codes": _own(),
    "mfa_deactivate_totp": _own(),
    "mfa_list_webauthn": _own(),
    "mfa_edit_webauthn": _PASSKEY,
    "mfa_remove_webauthn": _PASSKEY,
    "usersessions_list": _own(),
    # One's own account.
    "organisations:account": _own(),
    "organisations:profile": _own(),
    "organisations:end-sessions": _own(),
    "organisations:single-keys": _own(),
    "organisations:second-factor": _SET_UP,
    "organisations:permissions": _own(),
    "organisations:download": Route(P.LIST_EXPORT, arguments=lambda _side: {"name": "scans-scans"}, step_up=True),
    "casework:reason": _own(),
    **{f"drafts:{name}": _own() for name in ("keep", "discard", "session")},
    **{f"today:{name}": _own() for name in ("live", "count", "seen", "unseen", "mail")},
    "organisations:accept": Route(PUBLIC, arguments=lambda _side: {"token": "x"}, never="the link is dead"),
    "organisations:admin-session": Route(P.ADMIN_SESSION, step_up=True),
    # The directory.
    "organisations:directory": Route(P.DIRECTORY_VIEW),
    "organisations:countries": Route(P.DIRECTORY_VIEW),
    "organisations:organisation": Route(P.DIRECTORY_VIEW, Sees.EVERYBODY, of("organisation")),
    "organisations:new-country": Route(P.DIRECTORY_MANAGE),
    "organisations:country": Route(P.DIRECTORY_MANAGE, Sees.EVERYBODY, of("member")),
    "organisations:new-organisation": Route(P.DIRECTORY_MANAGE),
    "organisations:change-organisation": Route(P.DIRECTORY_MANAGE, Sees.EVERYBODY, of("organisation")),
    "organisations:organisation-active": Route(P.DIRECTORY_MANAGE, Sees.EVERYBODY, of("organisation"), step_up=True),
    # People.
    "organisations:people": Route(P.PEOPLE_VIEW),
    "organisations:person": Route(P.PEOPLE_VIEW, **_PERSON),
    "organisations:invite": Route(P.PEOPLE_MANAGE, step_up=True),
    "organisations:invitations": Route(P.PEOPLE_MANAGE),
    "organisations:resend-invitation": Route(P.PEOPLE_MANAGE, Sees.OWNER, of("invitation")),
    "organisations:withdraw-invitation": Route(P.PEOPLE_MANAGE, Sees.OWNER, of("invitation")),
    "organisations:change-roles": Route(P.PEOPLE_MANAGE, **_PERSON, step_up=True),
    "organisations:deactivate": Route(P.PEOPLE_MANAGE, **_PERSON, step_up=True),
    "organisations:reactivate": Route(P.PEOPLE_MANAGE, **_PERSON, step_up=True),
    "organisations:keep-person": Route(P.PEOPLE_MANAGE, **_PERSON),
    "organisations:reset-second-factor": Route(P.PEOPLE_MANAGE, **_PERSON, step_up=True),
    "organisations:erase-person": Route(P.PEOPLE_MANAGE, **_PERSON, step_up=True),
    "operations:failed-mail": Route(P.PEOPLE_MANAGE),
    # Keys.
    "organisations:keys": Route(P.KEYS_MANAGE),
    "casework:recalls": Route(P.ACCOUNT),
    "casework:overdue-recalls": Route(P.ACCOUNT),
    "casework:acknowledge-scan": Route(P.SCAN_VIEW, Sees.OWNER, of("recall")),
    **{
        f"casework:acknowledge-{kind}": Route(
            permission, arguments=of("recall"), never="the walk's recall is of a scan"
        )
        for kind, permission in {
            "report": P.REPORT_ASSESS,
            "series": P.SERIES_WORK,
            "case": P.CASE_VIEW,
            "assistance_request": P.ASSISTANCE_WORK,
            "incoming_request": P.ASSISTANCE_WORK,
            "list": P.HASHLIST_VIEW,
            "list_subset": P.HASHLIST_VIEW,
        }.items()
    },
    "organisations:new-key": Route(P.KEYS_MANAGE, step_up=True),
    "organisations:revoke-key": Route(P.KEYS_MANAGE, Sees.OWNER, of("key")),
    # Scans.
    "scans:scans": Route(P.SCAN_VIEW),
    "scans:bring-in": Route(P.SCAN_ADD),
    "scans:scan": Route(P.SCAN_VIEW, **_RELEASED),
    "scans:finish": Route(P.SCAN_ADD, **_SCAN),
    "scans:review": Route(P.SCAN_ADD, **_SCAN),
    "scans:reopen": Route(P.SCAN_ADD, **_SCAN),
    "scans:same": Route(P.SCAN_ADD, Sees.OWNER, lambda side: {"id": side.scan, "number": 1}),
    "scans:prolong": Route(P.SCAN_ADD, **_SCAN),
    "scans:release": Route(P.SCAN_RELEASE, **_SCAN, step_up=True),
    "scans:recall": Route(
        P.SCAN_RELEASE, Sees.OWNER, lambda side: {"id": side.scan, "recipient": side.recipient}, step_up=True
    ),
    "scans:export": Route(P.SCAN_EXPORT, **_RELEASED, step_up=True),
    "scans:graded": Route(P.SCAN_ADD, **_SCAN),
    **graded("scans:", "scan", P.SCAN_ADD),
    "scans:workstation": Route(P.SCAN_EXPORT, **_RELEASED, step_up=True),
    "scans:erase": Route(P.SCAN_ERASE, **_SCAN, step_up=True),
    # Oversight.
    "oversight:own": Route(P.LEDGER_OWN),
    "oversight:ledger": Route(P.LEDGER_OVERSEE),
    "oversight:health": Route(P.LEDGER_OVERSEE),
    "oversight:export": Route(P.LEDGER_EXPORT, step_up=True),
    "oversight:erase-words": Route(P.LEDGER_OVERSEE, step_up=True),
    "oversight:entry": Route(P.LEDGER_OWN, Sees.OVERSIGHT, lambda side: {"number": side.entry}),
    "oversight:proof": Route(P.LEDGER_OWN, Sees.OVERSIGHT, lambda side: {"number": side.entry}),
    "oversight:checkpoint": Route(PUBLIC, empty=True),
    "oversight:ledger-key": Route(PUBLIC),
    "oversight:consistency": Route(PUBLIC, arguments=lambda _side: {"old": 1, "new": 1}, empty=True),
    "oversight:inclusion": Route(PUBLIC, arguments=lambda _side: {"leaf": "0", "size": 1}, empty=True),
    "oversight:policy-lines": Route(PUBLIC),
    "oversight:add-checkpoint": Route(PUBLIC),
    "oversight:cosigned-checkpoint": Route(PUBLIC, arguments=lambda _side: {"origin": "0" * 64}, empty=True),
    "oversight:record": Route(P.LEDGER_OVERSEE, Sees.OVERSIGHT, lambda side: {"kind": "scan", "id": side.scan}),
    "oversight:person": Route(P.LEDGER_OWN, Sees.OVERSIGHT, of("person")),
    "oversight:sessions": Route(P.LEDGER_OVERSEE),
    "oversight:unusual": Route(P.LEDGER_OVERSEE),
    "oversight:requests": Route(P.LEDGER_OVERSEE),
    "oversight:new-request": Route(P.LEDGER_OVERSEE),
    "oversight:request": Route(P.LEDGER_OVERSEE, Sees.OWNER, of("request")),
    "oversight:restrict": Route(P.LEDGER_OVERSEE, Sees.OWNER, of("request")),
    "oversight:answer": Route(P.LEDGER_EXPORT, Sees.OWNER, of("request"), step_up=True),
    "oversight:subjects": Route(P.LEDGER_OVERSEE),
    "oversight:new-subject": Route(P.LEDGER_OVERSEE),
    "oversight:subject": Route(P.LEDGER_OVERSEE, Sees.OWNER, lambda side: {"id": side.more["subject_request"]}),
    "oversight:answer-subject": Route(
        P.LEDGER_EXPORT, Sees.OWNER, lambda side: {"id": side.more["subject_request"]}, step_up=True
    ),
}
"""Every page, by the name of its route."""

OPERATIONS: dict[str, Route] = {
    "GET /api/scans": Route(P.SCAN_VIEW),
    "POST /api/scans": Route(P.SCAN_ADD),
    "GET /api/scans/{uuidstr:id}": Route(P.SCAN_VIEW, **_RELEASED),
    "GET /api/scans/{uuidstr:id}/findings": Route(P.SCAN_VIEW, **_RELEASED),
    "POST /api/scans/{uuidstr:id}/findings": Route(P.SCAN_ADD, **_RELEASED, changes=True),
    "POST /api/scans/{uuidstr:id}/finish": Route(P.SCAN_ADD, **_RELEASED, changes=True),
}
"""Every operation of the API."""


# Records to walk to -------------------------------------------------------------------------------------------------


def make_side(organisation: Organisation, hub: Organisation) -> Side:
    """Make one record of each kind in an organisation.

    Args:
        organisation: whose.
        hub: to which its scan was released; the release of another of the hub's scans was recalled from it.
    """
    roles = [role for role, rule in ROLES.items() if OrganisationKind(organisation.kind) in rule.kinds]
    colleague = make_person(roles[0], organisation)
    scan = make_scan(organisation, colleague)
    report = make_report(organisation)
    keep(report, Sent("application/json", b'{"synthetic": true}'))
    location = make_location(report)
    gone = make_scan(hub, make_person(Role.ANALYST, hub))
    recall = _release(gone, organisation)
    with viewing(hub.id):
        releases.recall(viewer_for(gone.received_by), gone, organisation.id, ASSESSMENT)
    _release(scan, hub)
    overseer = make_person(Role.OVERSIGHT, organisation)
    looked(viewer_for(colleague), LEDGER_CONSULTED, of_own(viewer_for(colleague)), count=1)
    entry = Entry.objects.filter(person=colleague.id).order_by("-id").values_list("id", flat=True)[0]
    victims = make_victims(organisation, colleague)
    return Side(
        person=colleague.id,
        invitation=_invitation(organisation),
        key=make_key(colleague, Permission.SCAN_VIEW)[0].id,
        organisation=organisation.id,
        member=make_member().id,
        scan=scan.id,
        report=report.id,
        location=location.id,
        block=make_block(location, colleague).id,
        host=make_host(organisation).id,
        recall=recall.id,
        recipient=hub.id,
        request=open_request(viewer_for(overseer), colleague, timezone.localdate(), "file").id,
        entry=entry,
        passkey=make_passkey(colleague),
        **_met(scan),
        **victims,
        more={
            "graded_scan": waiting(organisation, "scan", scan.id).pk,
            "graded_series": waiting(organisation, "series", victims["series"]).pk,
            "domain": make_domain(location, colleague).id,
            "mapping": make_mapping(colleague).mapping_id,
            **make_packed(report, colleague),
            **{name: found for make in MORE for name, found in make(organisation).items()},
        },
    )


def _met(scan: Any) -> dict[str, UUID]:
    """Let a scan meet a record of nobody in the walk, whose side asks who it is; nothing where none takes part."""
    meeting = make_meeting(scan)
    return {"meeting": meeting.pk, "reveal": make_reveal(meeting, scan).pk} if meeting else {}


def make_scan(organisation: Organisation, person: Person) -> Any:
    """Bring in a small scan, whole."""
    run, findings = invented(1, 3)
    reference = f"walk {uuid4()}"
    with viewing(organisation.id):
        viewer = viewer_for(person)
        return scans.receive(viewer, ASSESSMENT, reference, read_run(run), read_lines(findings), finished=True)[0]


def make_passkey(person: Person) -> int:
    """Give somebody a passkey, of which nothing but the row is real."""
    data = {"name": "A passkey (synthetic)", "credential": {}}
    return Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data=data).pk


def release_to(scan: Any, recipient: Organisation) -> None:
    """Release a scan or a report to one more organisation."""
    _release(scan, recipient)


def _release(scan: Any, recipient: Organisation) -> Any:
    until = timezone.now() + timedelta(days=7)
    with viewing(scan.organisation_id):
        viewer = viewer_for(getattr(scan, "received_by", None) or make_person(Role.INVESTIGATOR, scan.organisation))
        (made,) = releases.release(
            viewer, scan, [recipient.id], ASSESSMENT, terms(Handling.AMBER, until, "an invented ground")
        )
    return made


def _invitation(organisation: Organisation) -> UUID:
    administrator = make_person(Role.ADMINISTRATOR, organisation)
    email = f"walk{uuid4().hex[:8]}@organisation.example"
    with viewing(organisation.id):
        made: Invitation = organisations.invite(
            viewer_for(administrator), ASSESSMENT, name="N", email=email, roles=[Role.OVERSIGHT], language="en"
        )
    return made.id


def make_foreign() -> Organisation:
    """Make an organisation that has nothing to do with the viewer's."""
    return make_organisation(OrganisationKind.POLICE)


from tests.node.reports import route_lines  # noqa: E402 - its lines are made of what stands above

WALK |= route_lines.LINES
OPERATIONS |= route_lines.OPERATIONS

from tests.node.crosscheck import route_lines as crosscheck  # noqa: E402

WALK |= crosscheck.LINES
OPERATIONS |= crosscheck.OPERATIONS

from tests.node.victims import route_lines as victims  # noqa: E402

WALK |= victims.LINES
OPERATIONS |= victims.OPERATIONS
MORE.append(victims.make)

from tests.node.law import route_lines as law  # noqa: E402
from tests.node.oversight import subject_lines as subjects  # noqa: E402

WALK |= law.LINES
MORE.append(law.make)
MORE.append(subjects.make)

from tests.node.external import route_lines as external  # noqa: E402

WALK |= external.LINES
OPERATIONS |= external.OPERATIONS
MORE.append(external.make)

from tests.node.cases.assistance import route_lines as assistance_lines  # noqa: E402

WALK |= assistance_lines.LINES
MORE.append(assistance_lines.make)
RELEASING.append(assistance_lines.release)
from tests.node.cases import route_lines as cases  # noqa: E402

WALK |= cases.LINES
MORE.append(cases.make)
RELEASING.append(cases.release)

from tests.node.alliance import route_lines as alliance  # noqa: E402

WALK |= alliance.LINES
OPERATIONS |= alliance.OPERATIONS
MORE.append(alliance.make)

from tests.node.press import route_lines as press  # noqa: E402

WALK |= press.LINES
MORE.append(press.make)

from tests.node.lists import route_lines as list_lines  # noqa: E402

WALK |= list_lines.LINES
OPERATIONS |= list_lines.OPERATIONS
MORE.append(list_lines.make)
RELEASING.append(list_lines.release)

from tests.node.exchange import route_lines as exchange  # noqa: E402

WALK |= exchange.LINES
MORE.append(exchange.make)
