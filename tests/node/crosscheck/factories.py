"""Casework to enrol in tests: scans stand for any record, because the cross-check does not know what a record is."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.crosscheck.keys import Key, key_of
from vaern.node.scans.models import Scan

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation

_number = count(1)


def make_record(organisation: Organisation) -> Scan:
    """Make a record of casework."""
    return Scan.unscoped.create(
        organisation=organisation,
        reference=f"record {next(_number)} (synthetic)",
        review_date=timezone.localdate() + timedelta(days=365),
    )


def some_key(n: int, kind: str = "sha256") -> Key:
    """Return one of endlessly many keys."""
    return key_of(kind, hashlib.sha256(str(n).encode()).digest())
