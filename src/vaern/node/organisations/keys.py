"""API keys: how one is made, read from a header and checked: `Authorization: Bearer vaern_<id>_<secret>`."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import timedelta
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q
from django.utils import timezone

from vaern.node.base.sql import columns, rows_of, run
from vaern.node.organisations.models import ApiKey, Organisation, Person
from vaern.node.organisations.rules import Permission, key_permissions, permissions_of
from vaern.node.organisations.viewers import Viewer

KEY = re.compile(r"vaern_([0-9a-f]{32})_([A-Za-z0-9_-]{43})\Z")
USED_EVERY = timedelta(minutes=1)
NOBODY = bytes(32)


def make_secret(key: UUID) -> tuple[str, bytes]:
    """Return a new key as its owner gets it, once, and the SHA-256 of its secret half, which is all that is kept.

    The secret has 256 random bits, so a plain hash cannot be guessed back and no slow one is needed.
    """
    secret = secrets.token_urlsafe(32)
    return f"vaern_{key.hex}_{secret}", hashlib.sha256(secret.encode("ascii")).digest()


def key_viewer(header: str) -> Viewer | None:
    """Return who the key in an `Authorization` header stands for; None for anything but a key that is valid now.

    A key does what it was given, so far as whoever made it still may do it: it ends with their account and shrinks with
    their roles. `used_at` is written once a minute at most.
    """
    scheme, _, given = header.partition(" ")
    parsed = KEY.match(given.strip()) if scheme.lower() == "bearer" else None
    if not parsed:
        return None
    digest = hashlib.sha256(parsed[2].encode("ascii")).digest()
    found = _found(UUID(parsed[1]))
    # Compared whether the key exists or not, and as a whole, so that the time says nothing.
    right = hmac.compare_digest(bytes(found.digest) if found else NOBODY, digest)
    if not right or found is None or not found.valid or not found.organisation.works_here:
        return None
    if not found.created_by.is_active:
        return None
    _note_use(found)
    scopes = frozenset(Permission(scope) for scope in found.scopes if scope in set(Permission))
    return Viewer(found.organisation, key_permissions(scopes, standing_permissions(found.created_by)), key=found)


_KEY = f"""
    SELECT {columns(ApiKey, "k")}, {columns(Organisation, "o")}, p.id, p.organisation_id, p.roles, p.is_active
    FROM organisations_apikey k JOIN organisations_organisation o ON o.id = k.organisation_id
        JOIN organisations_person p ON p.id = k.created_by_id
    WHERE k.id = %s
"""
_PERSON = ("id", "organisation_id", "roles", "is_active")


def _found(id: UUID) -> ApiKey | None:
    """Return a key with its organisation and whoever made it, of whom only what is asked about here is read."""
    for values in run(_KEY, [id]):
        key, organisation = rows_of(values, ApiKey, Organisation)
        person = Person.from_db(DEFAULT_DB_ALIAS, _PERSON, values[-len(_PERSON) :])
        key.organisation, key.created_by = organisation, person
        if person.organisation_id == organisation.id:
            person.organisation = organisation
        return key
    return None


def standing_permissions(person: Person) -> frozenset[Permission]:
    """Return what somebody may do day by day: an administrator's session adds nothing to a key."""
    return permissions_of(person.role_set, runs_node=person.organisation.runs_node)


def _note_use(key: ApiKey) -> None:
    now = timezone.now()
    if key.used_at is None or now - key.used_at > USED_EVERY:
        stale = Q(used_at=None) | Q(used_at__lt=now - USED_EVERY)
        ApiKey.everywhere.filter(stale, pk=key.pk).update(used_at=now)
