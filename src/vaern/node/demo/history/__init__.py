"""Eighteen months of the alliance's life before today, told by the real actions on a moved clock."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.demo import publishing, work
from vaern.node.demo.history import authorities, fresh, hotlines, identification, nights, recalls, survivors
from vaern.node.demo.history.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from vaern.node.demo.seed import Alliance
    from vaern.node.demo.stories import Story

SETTLED = timedelta(days=4)
"""After the founding, before the first report."""


def lives(alliance: Alliance, results: Path | None) -> Iterator[tuple[datetime, Story]]:
    """Yield all that happens, each with the moment at which it begins."""
    assert alliance.ends is not None  # there is a history
    now = timezone.now()
    world = World(alliance, now + SETTLED, alliance.ends)
    yield now, nights.story(world.ends)
    yield from hotlines.stories(world)
    yield from identification.stories(world)
    yield from authorities.stories(world)
    yield from survivors.stories(world)
    yield from recalls.stories(world)
    for story in work.stories(alliance, results):
        yield now, story
    yield now, _first_release(alliance)
    yield from fresh.stories(world)


def _first_release(alliance: Alliance) -> Story:
    """The figures that the ministers read at their last meeting."""
    yield alliance.ago(timedelta(days=97))
    publishing.do(
        alliance,
        "The first figures of the alliance, for the ministers. Everything here is made up.",
        "Alliancens første tal, til ministrene. Alt her er opdigtet.",
    )
