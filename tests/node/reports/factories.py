"""Reports for tests, straight into the tables: what a room needs before another room's actions are there.

report = make_report(hotline, urls=["https://host.example/a"])
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import msgspec
from django.utils import timezone

from vaern import arrivals
from vaern.node.base.sealing import seal
from vaern.node.reports.base.addresses import host_key, url_key
from vaern.node.reports.domains import tokens as domain_tokens
from vaern.node.reports.models import Block, DomainBlock, Host, Item, Location, Report
from vaern.node.reports.models.report import SEALED
from vaern.node.reports.takedown import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.organisations.models import Organisation, Person

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def make_report(
    organisation: Organisation, urls: Sequence[str] = ("https://host.example/synthetic",), **fields: Any
) -> Report:
    """Make a report of some locations; its files are none."""
    locations = tuple(arrivals.Location(url=url) for url in urls)
    arrival = arrivals.Arrival("api", offence="material", locations=locations)
    text = msgspec.json.encode(arrival)
    given = {
        "code": "".join(secrets.choice(ALPHABET) for _ in range(8)),
        "document": "api",
        "offence": "material",
        "synthetic": True,
        "digest": hashlib.sha256(text).digest(),
        "sealed": seal(text.decode(), SEALED),
        "review_date": timezone.localdate() + timedelta(days=365),
        "items_total": len(urls),
    }
    report = Report.everywhere.create(organisation=organisation, **{**given, **fields})
    for number, location in enumerate(locations, 1):
        text = msgspec.json.encode({"location": msgspec.to_builtins(location)})
        Item.everywhere.create(
            report=report,
            organisation=organisation,
            number=number,
            sealed=seal(text.decode(), SEALED),
            url_key=url_key(location.url),
        )
    return report


def make_location(report: Report, number: int = 1, **fields: Any) -> Location:
    """Make the takedown of one of its items."""
    item = Item.everywhere.get(report=report, number=number)
    return Location.everywhere.create(item=item, report=report, organisation=report.organisation, **fields)


def make_host(organisation: Organisation, **fields: Any) -> Host:
    """Make somebody who can be notified."""
    given = {"name": f"Host {secrets.token_hex(4)} (synthetic)", "abuse": "abuse@host.example"}
    return Host.everywhere.create(organisation=organisation, **{**given, **fields})


def make_block(location: Location, person: Person, **fields: Any) -> Block:
    """Make an entry of the blocking list; the location's own state is not changed."""
    made = uuid4()
    given = {
        "id": made,
        "token_digest": tokens.digest(tokens.token_of(made, tokens.BLOCK), tokens.BLOCK),
        "reason": seal("A reason (synthetic)", "block"),
        "made_at": timezone.now(),
        "made_by": person,
        "review_date": timezone.localdate() + timedelta(days=30),
    }
    return Block.everywhere.create(location=location, organisation=location.organisation, **{**given, **fields})


def make_domain(location: Location, person: Person, **fields: Any) -> DomainBlock:
    """Make a domain that somebody asked to be stopped; nobody seconded it yet."""
    made = uuid4()
    given = {
        "id": made,
        "token_digest": domain_tokens.digest(domain_tokens.token_of(made)),
        "domain": seal("host.example", "domain"),
        "domain_key": host_key("host.example"),
        "reason": seal("A reason (synthetic)", "block"),
        "dedicated": seal("Nothing else (synthetic)", "block"),
        "asked_at": timezone.now(),
        "asked_by": person,
        "review_date": timezone.localdate() + timedelta(days=30),
    }
    return DomainBlock.everywhere.create(location=location, organisation=location.organisation, **{**given, **fields})
