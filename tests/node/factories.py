"""Organisations and people for tests, and a quick sign-in that holds against every check.

    hotline = make_organisation(OrganisationKind.HOTLINE)
    ada = make_person(Role.ANALYST, hotline)
    sign_in(client, ada)                        # both factors, just now: step-up holds too
    viewer_for(ada)                             # for queries and actions without a request

Nothing here is real; everything is under `.example`.
"""

from __future__ import annotations

import time
from datetime import timedelta
from functools import cache
from itertools import count
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.utils import timezone

from vaern.node.casework.releases.terms import Terms
from vaern.node.organisations.keys import make_secret
from vaern.node.organisations.models import ApiKey, Member, Organisation, Person
from vaern.node.organisations.queries import viewer_of
from vaern.node.organisations.rules import ROLES, OrganisationKind, Permission, Regime, Role
from vaern.node.organisations.second_factor import must_have
from vaern.node.reports.rules import help_files as help_lines
from vaern.node.reports.rules import law_files

if TYPE_CHECKING:
    from datetime import datetime

    from django.test import Client

    from vaern.node.casework.releases.terms import Handling
    from vaern.node.organisations.viewers import Viewer

PASSWORD = "correct horse battery staple"
BACKEND = "vaern.node.organisations.backends.Accounts"
STEP = 30
TO_TYPE = 5
"""Seconds that a code of the app shows, and those that it takes at most from there into the node."""
_number = count(1)

REGIMES = {OrganisationKind.POLICE: Regime.LED, OrganisationKind.AUTHORITY: Regime.LED}


@cache
def _hashed(_time_cost: int, _memory_cost: int) -> str:
    """Return what is kept of `PASSWORD`, made once for each cost: Argon2 is slow by design.

    With a hash of another cost, a sign-in would hash anew, and end every session that a test makes from the old row.
    """
    return make_password(PASSWORD)


_LAW = law_files.of_node(None, synthetic=True)
CODES = sorted(
    {"AA", "ZZ"}.union(f"Q{letter}" for letter in "MNOPQRSTUVWXYZ").union(f"X{letter}" for letter in ascii_uppercase)
    - {one.country for rows in (_LAW.grounds, _LAW.schemes, help_lines.of_node(None, synthetic=True)) for one in rows}
)
"""Codes that ISO 3166-1 leaves to whoever wants to use them: no country has one, so that none has law of its own."""


def make_member(code: str = "", **fields: Any) -> Member:
    """Make a fictional country; one whose code nobody chose has no law of its own."""
    here = {member.code: member for member in Member.objects.all()}
    code = code or next(free for free in CODES if free not in here)
    name = f"Country {next(_number)} (synthetic)"
    return here.get(code) or Member.objects.create(**{"code": code, "name": name, "name_da": name, **fields})


def make_organisation(kind: OrganisationKind | str = OrganisationKind.HOTLINE, **fields: Any) -> Organisation:
    """Make an organisation of a kind."""
    kind = OrganisationKind(kind)
    name = f"{kind.value.capitalize()} {next(_number)} (synthetic)"
    regime = REGIMES.get(kind, Regime.GDPR).value
    return Organisation.objects.create(**{"kind": kind.value, "regime": regime, "name": name, **fields})


def terms(handling: Handling, until: datetime, legal_ground: str = "an invented ground", **more: Any) -> Terms:
    """Return terms of a release on which anything may leave, to whatever country."""
    return Terms(handling, until, **{"legal_ground": legal_ground, "transfer": "own-law", **more})


def make_person(role: Role | str = Role.ANALYST, organisation: Organisation | None = None, **fields: Any) -> Person:
    """Make somebody with one role, in an organisation where the role exists, with `PASSWORD`."""
    role = Role(role)
    if organisation is None:
        organisation = make_organisation(min(ROLES[role].kinds))
    n = next(_number)
    given = {"name": f"Person {n} (synthetic)", "email": f"person{n}@organisation.example", "roles": [role.value]}
    password = _hashed(Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost)
    return Person.everybody.create(organisation=organisation, password=password, **{**given, **fields})


def make_totp(person: Person) -> str:
    """Give somebody an authenticator app, and return its secret."""
    found = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).first()
    if found:
        return str(decrypt(found.data["secret"]))
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret


def totp_code(secret: str, at: float | None = None) -> str:
    """Return what the app shows, now or at a time in seconds since 1970.

    Who sees that it is about to change waits for the next: a code is good in its half minute alone.
    """
    if at is None and (left := STEP - time.time() % STEP) < TO_TYPE:
        time.sleep(left)
    return format_hotp_value(hotp_value(secret, int(time.time() if at is None else at) // STEP))


def sign_in(client: Client, person: Person, *, second_factor: bool | None = None, ago: float = 0) -> UserSession:
    """Sign somebody in without the forms, so that every check of session, second factor and step-up holds.

    Args:
        client: Django's.
        person: who.
        second_factor: whether they gave it; None for those who must have one.
        ago: how many seconds ago; beyond five minutes the step-up no longer holds.
    """
    given = must_have(person) if second_factor is None else second_factor
    client.force_login(person, backend=BACKEND)
    session = client.session
    at = time.time() - ago
    records: list[dict[str, Any]] = [{"method": "password", "at": at, "email": person.email}]
    if given:
        make_totp(person)
        authenticator = Authenticator.objects.get(user=person, type=Authenticator.Type.TOTP)
        records.append({"method": "mfa", "at": at, "id": authenticator.pk, "type": "totp", "reauthenticated": True})
    session["account_authentication_methods"] = records
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return UserSession.objects.create(user=person, ip="127.0.0.1", session_key=session.session_key, user_agent="test")


def viewer_for(person: Person) -> Viewer:
    """Return the viewer that somebody is now."""
    return viewer_of(person)


def make_key(
    person: Person, *scopes: Permission, lasts: timedelta = timedelta(days=30), **fields: Any
) -> tuple[ApiKey, str]:
    """Make an API key that somebody made, and return it with what goes into the header."""
    id_ = uuid4()
    header, digest = make_secret(id_)
    key = ApiKey.everywhere.create(
        **{
            "id": id_,
            "organisation": person.organisation,
            "name": "A key (synthetic)",
            "digest": digest,
            "scopes": [scope.value for scope in scopes],
            "created_by": person,
            "expires_at": timezone.now() + lasts,
            **fields,
        }
    )
    return key, header
