"""A platform looks its uploads up: by a program, whose calls can be proven and made again, and by hand."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.utils import timezone

from vaern.lookup.callers import Callers
from vaern.lookup.desk import call_id
from vaern.lookup.engine import SUBSETS, Snapshot, states_of
from vaern.lookup.judging import judge, missed, rows
from vaern.lookup.policy import Need
from vaern.lookup.spool import Answered, State, Writer
from vaern.lookup.wire import counts, digest
from vaern.matching import Shelf
from vaern.node.base.scope import viewing
from vaern.node.demo.lists.invented import bits, near
from vaern.node.demo.lists.values import DOMAINS
from vaern.node.demo.results import ENTRIES, LIST
from vaern.node.ledger.rules import Reason, Why
from vaern.node.lists.lookups import asking, callers, draining, grounds
from vaern.node.lists.lookups.actions import set_policy
from vaern.node.lists.models import ListEntry
from vaern.node.organisations import account_actions
from vaern.node.organisations.models import ApiKey
from vaern.node.organisations.rules import Permission, Role
from vaern.records import Signal

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

    from vaern.node.demo.seed import Alliance
    from vaern.node.organisations.viewers import Viewer

KEY = "Look-up of uploads"
PURPOSE, AGAIN = "upload", "report by a user"


class Night(NamedTuple):
    """Look-ups of a night.

    Attributes:
        ago: how many days ago.
        hits: how many of them hit an entry; as many hit nothing.
        wrong: how many of these hit the entry that is recalled later.
    """

    ago: int
    hits: int
    wrong: int


NIGHTS = (Night(105, 70, 1), Night(75, 110, 3), Night(45, 140, 2), Night(16, 130, 2))


def begin(alliance: Alliance) -> None:
    """A platform sets its policy, and makes a key for the program that looks its uploads up."""
    moderator = alliance.someone("morrowpost", Role.MODERATOR)
    with viewing(moderator.organisation.id):
        needs = {
            "log": Need(),
            "queue": Need(),
            "block": Need(votes=2, countries=2, independent=1),
            "report": Need(votes=2, countries=2, independent=2),
        }
        set_policy(moderator, Reason(Why.ADMINISTRATION), "hosting", "", needs, coarse=False)
        account_actions.make_api_key(
            moderator,
            Reason(Why.ADMINISTRATION, "uploads are looked up"),
            name=KEY,
            scopes=[Permission.LOOKUP_ASK],
            lasts=timedelta(days=300),
        )


def look_up(
    alliance: Alliance, draw: random.Random, night: Night, wrong: int, purposes: Sequence[str] = (PURPOSE,)
) -> None:
    """Answer a night of look-ups of the platform, as the service does: half hit an entry, some of them the wrong one.

    Args:
        alliance: of whom.
        draw: which entries, and how near.
        night: how many.
        wrong: the number of the entry that is recalled later.
        purposes: what the program says that it asks for; each call says the next of them.
    """
    moderator = alliance.someone("morrowpost", Role.MODERATOR)
    every = [number for number in range(ENTRIES) if number != wrong]
    numbers = [*([wrong] * night.wrong), *draw.sample(every, night.hits - night.wrong)]
    entries = ListEntry.everywhere.filter(list__name=LIST, ident__in={f"random-{one}" for one in numbers})
    hashes = {one.ident: one.record.signals for one in entries}
    asked: list[tuple[Signal, ...]] = []
    for number in numbers:
        known = {one.kind: one.value for one in hashes[f"random-{number}"]}
        upload = Signal("pdq", near(known["pdq"], draw.randrange(0, 24, 2)), quality=90)
        asked += [(Signal("sha256", draw.randbytes(32)), upload), (Signal("sha256", draw.randbytes(32)), _other(draw))]
    writer = Writer(draining.folder())
    writer.append([*_answers(moderator, asked, purposes)])
    writer.close()
    draining.drain()


def _other(draw: random.Random) -> Signal:
    return Signal("pdq", bits(draw), quality=90)


def _answers(
    viewer: Viewer, asked: Sequence[tuple[Signal, ...]], purposes: Sequence[str]
) -> Iterator[State | Answered]:
    """Yield which lists are asked, then each call with what they say to it: whoever asks again hears the same."""
    with viewing(viewer.organisation.id):
        caller = callers.caller_of(viewer.organisation)
        key = ApiKey.everywhere.get(organisation=viewer.organisation.id, name=KEY).pk.hex
    view = Snapshot(Shelf(settings.LISTS).snapshot(), Shelf(settings.LISTS / SUBSETS).snapshot()).view(caller.lists)
    stand = Callers(grounds=tuple(grounds.rows())).stand(caller, timezone.now().date())
    found = iter(view.matcher.hits([one for call in asked for one in call]) if view.matcher else ())
    now = timezone.now()
    yield State(now.isoformat(timespec="milliseconds"), view.index, states_of(view.lists))
    for place, signals in enumerate(asked):
        judged = []
        for signal, hits in zip(signals, islice(found, len(signals)), strict=bool(view.matcher)):
            met = view.found(hits, signal)
            judged.append(judge(caller, stand, met, hits.more) if met else missed(signal))
        at = now - timedelta(seconds=len(asked) - place)
        yield Answered(
            at=at.isoformat(timespec="milliseconds"),
            call=call_id(at),
            key=key,
            organisation=caller.organisation.id,
            protocol="vaern",
            purpose=purposes[place // 2 % len(purposes)],
            counts=counts(signals),
            digest=digest(signals, view.index),
            index=view.index,
            hits=rows(judged),
        )


def by_hand(alliance: Alliance) -> None:
    """A moderator pastes what a user complained of: a domain that is stopped, and a digest that nobody knows."""
    moderator = alliance.someone("morrowpost", Role.MODERATOR)
    values = [DOMAINS[0], "0f" * 32]
    with viewing(moderator.organisation.id):
        why = Reason(Why.REMOVAL, "a user complains of a link and of a picture (invented)")
        asking.look_up(moderator, why, [(text, asking.readings(text)) for text in values])
