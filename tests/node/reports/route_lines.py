"""The lines of `tests/node/route_arguments.py` for reports, room by room. Each room adds its own block at its place."""

from __future__ import annotations

from tests.node.route_arguments import PUBLIC, REFUSED, P, Route, Sees, Side, of

__all__ = ["LINES", "PUBLIC", "REFUSED", "Side"]

_OWN = {"sees": Sees.OWNER, "arguments": of("report")}
_RELEASED = {"sees": Sees.RECIPIENT, "arguments": of("report")}

DESK = {
    "reports:worklist": Route(P.REPORT_VIEW),
    "reports:report": Route(P.REPORT_VIEW, **_RELEASED),
}

LINES: dict[str, Route] = {
    **DESK,
}
"""Of pages, by the names of their routes."""

OPERATIONS: dict[str, Route] = {}
"""Of the API, by the names of its operations."""
