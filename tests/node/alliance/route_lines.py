"""The lines of `tests/node/route_arguments.py` for the alliance, room by room."""

from __future__ import annotations

from typing import Any

from tests.node.route_arguments import P, Route

_CODE = {"code": "removal_72h"}
_VALUE = {**_CODE, "period": "year", "start": "2026-01-01"}


def _with(arguments: dict[str, Any]) -> Any:
    return lambda _side: arguments


LINES = {
    "alliance:indicators": Route(P.ALLIANCE_VIEW),
    "alliance:indicator": Route(P.ALLIANCE_VIEW, arguments=_with(_CODE)),
    "alliance:behind": Route(P.ALLIANCE_VIEW, arguments=_with(_VALUE)),
}

OPERATIONS: dict[str, Any] = {}
