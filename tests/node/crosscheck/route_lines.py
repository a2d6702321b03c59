"""The lines of `tests/node/route_arguments.py` for the cross-check, room by room."""

from __future__ import annotations

from tests.node.route_arguments import P, Route, Sees, of

_OWN = {"sees": Sees.OWNER, "arguments": lambda side: {"kind": "scan", "id": side.scan}}

REGISTRY = {
    "crosscheck:meetings": Route(P.CROSSCHECK_VIEW),
    "crosscheck:look-up": Route(P.CROSSCHECK_VIEW, **_OWN),
}

REVEALS = {
    "crosscheck:meeting": Route(P.CROSSCHECK_VIEW, Sees.OWNER, of("meeting")),
    "crosscheck:ask": Route(P.CROSSCHECK_REVEAL, Sees.OWNER, of("meeting"), step_up=True),
    **{
        f"crosscheck:{name}": Route(P.CROSSCHECK_REVEAL, Sees.OWNER, of("reveal"), step_up=True)
        for name in ("agree", "refuse", "withdraw", "recall")
    },
}

DESK = {
    "crosscheck:groups": Route(P.CROSSCHECK_RELATE),
    "crosscheck:group": Route(P.CROSSCHECK_RELATE, Sees.EVERYBODY, of("meeting")),
    "crosscheck:nudge": Route(P.CROSSCHECK_RELATE, Sees.EVERYBODY, of("meeting")),
    "crosscheck:questions": Route(P.CROSSCHECK_RELATE),
    "crosscheck:answer-country": Route(
        P.CROSSCHECK_RELATE, arguments=lambda side: {"id": side.meeting}, never="nobody asked in the walk"
    ),
    "crosscheck:naming": Route(P.DESK_MANAGE),
    "crosscheck:ask-country": Route(P.CROSSCHECK_VIEW, **_OWN),
}

LINES: dict[str, Route] = {**REGISTRY, **REVEALS, **DESK}
"""Of pages, by the names of their routes."""

OPERATIONS: dict[str, Route] = {"POST /api/crosscheck/look-ups": Route(P.CROSSCHECK_VIEW)}
"""Of the API, by the names of its operations."""
