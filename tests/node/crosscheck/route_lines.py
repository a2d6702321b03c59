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

_NEVER = {"arguments": lambda side: {"id": side.meeting}, "never": "nobody switched it on in the walk"}

PRIVATE = {
    "crosscheck:private": Route(P.CROSSCHECK_VIEW),
    "crosscheck:private-partners": Route(P.DESK_MANAGE),
    "crosscheck:private-switch": Route(
        P.DESK_MANAGE, arguments=lambda side: {"id": side.meeting}, never="that is no organisation"
    ),
    "crosscheck:private-pair": Route(P.CROSSCHECK_VIEW, **_NEVER),
    "crosscheck:private-run": Route(P.CROSSCHECK_VIEW, **_NEVER),
    **{
        f"crosscheck:private-{name}": Route(P.CROSSCHECK_REVEAL, step_up=True, **_NEVER)
        for name in ("ask", "propose", "agree", "refuse", "withdraw")
    },
}

HUBS = {
    "crosscheck:hub": Route(P.EXCHANGE_MANAGE),
    "crosscheck:hub-key": Route(P.EXCHANGE_MANAGE, step_up=True),
}

LINES: dict[str, Route] = {**HUBS, **REGISTRY, **REVEALS, **DESK, **PRIVATE}
"""Of pages, by the names of their routes."""

OPERATIONS: dict[str, Route] = {"POST /api/crosscheck/look-ups": Route(P.CROSSCHECK_VIEW)}
"""Of the API, by the names of its operations."""
