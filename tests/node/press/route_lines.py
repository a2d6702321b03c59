"""The lines of `tests/node/route_arguments.py` for the press, room by room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.node.route_arguments import P, Route, Sees, of

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation

_EVENT = {"sees": Sees.OWNER, "arguments": of("press_event")}

EVENTS = {
    "press:events": Route(P.PRESS_MANAGE),
    "press:new-event": Route(P.PRESS_MANAGE),
    **{f"press:{name}": Route(P.PRESS_MANAGE, **_EVENT) for name in ("event", "change-event", "step")},
}

LINES: dict[str, Route] = {**EVENTS}


def make(organisation: Organisation) -> dict[str, Any]:
    """Make an event of an organisation, whoever planned it."""
    from tests.node.factories import make_person
    from tests.node.press.factories import make_event

    from vaern.node.organisations.queries import viewer_of
    from vaern.node.organisations.rules import ROLES, Role

    role = min(role for role in Role if organisation.kind in ROLES[role].kinds)
    event = make_event(viewer_of(make_person(role, organisation)))
    return {"press_event": event.pk}
