"""Every address and every operation × every role × own, released and foreign records: the outcome that the table says.

The expected outcome comes from two tables written by people: `rules.ROLES` (who may do what) and `route_arguments.WALK`
(what each address is). Where a record is another's, the answer must be the one that an id of nothing gets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction
from tests.node.factories import make_key, make_organisation, make_person, sign_in
from tests.node.route_arguments import (
    OPERATIONS,
    PUBLIC,
    REFUSED,
    RELEASING,
    WALK,
    Route,
    Sees,
    make_foreign,
    make_passkey,
    make_side,
    nothing,
    release_to,
)

from vaern.node.demo.visits import PART_FAILED
from vaern.node.ledger.sequencer import sequence_once
from vaern.node.organisations.access import declared, of_the_api
from vaern.node.organisations.account_actions import open_admin_session
from vaern.node.organisations.checks import declarations, routes
from vaern.node.organisations.queries import viewer_of
from vaern.node.organisations.rules import (
    CASEWORK,
    KEY_SCOPES,
    ROLES,
    OrganisationKind,
    Permission,
    Role,
    permissions_of,
    sees_casework,
)
from vaern.node.reports.models import Report
from vaern.node.scans.models import Scan
from vaern.node.victims.models import Series

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client
    from tests.node.route_arguments import Side

    from vaern.node.organisations.models import Person

pytestmark = pytest.mark.once

LOGIN = "/account/login/"
SECOND_FACTOR = ("/account/second-factor/", "/account/reauthenticate/")
ALLOWED = {200, 201, 204, 302, 400, 405, 409, 415, 422}
ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
CHANGING = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|datetime="[^"]*"|\d\d:\d\d')


# The tables are whole -----------------------------------------------------------------------------------------------


def pages() -> list[tuple[str, Any]]:
    return [(name, view) for _route, name, view in routes() if not of_the_api(view)]


def test_every_page_has_a_line_in_the_table() -> None:
    missing = sorted({name for name, _view in pages()} - WALK.keys())
    assert not missing, (
        f"add {', '.join(missing)} to WALK in tests/node/route_arguments.py: who may come, and arguments"
    )


def test_every_operation_has_a_line_in_the_table() -> None:
    found = {name for name, _declaration in declarations() if not name.startswith("/")}
    missing = sorted(found - OPERATIONS.keys())
    assert not missing, f"add {', '.join(missing)} to OPERATIONS in tests/node/route_arguments.py"
    assert not OPERATIONS.keys() - found, "these operations are gone: take them out of OPERATIONS"


def test_no_line_of_the_table_is_left_over() -> None:
    # Of allauth's routes, some exist only with settings that we do not use; they are declared and so may stand here.
    assert not WALK.keys() - {name for name, _view in pages()}, "these routes are gone: take them out of WALK"


def test_what_the_code_declares_is_what_the_table_says() -> None:
    for name, view in pages():
        declaration, line = declared(view, name), WALK[name]
        assert declaration is not None
        said = REFUSED if declaration.refused else declaration.permission or PUBLIC
        assert said == line.permission, f"{name} declares {said}, the table says {line.permission}"
        assert declaration.steps_up == line.step_up, f"{name}: step-up"
        assert declaration.before_second_factor == line.before_second_factor, f"{name}: before the second factor"
    for operation, declaration in declarations():
        if not operation.startswith("/"):
            assert declaration is not None
            assert declaration.permission == OPERATIONS[operation].permission, operation


def test_no_route_about_a_record_of_casework_is_open_to_administrators() -> None:
    administrator = permissions_of(frozenset({Role.ADMINISTRATOR}))
    assert not administrator & CASEWORK
    casework = [name for name, line in WALK.items() if name.startswith("scans:")]
    assert all(WALK[name].permission in CASEWORK for name in casework)


# The walk -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Walker:
    """Somebody who tries every address."""

    name: str
    role: Role
    kind: OrganisationKind | None = None
    runs_node: bool = False
    in_session: bool = False

    @property
    def permissions(self) -> frozenset[Permission]:
        return permissions_of(frozenset({self.role}), runs_node=self.runs_node, in_admin_session=self.in_session)

    def make(self) -> Person:
        kind = self.kind or min(ROLES[self.role].kinds)
        person = make_person(self.role, make_organisation(kind, runs_node=self.runs_node))
        if self.in_session:
            from datetime import timedelta

            reason = "ticket 1: a walk through everything"
            open_admin_session(viewer_of(person), reason=reason, lasts=timedelta(hours=1))
        return person


WALKERS = [
    *(Walker(role.value, role) for role in Role),
    Walker("administrator who runs the node", Role.ADMINISTRATOR, OrganisationKind.SECRETARIAT, runs_node=True),
    Walker("secretariat that runs the node", Role.SECRETARIAT, OrganisationKind.SECRETARIAT, runs_node=True),
    Walker("administrator in a session", Role.ADMINISTRATOR, OrganisationKind.POLICE, in_session=True),
    Walker("oversight of the node", Role.OVERSIGHT, OrganisationKind.OVERSIGHT),
]


def sides(person: Person) -> dict[str, Side]:
    """Records of the viewer's organisation, of one that released to it, and of one that has nothing to do with it."""
    hub = make_organisation(OrganisationKind.HUB)
    releasing, foreign = make_foreign(), make_foreign()
    found = {
        "own": make_side(person.organisation, hub),
        "released": make_side(releasing, hub),
        "foreign": make_side(foreign, hub),
    }
    release_to(Scan.everywhere.get(pk=found["released"].scan), person.organisation)
    release_to(Report.everywhere.get(pk=found["released"].report), person.organisation)
    release_to(Series.everywhere.get(pk=found["released"].series), person.organisation)
    for release in RELEASING:
        release(found["released"], person.organisation)
    return found


def gets_there(walker: Walker, line: Route, side: str) -> bool:
    """Say whether somebody who has the permission gets to a record of that side."""
    whole_node = walker.kind is OrganisationKind.OVERSIGHT and Permission.LEDGER_OVERSEE in walker.permissions
    return {
        Sees.NO_RECORD: True,
        Sees.EVERYBODY: True,
        Sees.OWNER: side == "own",
        Sees.ONESELF: side == "own",
        Sees.RECIPIENT: side in {"own", "released"},
        Sees.OVERSIGHT: Permission.LEDGER_OVERSEE in walker.permissions and (side == "own" or whole_node),
    }[line.sees]


def ask(client: Client, method: str, address: str, **headers: Any) -> HttpResponse:
    """Ask, and let nothing of it stay, in the database or in the browser."""
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    with transaction.atomic():
        data = {"content_type": "application/json", "data": "{}"} if address.startswith("/api/") else {"data": {}}
        send = {"GET": client.get, "POST": client.post, "PUT": client.put}[method]
        call = send(address, **({} if method == "GET" else data), **headers)
        if getattr(call, "streaming", False):
            b"".join(call.streaming_content)  # type: ignore[attr-defined]
        transaction.set_rollback(True)
    client.cookies.clear()
    client.cookies.load(cookies)
    return call


def went_to(response: HttpResponse) -> str:
    return urlsplit(response.headers.get("Location", "")).path


def shape(response: HttpResponse) -> tuple[int, str, str]:
    """Return an answer without what differs between two like ones: ids, tokens, times."""
    text = CHANGING.sub("", ID.sub("id", response.content.decode()))
    return response.status_code, ID.sub("id", response.headers.get("Location", "")), text


def problem(walker: Walker, line: Route, side: str, response: HttpResponse, unknown: HttpResponse | None) -> str:
    """Return what is wrong with an answer, or "" if it is the one that the tables say."""
    status, where = response.status_code, went_to(response)
    if status == 500:
        return "is a fault of the node"
    if not response.streaming and PART_FAILED in response.content:
        return "has a card that could not be shown"
    if line.permission == REFUSED or (line.permission == PUBLIC and line.never):
        return "" if status in {401, 404, 405} else "exists, but nobody may come here"
    if line.permission == PUBLIC:
        return "" if status in ALLOWED | {503, 404 if line.empty else 503} and where != LOGIN else "is not public"
    if line.permission not in walker.permissions:
        return "" if status == 403 else "is open without the permission"
    return problem_with_record(gets_there(walker, line, side), line, response, unknown)


def problem_with_record(there: bool, line: Route, response: HttpResponse, unknown: HttpResponse | None) -> str:
    """Return what is wrong with an answer to somebody who has the permission; `there` says whether they get to it."""
    status, where = response.status_code, went_to(response)
    if line.never:
        return "" if status in {302, 404, 405} else "is there, but the table says never"
    if there:
        sent = where == LOGIN or (where.startswith(SECOND_FACTOR) and line.permission != Permission.ACCOUNT)
        return "is refused" if status not in ALLOWED or sent else ""
    assert unknown is not None
    if unknown.status_code not in {302, 404, 405}:
        return "answers an id of nothing"
    return "" if shape(response) == shape(unknown) else f"is not the answer to an id of nothing ({unknown.status_code})"


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("walker", WALKERS, ids=lambda walker: walker.name)
def test_every_page_for_every_role(walker: Walker, method: str, client: Client) -> None:
    person = walker.make()
    records, void = sides(person), nothing()
    sequence_once()
    sign_in(client, person, second_factor=True, ago=-86_400)  # the walk may take longer than a step-up holds
    client.raise_request_exception = False  # a fault is one more answer that is not expected
    found = []
    for name, line in WALK.items():
        unknown = None
        if line.sees not in {Sees.NO_RECORD, Sees.EVERYBODY}:
            unknown = ask(client, method, line.address(name, void))
        for side in records if line.sees is not Sees.NO_RECORD else ["own"]:
            about = records[side]
            if (line.sees, side) == (Sees.ONESELF, "own"):
                about = replace(about, passkey=make_passkey(person))
            response = ask(client, method, line.address(name, about))
            Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN).delete()
            if wrong := problem(walker, line, side, response, unknown):
                found.append(f"{method} {name} ({side}) {wrong}: {response.status_code} {went_to(response)}")
    assert not found, "\n".join(found)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("walker", WALKERS, ids=lambda walker: walker.name)
def test_every_operation_for_every_role(walker: Walker, client: Client) -> None:
    person = walker.make()
    records, void = sides(person), nothing()
    _key, text = make_key(person, *KEY_SCOPES)
    standing = permissions_of(frozenset({walker.role}), runs_node=walker.runs_node) & KEY_SCOPES
    headers = {"headers": {"Authorization": f"Bearer {text}", "Vaern-Reason": "assessment"}}
    found = []
    for name, line in OPERATIONS.items():
        method, _, path = name.partition(" ")
        for side in records if line.sees is not Sees.NO_RECORD else ["own"]:
            address, missing = (filled(path, line, each) for each in (records[side], void))
            response = ask(client, method, address, **headers)
            if line.permission not in standing:
                right = response.status_code == 403
            elif not line.never and gets_there(walker, line, side):
                right = response.status_code in ({409, 415, 422} if line.changes and side != "own" else ALLOWED)
            else:
                right = shape(response) == shape(ask(client, method, missing, **headers))
                right = right and response.status_code in {404, 400, 415, 422}
            if not right:
                found.append(f"{name} ({side}): {response.status_code} {response.content[:200]!r}")
        stranger = ask(client, method, filled(path, line, records["own"]))
        if stranger.status_code != 401:
            found.append(f"{name} answers {stranger.status_code} without a key")
    assert not found, "\n".join(found)


def filled(path: str, line: Route, side: Side) -> str:
    for name, value in line.arguments(side).items():
        path = re.sub(rf"\{{[a-z]*:?{name}\}}", str(value), path)
    assert "{" not in path
    return path


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_stranger_reaches_what_is_public_and_is_sent_to_sign_in_from_the_rest(client: Client, method: str) -> None:
    void, found = nothing(), []
    for name, line in WALK.items():
        response = ask(client, method, line.address(name, void))
        status, where = response.status_code, went_to(response)
        if line.permission == REFUSED or (line.permission == PUBLIC and line.never):
            right = status in {401, 404, 405}
        elif line.permission == PUBLIC:
            right = status in ALLOWED | {503, 404 if line.empty else 503}  # a step of signing in leads to the first
        elif line.has_front and method == "GET":
            right = status == 200
        else:
            right = status == 302 and where == LOGIN
        if not right:
            found.append(f"{method} {name}: {status} {where}")
    assert not found, "\n".join(found)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_without_the_second_factor_only_its_own_pages_are_reached(role: Role, client: Client) -> None:
    person = make_person(role)
    sign_in(client, person, second_factor=False)
    void, must, found = nothing(), sees_casework(frozenset({role})), []
    for name, line in WALK.items():
        if line.permission in {PUBLIC, REFUSED} or line.permission not in permissions_of(frozenset({role})):
            continue
        response = ask(client, "GET", line.address(name, void))
        sent = response.status_code == 302 and went_to(response).startswith(SECOND_FACTOR)
        if must and not line.before_second_factor and not sent:
            found.append(f"{name}: {response.status_code} {went_to(response)}")
        if not must and sent and not (line.step_up or line.permission == Permission.ACCOUNT):
            found.append(f"{name} asks for a factor that this role need not have")
    assert not found, "\n".join(found)


@pytest.mark.django_db
def test_a_step_up_that_is_too_old_is_asked_for_again(client: Client) -> None:
    found = []
    for role in (Role.INVESTIGATOR, Role.OVERSIGHT, Role.ADMINISTRATOR):
        person = make_person(role)
        client.logout()
        sign_in(client, person, ago=3_600)
        for name, line in WALK.items():
            if not line.step_up or line.permission not in permissions_of(frozenset({role})):
                continue
            for method in ("GET", "POST"):
                response = ask(client, method, line.address(name, nothing()))
                if not (response.status_code == 302 and went_to(response).startswith(SECOND_FACTOR)):
                    found.append(f"{method} {name}: {response.status_code}")
    assert not found, "\n".join(found)
