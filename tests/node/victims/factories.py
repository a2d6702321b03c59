"""Series for tests: files are digests of counting, countries and people are invented."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from tests.node.factories import make_member, make_organisation, make_person, viewer_for

from vaern.node.base.sealing import seal
from vaern.node.crosscheck.base.keys import key_of
from vaern.node.crosscheck.registry import actions as registry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.victims.models import Appeal, Clue, Hypothesis, Member, NearValue, Series, Wish
from vaern.node.victims.models.clues import SEALED
from vaern.node.victims.rules.series import KEPT_FOR

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation, Person
    from vaern.node.organisations.viewers import Viewer

FINDING = Reason(Why.VICTIM_IDENTIFICATION)
_number = count(1)


def digest(number: int) -> bytes:
    """Return the SHA-256 of a number: a file that does not exist."""
    return sha256(f"synthetic {number}".encode()).digest()


def make_desk(code: str = "", kind: OrganisationKind = OrganisationKind.POLICE) -> Organisation:
    """Make a police desk of a country."""
    return make_organisation(kind, member=make_member(code))


def make_specialist(desk: Organisation | None = None, role: Role = Role.IDENTIFIER) -> Viewer:
    """Make somebody who identifies victims, as a viewer."""
    return viewer_for(make_person(role, desk or make_desk()))


def make_series(owner: Organisation | None = None, files: tuple[int, ...] = (), **fields: object) -> Series:
    """Make a series of some files, enrolled in the cross-check by their digests."""
    owner = owner or make_desk()
    n = next(_number)
    given = {"code": f"TEST-{n:04}", "review_date": timezone.localdate() + KEPT_FOR, "synthetic": True, **fields}
    with transaction.atomic():
        series: Series = Series.everywhere.create(organisation=owner, members_total=len(files), **given)
        for number in files:
            add_file(series, number)
        registry.register_keys(series, [key_of("sha256", digest(number)) for number in files])
    return series


def add_file(series: Series, number: int, pdq: bytes | None = None, **fields: object) -> Member:
    """Add a file to a series."""
    member: Member = Member.everywhere.create(
        series=series,
        organisation_id=series.organisation_id,
        source="hash",
        sha256=digest(number),
        rule="by_hand",
        **fields,
    )
    if pdq is not None:
        NearValue.everywhere.create(member=member, organisation_id=series.organisation_id, kind="pdq", value=pdq)
    return member


def make_victims(organisation: Organisation, person: Person) -> dict[str, Any]:
    """Make one record of each kind of the app in an organisation; ids by the names of `route_arguments.Side`."""
    series = make_series(organisation, (next(_number) + 10_000,))
    clue = Clue.everywhere.create(
        series=series,
        organisation=organisation,
        kind="object",
        nature="fact",
        confidence="low",
        circle="public",
        sealed=seal("a mug with a lighthouse (synthetic)", SEALED),
        written_by=person,
    )
    hypothesis = Hypothesis.everywhere.create(series=series, organisation=organisation, country=make_member())
    appeal = Appeal.everywhere.create(
        id=uuid4(),
        series=series,
        organisation=organisation,
        code=f"W{next(_number):07}",
        sealed_da=b"",
        sealed_en=b"",
        author=person,
        ends_on=timezone.localdate() + timedelta(days=9),
    )
    wish = Wish.everywhere.create(
        organisation=organisation, code=f"W{next(_number):07}", review_date=timezone.localdate() + timedelta(days=99)
    )
    return {
        "series": series.pk,
        "clue": clue.pk,
        "hypothesis": hypothesis.pk,
        "appeal": appeal.pk,
        "wish": wish.pk,
    }
