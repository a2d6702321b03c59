"""Mappings for tests: synthetic ones in the manner of other systems, whose real schemas are not public."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.node.factories import viewer_for

from vaern.formats.mapping import Field, Group, Mapping, written
from vaern.node.base.scope import viewing
from vaern.node.ledger.rules import Reason, Why
from vaern.node.reports.models import SavedMapping, SavedMappingVersion

if TYPE_CHECKING:
    from vaern.node.organisations.models import Person

KEPT = Reason(Why.ADMINISTRATION, "The portal changed its export (synthetic)")

PORTAL = Mapping(
    "csv",
    Group(
        "report",
        ".",
        (
            Field("reference", "Sagsnr"),
            Field("offence", "Type", values={"1": "material", "4": "enticement"}),
            Field("incident_at", "Tid", form="day_first", zone="Europe/Copenhagen"),
            Field("narrative", "Tekst"),
        ),
        (Group("locations", ".", (Field("url", "Link"),)),),
    ),
)
"""In the manner of a national portal's table (synthetic)."""

POLICE = Mapping(
    "json",
    Group(
        "report",
        "tips",
        (Field("reference", "tipNumber"), Field("tip_number", "tipNumber"), Field("narrative", "notes")),
        (
            Group(
                "accounts",
                "subjects",
                (Field("role", value="suspect"), Field("screen_name", "handle")),
                (Group("ip_events", "logins", (Field("ip", "address"), Field("port", "port"), Field("at", "time"))),),
            ),
            Group(
                "files",
                "files",
                (
                    Field("md5", "md5"),
                    Field("viewed", "viewed", values={"Y": "whole", "N": "not"}),
                ),
            ),
        ),
    ),
)
"""In the manner of the tool in which police manage CyberTipline reports (synthetic)."""

EXCHANGE = Mapping(
    "xml",
    Group(
        "report",
        "Message/Contribution",
        (Field("reference", "@id"), Field("contact", "/Message/Sender")),
        (Group("locations", "Object", (Field("url", "Address"), Field("seen_at", "Seen"))),),
    ),
)
"""In the manner of messages between police of several countries (synthetic)."""


def table(*rows: tuple[str, ...]) -> bytes:
    """A table of the portal."""
    return "\n".join(["Sagsnr;Type;Tid;Link;Tekst;Sagsbehandler", *(";".join(row) for row in rows)]).encode()


def tips(*numbers: int, **more: Any) -> bytes:
    """A document of the police's tool."""
    return json.dumps(
        {
            "exported": "2026-11-01",
            "tips": [
                {
                    "tipNumber": str(number),
                    "notes": f"Words {number}",
                    "files": [{"md5": f"{number:032x}", "viewed": "N"}],
                    "subjects": [
                        {
                            "handle": f"user{number}",
                            "logins": [{"address": "192.0.2.7", "port": 40123, "time": "2026-10-01T10:00:00Z"}],
                        }
                    ],
                    **more,
                }
                for number in numbers
            ],
        }
    ).encode()


def make_mapping(person: Person, mapping: Mapping = PORTAL, name: str = "The portal") -> SavedMappingVersion:
    """Keep a mapping for a person's organisation, straight in the tables."""
    with viewing(person.organisation_id):
        saved = SavedMapping.everywhere.create(
            organisation=person.organisation, name=name, system="A portal (synthetic)"
        )
        return make_version(person, saved, 1, mapping)


def make_version(person: Person, saved: SavedMapping, number: int, mapping: Mapping = PORTAL) -> SavedMappingVersion:
    """Keep a further version of a mapping, which is not in use."""
    with viewing(person.organisation_id):
        return SavedMappingVersion.everywhere.create(
            mapping=saved,
            organisation=person.organisation,
            number=number,
            name=saved.name,
            system=saved.system,
            shape=mapping.shape,
            content=written(mapping).decode(),
            made_by=person,
            why="administration",
        )


__all__ = ["EXCHANGE", "KEPT", "POLICE", "PORTAL", "make_mapping", "table", "tips", "viewer_for"]
