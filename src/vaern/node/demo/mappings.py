"""Mappings of a hotline and a police desk, made and used by their people: documents in the manner of other systems.

The schemas of those systems are not public: what stands here is invented, and only the kind of document is theirs.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.formats.mapping import Field, Group, Mapping
from vaern.node.base.scope import viewing
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import Role
from vaern.node.reports.intake.mapped import in_use
from vaern.node.reports.mappings import actions
from vaern.node.reports.mappings.actions import Given
from vaern.node.reports.mappings.imports import Upload, bring_in

if TYPE_CHECKING:
    from vaern.node.demo.seed import Alliance
    from vaern.node.reports.models import SavedMapping

HOTLINE, POLICE = "hotline.nordhavia", "police.nordhavia"
KEPT = Reason(Why.ADMINISTRATION, "first export of the portal (synthetic)")

_PORTAL = (
    Field("reference", "Case"),
    Field("narrative", "What"),
    Field("incident_at", "When", form="day_first", zone="+01:00"),
)
_KIND = Field("offence", "Kind", values={"1": "material", "4": "enticement"})
_LINK = Group("locations", ".", (Field("url", "Link"),))
PORTAL = Mapping("csv", Group("report", ".", _PORTAL, (_LINK,)))
PORTAL_NEXT = Mapping("csv", Group("report", ".", (*_PORTAL, _KIND), (_LINK,)))
"""A national portal's table; its second version knows what the portal's kinds mean."""

TIPS = Mapping(
    "json",
    Group(
        "report",
        "tips",
        (Field("reference", "tipNumber"), Field("narrative", "notes"), Field("incident_at", "incident")),
        (
            Group("accounts", "subjects", (Field("role", value="suspect"), Field("screen_name", "handle"))),
            Group(
                "files",
                "files",
                (
                    Field("sha1", "sha1"),
                    Field("viewed", "viewed", values={"Y": "whole", "N": "not"}),
                ),
            ),
        ),
    ),
)
"""The police's side of a tip line."""

CONTRIBUTION = Mapping(
    "json",
    Group(
        "report",
        "contributions",
        (Field("reference", "id"), Field("contact", "/sender"), Field("narrative", "summary")),
        (
            Group("accounts", "persons", (Field("role", value="suspect"), Field("emails", "mail"))),
            Group("locations", "objects", (Field("service", "service"), Field("account", "user"))),
        ),
    ),
)
"""What police of other countries contribute through a centre that they share."""


def do(alliance: Alliance) -> None:
    """Let mappings be made, changed and used; the same at each first start."""
    portal = _make(alliance, HOTLINE, Given("National portal", "Portal of Nordhavia, table (synthetic)", PORTAL))
    administrator = alliance.someone(HOTLINE, Role.ADMINISTRATOR)
    with viewing(administrator.organisation.id):
        why = Reason(Why.ADMINISTRATION, "the portal now says the kind by a number (synthetic)")
        actions.change(administrator, why, portal, Given(portal.name, portal.system, PORTAL_NEXT))
    seen = timezone.now() - timedelta(days=9)
    table = (
        "Case;Kind;When;Link;What;Officer\n"
        f"NP-0071;4;{seen:%d.%m.%Y %H:%M};https://chat.fernmoor.example/r/71;A child was asked to meet (synthetic);12\n"
        "NP-0072;9;some days ago;https://board.fernmoor.example/t/72;Seen on a board (synthetic);12\n"
    )
    _bring(alliance, HOTLINE, Role.ANALYST, portal, "portal.csv", table)
    tips = _make(alliance, POLICE, Given("Tip line", "Management tool of a tip line, police's side (synthetic)", TIPS))
    tip = {
        "tipNumber": "70310071",
        "notes": "From a tip line (synthetic)",
        "incident": seen.isoformat(),
        "priority": "2",
        "subjects": [{"handle": "moor_heron"}],
        "files": [{"sha1": "71" * 20, "viewed": "N"}],
    }
    _bring(alliance, POLICE, Role.INVESTIGATOR, tips, "tips.json", json.dumps({"tips": [tip]}))
    shared = Given("Contributions", "Contributions of a centre of police (synthetic)", CONTRIBUTION)
    contribution = {
        "id": "C-5",
        "summary": "Intelligence (synthetic)",
        "handling": "H1",
        "persons": [{"mail": "heron@inbox.example"}],
        "objects": [{"service": "Fernmoor Chat", "user": "heron"}],
    }
    document = json.dumps({"sender": "Centre (invented)", "contributions": [contribution]})
    _bring(alliance, POLICE, Role.INVESTIGATOR, _make(alliance, POLICE, shared), "contribution.json", document)


def _make(alliance: Alliance, host: str, given: Given) -> SavedMapping:
    viewer = alliance.someone(host, Role.ADMINISTRATOR)
    with viewing(viewer.organisation.id):
        return actions.make(viewer, KEPT, given)


def _bring(alliance: Alliance, host: str, role: Role, mapping: SavedMapping, name: str, text: str) -> None:
    viewer = alliance.someone(host, role)
    with viewing(viewer.organisation.id):
        version = in_use(mapping.pk)
        assert version is not None  # it was made just now
        found = bring_in(viewer, Reason(Why.ASSESSMENT), version, [Upload(name, text.encode())], synthetic=True)
    assert all(one.made for one in found)
