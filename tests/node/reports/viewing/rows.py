"""A station and a package straight into the tables, for walks over every page."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from django.utils import timezone
from pyrage import x25519
from tests.node.factories import make_person

from vaern.node.reports.base.codes import fresh_code
from vaern.node.reports.models import Item, PackedItem, StationTerms, ViewingStation, WorkPackage

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.organisations.models import Person
    from vaern.node.reports.models import Report


def make_packed(report: Report, person: Person) -> dict[str, UUID]:
    """Make a confirmed station of which another licence waits, and a package of a report for it; return their ids."""
    own = {"organisation": report.organisation}
    station = ViewingStation.everywhere.create(
        name=f"Room {uuid4().hex[:6]} (synthetic)", operator="The desk", registered_by=person, **own
    )
    until = timezone.localdate() + timedelta(days=100)
    licence = {"authority": "Prosecutor", "number": "7", "valid_until": until, "place": "Room 4", "station": station}
    licence |= {"recipient": str(x25519.Identity.generate().to_public())}
    second = make_person(person.roles[0], report.organisation)
    station.terms = StationTerms.everywhere.create(
        **licence, **own, asked_by=person, confirmed_by=second, confirmed_at=timezone.now()
    )
    station.save()
    StationTerms.everywhere.create(**licence, **own, asked_by=second)
    package = WorkPackage.everywhere.create(
        code=fresh_code(),
        station=station,
        terms=station.terms,
        made_by=person,
        expires_at=timezone.now() + timedelta(days=3),
        review_date=until,
        file=b"age-encryption.org/v1\n",
        digest="00" * 32,
        reports=1,
        addresses=1,
        **own,
    )
    PackedItem.everywhere.create(
        package=package, report=report, item=Item.everywhere.get(report=report, number=1), **own
    )
    return {"station": station.pk, "package": package.pk}
