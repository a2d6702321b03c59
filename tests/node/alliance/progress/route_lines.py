"""The lines of `tests/node/route_arguments.py` for progress."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from tests.node.factories import make_member
from tests.node.route_arguments import P, Route, Sees

from vaern.node.alliance.models import Membership

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation

LINES = {
    "alliance:progress": Route(P.ALLIANCE_VIEW),
    "alliance:progress-member": Route(
        P.ALLIANCE_VIEW, sees=Sees.EVERYBODY, arguments=lambda side: {"id": side.more["progress_member"]}
    ),
    "alliance:progress-goal": Route(P.ALLIANCE_VIEW, arguments=lambda _side: {"code": "g1.1"}),
}


def make(_organisation: Organisation) -> dict[str, Any]:
    """Make a member of the alliance, straight into the tables."""
    said = {"joined": date(2020, 1, 1), "endorsed_by": "A minister", "office": "Justice", "document": "Note 1"}
    return {"progress_member": Membership.objects.create(member=make_member(), **said).member_id}
