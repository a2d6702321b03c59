"""The lines of `tests/node/route_arguments.py` for ministerial meetings, and the meeting that they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.node.route_arguments import P, Route, Sees

from vaern.node.alliance.models import MeetingPaper, MinisterialMeeting

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation


def _meeting(**more: Any) -> dict[str, Any]:
    """Everybody who is signed in sees a meeting, whoever's secretariat keeps it."""
    return {"sees": Sees.EVERYBODY, "arguments": lambda side: {"id": side.more["ministerial_meeting"], **more}}


def _paper() -> dict[str, Any]:
    return {
        "sees": Sees.EVERYBODY,
        "arguments": lambda side: {
            "id": side.more["ministerial_meeting"],
            "part": "papers",
            "row": side.more["meeting_paper_number"],
        },
    }


LINES = {
    "alliance:meetings": Route(P.ALLIANCE_VIEW),
    "alliance:meeting": Route(P.ALLIANCE_VIEW, **_meeting()),
    "alliance:minutes": Route(P.ALLIANCE_VIEW, **_meeting(version=0, language="da")),
    "alliance:plan-meeting": Route(P.ALLIANCE_MANAGE),
    "alliance:change-meeting": Route(P.ALLIANCE_MANAGE, **_meeting()),
    "alliance:move-meeting": Route(P.ALLIANCE_MANAGE, **_meeting(event="draft_minutes")),
    "alliance:add-to-meeting": Route(P.ALLIANCE_MANAGE, **_meeting(part="papers")),
    "alliance:edit-in-meeting": Route(P.ALLIANCE_MANAGE, **_paper()),
    "alliance:remove-from-meeting": Route(P.ALLIANCE_MANAGE, **_paper()),
}


def make(_organisation: Organisation) -> dict[str, Any]:
    """Make a meeting that was held, straight into the tables."""
    meeting = MinisterialMeeting.objects.create(
        name={"en": "A meeting (synthetic)"},
        place="Fjordby",
        first_day="2026-06-18",
        last_day="2026-06-18",
        state="held",
    )
    paper = MeetingPaper.objects.create(meeting=meeting, reference="P 1", title="A paper")
    return {"ministerial_meeting": meeting.pk, "meeting_paper_number": paper.pk}
