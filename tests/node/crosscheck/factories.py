"""Casework to enrol in tests: scans stand for any record, because the cross-check does not know what a record is."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from tests.node.factories import make_organisation, make_person, viewer_for

from vaern.node.crosscheck.base.keys import Key, key_of
from vaern.node.crosscheck.disclosures.actions import ask
from vaern.node.crosscheck.registry.actions import register_keys
from vaern.node.crosscheck.rules.disclosures import Level
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.scans.models import Scan

if TYPE_CHECKING:
    from vaern.node.crosscheck.models import Meeting, Reveal
    from vaern.node.organisations.models import Organisation

_number = count(1)


def make_record(organisation: Organisation) -> Scan:
    """Make a record of casework."""
    return Scan.everywhere.create(
        organisation=organisation,
        reference=f"record {next(_number)} (synthetic)",
        review_date=timezone.localdate() + timedelta(days=365),
    )


def some_key(n: int, kind: str = "sha256") -> Key:
    """Return one of endlessly many keys."""
    return key_of(kind, hashlib.sha256(str(n).encode()).digest())


def make_meeting(record: Scan, **fields: Any) -> Meeting | None:
    """Let a record meet one of another organisation, or None if its organisation takes no part in the cross-check."""
    key = some_key(next(_number), "sha1")
    other = make_record(make_organisation(OrganisationKind.POLICE))
    with transaction.atomic():
        register_keys(record, [key])
        made = register_keys(other, [key], **fields)
    return made[0] if made else None


def make_reveal(meeting: Meeting, record: Scan, level: Level = Level.ORGANISATION) -> Reveal:
    """Let the other side of a record's meeting ask who it is."""
    other = next(side for side in (meeting.one, meeting.other) if side.record != record.pk)
    person = make_person(Role.INVESTIGATOR, other.organisation)
    return ask(viewer_for(person), Reason(Why.INVESTIGATION), meeting, level, "desk@other.example")
