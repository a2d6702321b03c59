"""Survivors of eighteen months who ask one hotline to look for their pictures: by hashes alone, and without a name."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from vaern.node.base.scope import viewing
from vaern.node.demo.history.hotlines import NORDHAVIA, RECURRING, recurring
from vaern.node.demo.history.world import DAY, at_desk, chance, hours
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import Role
from vaern.node.victims.rules.wishes import Told
from vaern.node.victims.wishes import actions as wishes
from vaern.node.victims.wishes.hits import look_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from vaern.node.demo.history.world import World
    from vaern.node.demo.stories import Story

REMOVE = Reason(Why.REMOVAL)


def stories(world: World) -> Iterator[tuple[datetime, Story]]:
    """Yield each wish with the moment at which it comes."""
    draw = chance("survivors")
    for number, at in enumerate(world.times(draw, 60, 26, until=5 * DAY)):
        yield at, _wish(world, number)


def _wish(world: World, number: int) -> Story:
    """Some pictures are among what platforms have sent already; whoever supports the survivor is told; few end it."""
    draw = chance("wish", number)
    met = draw.sample(range(RECURRING), draw.randrange(3))
    new = [f"wished for {number}, {one}" for one in range(draw.randrange(1, 6))]
    hashes = [("sha256", sha256(name.encode()).digest()) for name in (*map(recurring, met), *new)]
    code = "".join(draw.choices("23456789", k=20))
    told = draw.choice(list(Told))
    wish = wishes.send(world.alliance.organisations[NORDHAVIA], code, hashes, told)
    look_for(wish.pk)
    analyst = world.someone(NORDHAVIA, Role.ANALYST)
    yield at_desk(draw, hours(draw, world.between(40, 12)))
    with viewing(analyst.organisation.id):
        if told is Told.ASK_CONTACT:
            wishes.note(analyst, REMOVE, wish, world.number("HOUSE-", 31), None)
        else:
            wishes.seen(analyst, REMOVE, wish)
    if draw.random() < 0.15:
        yield draw.uniform(20, 90) * DAY
        wishes.end(wish.pk)
