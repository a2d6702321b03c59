"""The lines of `tests/node/route_arguments.py` for statistics."""

from __future__ import annotations

from typing import Any

from tests.node.route_arguments import P, Route, Sees, Side

NOT_HERE = "the walk counts no year; `test_pages.py` has who gets to which country"


def _of(side: Side) -> dict[str, Any]:
    return {"id": side.member, "year": 1}


LINES = {
    "alliance:statistics": Route(P.STATISTICS_EXPORT),
    "alliance:statistics-of": Route(P.STATISTICS_EXPORT, Sees.EVERYBODY, _of, never=NOT_HERE),
    "alliance:statistics-export": Route(P.STATISTICS_EXPORT, Sees.EVERYBODY, _of, never=NOT_HERE, step_up=True),
}
