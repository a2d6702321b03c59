"""The lines of `tests/node/route_arguments.py` for the alliance, room by room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.node.alliance.commitments import route_lines as commitments
from tests.node.alliance.meetings import route_lines as meetings
from tests.node.alliance.progress import route_lines as progress
from tests.node.alliance.publishing import route_lines as publishing
from tests.node.alliance.statistics import route_lines as statistics
from tests.node.route_arguments import P, Route, Sees

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation

_CODE = {"code": "removal_72h"}
_VALUE = {**_CODE, "period": "year", "start": "2026-01-01"}


def _with(arguments: dict[str, Any]) -> Any:
    return lambda _side: arguments


LINES = {
    "alliance:indicators": Route(P.ALLIANCE_VIEW),
    "alliance:indicator": Route(P.ALLIANCE_VIEW, arguments=_with(_CODE)),
    "alliance:behind": Route(P.ALLIANCE_VIEW, arguments=_with(_VALUE)),
    **commitments.LINES,
    **meetings.LINES,
    **progress.LINES,
    **publishing.LINES,
    **statistics.LINES,
    "alliance:maturity": Route(P.ALLIANCE_VIEW, Sees.EVERYBODY, lambda side: {"id": side.more["progress_member"]}),
    "alliance:maturity-declare": Route(P.COMMITMENT_REPORT, arguments=_with({"number": 13})),
}

OPERATIONS: dict[str, Any] = {}


def make(organisation: Organisation) -> dict[str, Any]:
    """Make what the routes are about; return the ids by name."""
    return {
        **commitments.make(organisation),
        **meetings.make(organisation),
        **progress.make(organisation),
        **publishing.make(organisation),
    }
