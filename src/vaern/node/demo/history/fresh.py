"""What arrived today and nobody has worked on: ages of minutes and hours, for whoever opens the demonstration."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from vaern.arrivals import Arrival, Location
from vaern.node.demo.history.hotlines import NORDHAVIA, VESTROVIA
from vaern.node.reports.base import desks
from vaern.node.reports.public import actions as public
from vaern.node.reports.public.tokens import FormToken

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from typing import Any

    from vaern.node.demo.history.world import World
    from vaern.node.demo.stories import Story

TODAY: tuple[tuple[int, str, dict[str, Any]], ...] = (
    (
        340,
        NORDHAVIA,
        {
            "offence": "material",
            "locations": (Location(url="https://milkglass.example/gallery/2201"),),
            "narrative": "A gallery without a word of what it is. I closed it.",
        },
    ),
    (
        190,
        VESTROVIA,
        {
            "offence": "material",
            "locations": (Location(url="https://oldquay.example/thread/88"),),
            "narrative": "Somebody posted it on a board about boats.",
        },
    ),
    (
        95,
        NORDHAVIA,
        {
            "offence": "material",
            "locations": (Location(url="https://saltmarsh.example/files/7"),),
            "narrative": "It was sent to my club's address.",
        },
    ),
    (
        3,
        NORDHAVIA,
        {
            "offence": "enticement",
            "ongoing": True,
            "about": "known",
            "danger_now": True,
            "danger_text": "She is to be at the station at seven.",
            "locations": (Location(service="Pebblechat", account="harbour_fox_3"),),
            "narrative": "My pupil of thirteen showed me what a man writes to her. He waits for her tonight.",
        },
    ),
)
"""Minutes ago, to which desk, and what it says."""


def stories(world: World) -> Iterator[tuple[datetime, Story]]:
    """Yield each of them."""
    for minutes, host, fields in TODAY:
        yield world.ends - timedelta(minutes=minutes), _arrives(world, host, fields)


def _arrives(world: World, host: str, fields: dict[str, Any]) -> Story:
    desk = desks.desk_of(world.alliance.organisations[host])
    public.send(desk, FormToken.give_out(0), Arrival("public", language="en", **fields))
    return
    yield  # a story, although nothing follows
