"""How the people of the demonstration sign in: a password, a one-time code, and a link of one click.

All three follow from the node's own secret, so nothing of them is written down, and a second start prints the same.
They exist in a node that is marked synthetic and in no other.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.core import signing
from django.urls import reverse

from vaern.node.demo.alliance import BODIES, address
from vaern.node.ledger.rules import Subject
from vaern.node.organisations.models import Person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.node.casework.models import Casework

SALT = "vaern.demo.sign-in"
LINK_SECONDS = 24 * 3600


class NotSynthetic(Exception):
    """The node is not marked synthetic, so nothing of the demonstration exists in it."""


def only_synthetic() -> None:
    """Refuse a node in which something could be real.

    Raises:
        NotSynthetic: it is not marked synthetic.
    """
    if not settings.CONFIGURATION.synthetic:
        raise NotSynthetic("set VAERN_SYNTHETIC=1: the demonstration fills only a node in which everything is made up")


@dataclass(frozen=True)
class SignIn:
    """One line of the table that the demonstration prints."""

    organisation: str
    roles: str
    name: str
    email: str
    password: str
    code: str
    link: str


def password_of(email: str) -> str:
    """Return the password of a person of the demonstration: sixteen characters in groups of four."""
    only_synthetic()
    digest = hmac.new(settings.SECRET_KEY.encode(), f"{SALT} {email}".encode(), hashlib.sha256).digest()
    text = base64.b32encode(digest).decode().lower()[:16]
    return "-".join(text[at : at + 4] for at in range(0, 16, 4))


def code_of(person: Person) -> str:
    """Return what the person's authenticator app shows now; "" if they have none."""
    only_synthetic()
    found = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).first()
    if found is None:
        return ""
    return str(format_hotp_value(hotp_value(decrypt(found.data["secret"]), int(time.time()) // 30)))


def link_of(person: Person) -> str:
    """Return the link that signs a person of the demonstration in, for a day."""
    only_synthetic()
    token = signing.dumps(str(person.pk), salt=SALT, compress=False)
    return f"{settings.CONFIGURATION.address}{reverse('demo:sign-in', args=[token])}"


@dataclass(frozen=True)
class Entrance:
    """Where a link leads whoever follows it.

    Attributes:
        person: who is signed in.
        path: of the page.
        subject: the record that it is about, so that the reason for opening it is given; None for another page.
    """

    person: UUID
    path: str
    subject: Subject | None


def link_to(person: Person, path: str, record: Casework | None) -> str:
    """Return the link that signs a person of the demonstration in and opens a page, for a day."""
    only_synthetic()
    subject = record.subject if record else None
    about = [subject.kind, str(subject.id), str(subject.owner)] if subject else []
    token = signing.dumps([str(person.pk), path, about], salt=SALT, compress=False)
    return f"{settings.CONFIGURATION.address}{reverse('demo:enter', args=[token])}"


def entrance_of(token: str) -> Entrance | None:
    """Return where a link leads; None if it is none of ours or a day old."""
    only_synthetic()
    try:
        person, path, about = signing.loads(token, salt=SALT, max_age=LINK_SECONDS)
        subject = Subject(about[0], UUID(about[1]), UUID(about[2])) if about else None
        return Entrance(UUID(person), path, subject)
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None


def person_of(token: str) -> UUID | None:
    """Return whom a link signs in; None if it is none of ours or a day old."""
    only_synthetic()
    try:
        return UUID(signing.loads(token, salt=SALT, max_age=LINK_SECONDS))
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None


def sign_ins() -> Iterator[SignIn]:
    """Yield everybody of the demonstration who is there, in the order of the organisations."""
    people = {person.email: person for person in Person.everybody.filter(is_active=True).select_related("organisation")}
    for body in BODIES:
        for name, roles in body.people:
            person = people.get(address(name, body.host))
            if person is not None:
                yield SignIn(
                    organisation=body.name,
                    roles=", ".join(role.value for role in roles),
                    name=name,
                    email=person.email,
                    password=password_of(person.email),
                    code=code_of(person),
                    link=link_of(person),
                )
