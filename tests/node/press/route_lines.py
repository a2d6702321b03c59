"""The lines of `tests/node/route_arguments.py` for the press, room by room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from tests.node.route_arguments import PUBLIC, P, Route, Sees, of

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation

_EVENT = {"sees": Sees.OWNER, "arguments": of("press_event")}

EVENTS = {
    "press:events": Route(P.PRESS_MANAGE),
    "press:new-event": Route(P.PRESS_MANAGE),
    **{f"press:{name}": Route(P.PRESS_MANAGE, **_EVENT) for name in ("event", "change-event", "step")},
}

_REGISTRATION = {"sees": Sees.OWNER, "arguments": of("press_registration")}
_NAME = {"arguments": lambda _side: {"name": "nothing"}, "empty": True}
_TOKEN = {"arguments": lambda _side: {"token": "0"}, "empty": True}

JOURNALISTS = {
    "press:public-events": Route(PUBLIC),
    "press:register": Route(PUBLIC, **_NAME),
    "press:sent": Route(PUBLIC, **_NAME),
    "press:mine": Route(PUBLIC, **_TOKEN),
    "press:badge": Route(PUBLIC, **_TOKEN),
    **{
        f"press:{name}": Route(P.PRESS_MANAGE, **_REGISTRATION)
        for name in ("registration", "check", "accept", "refuse", "reconsider")
    },
}

PAPERS = {
    "press:public-papers": Route(PUBLIC, **_NAME),
    **{
        f"press:public-{name}": Route(PUBLIC, arguments=of("press_paper"), empty=True)
        for name in ("paper", "paper-pdf")
    },
    **{
        f"press:own-{name}": Route(PUBLIC, arguments=lambda _side: {"token": "0", "id": uuid4()}, empty=True)
        for name in ("paper", "paper-pdf")
    },
    "press:new-paper": Route(P.PRESS_MANAGE, **_EVENT),
    "press:withdraw-paper": Route(P.PRESS_MANAGE, Sees.OWNER, of("press_paper")),
}

DOOR = {
    "press:doors": Route(P.PRESS_DOOR),
    "press:door-worker": Route(PUBLIC),
    **{f"press:{name}": Route(P.PRESS_DOOR, **_EVENT) for name in ("door", "door-list", "door-badges", "door-sync")},
}

LINES: dict[str, Route] = {**EVENTS, **JOURNALISTS, **PAPERS, **DOOR}


def make(organisation: Organisation) -> dict[str, Any]:
    """Make an event of an organisation with a registration and a paper, whoever planned it."""
    from tests.node.factories import make_person
    from tests.node.press.factories import make_event
    from tests.node.press.journalist import confirmed

    from vaern.node.organisations.queries import viewer_of
    from vaern.node.organisations.rules import ROLES, Role
    from vaern.node.press.papers.actions import add

    role = min(role for role in Role if organisation.kind in ROLES[role].kinds)
    viewer = viewer_of(make_person(role, organisation))
    event = make_event(viewer)
    paper = add(viewer, event, "A paper (synthetic)", "Words.", event.ends)
    return {"press_event": event.pk, "press_registration": confirmed(event).pk, "press_paper": paper.pk}
