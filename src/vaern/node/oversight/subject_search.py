"""What is held of somebody without an account: found by keyed digests of what they say identifies them.

Never by a picture, and never by a name. Found are records whose values were keyed for the cross-check (concluded
reports, series, cases, scans), and what other apps find by keys of their own: reports as they came in, too.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from vaern.node.crosscheck.base.holders import HOLDERS, Held
from vaern.node.crosscheck.base.keys import keys_of
from vaern.node.crosscheck.models import Enrolled, Enrolment
from vaern.node.crosscheck.rules.identifiers import BadIdentifier, Identifier, Kind, normalised
from vaern.node.organisations.models import Person
from vaern.node.oversight.subject_rules import MOST_IDENTIFIERS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID


WALLET = re.compile(r"([a-z]+:)?[A-Za-z0-9]{26,}")
"""What may be a payment address. Shorter, a number that was mistyped would be looked for as one, and never found."""


class BadLine(ValueError):
    """A line is no identifier; `number` says which, and nothing of it is repeated."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def identifiers(text: str) -> list[Identifier]:
    """Return what identifies a person, of a text with a line each.

    A line is a mail address, a telephone number, an IP address, a payment address, `service|account`, or a device as
    `make|model|serial`.

    Raises:
        BadLine: a line is none of them, or there are too many.
    """
    found: list[Identifier] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            if len(found) == MOST_IDENTIFIERS:
                raise BadLine(number)
            found.append(_identifier(line.strip(), number))
    return found


def _identifier(line: str, number: int) -> Identifier:
    service, _bar, account = line.partition("|")
    plain = (Kind.EMAIL, Kind.PHONE, Kind.ADDRESS, *((Kind.WALLET,) if WALLET.fullmatch(line) else ()))
    each = {
        0: [(kind, line, "") for kind in plain],
        1: [(Kind.ACCOUNT, account, service)],
        2: [(Kind.DEVICE, line, "")],
    }
    for kind, value, where in each.get(line.count("|"), []):
        try:
            return normalised(kind, value, service=where)
        except BadIdentifier:
            continue
    raise BadLine(number)


def held(given: Iterable[Identifier], organisation: UUID | None) -> list[Held]:
    """Return the records in which any of some identifiers stands, the oldest first.

    Args:
        given: what identifies the person.
        organisation: whose records; None for the whole node, which the supervisory authority may look through.
    """
    given = list(given)
    digests = [key.digest for one in given for key in keys_of(one)]
    hits = Enrolled.everywhere.filter(digest__in=digests).values_list("enrolment_id", flat=True)
    records = Enrolment.everywhere.filter(pk__in=hits)
    people = Person.everybody.filter(
        reduce(or_, (Q(email__iexact=one.value) for one in given if one.kind is Kind.EMAIL), Q(pk__in=[]))
    )
    if organisation is not None:
        records, people = records.filter(organisation=organisation), people.filter(organisation=organisation)
    found = [Held(one.kind, timezone.localdate(one.enrolled_at), one.organisation_id, one.record) for one in records]
    found += [Held("account", timezone.localdate(one.created_at), one.organisation_id, one.pk) for one in people]
    found += [one for holder in HOLDERS for one in holder(given, organisation)]
    first: dict[tuple[str, UUID], Held] = {}
    for one in sorted(found, key=lambda one: (one.day, one.kind, str(one.record))):
        first.setdefault((one.kind, one.record), one)
    return list(first.values())


def by_kind(found: Iterable[Held]) -> list[tuple[str, int]]:
    """Return how many records of each kind there are."""
    return sorted(Counter(one.kind for one in found).items())
