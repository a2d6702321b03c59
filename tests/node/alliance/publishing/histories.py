"""Every record that there can be, and what each adds to which number: by `naive`, which knows no relation.

Whoever adds up records of these kinds, as many of each as they like, has every table that the definitions allow, and no
other. So an attacker who looks for tables among them knows each relation of the definitions, and nobody wrote it down.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

from tests.node.alliance.indicators.naive import IDENTIFIED, NOTIFIED, POLICE_TOLD, SAFEGUARDED, Event, Naive

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

Adds = frozenset[tuple[tuple[str, date], int]]
"""What a record adds: by quantity and first day of the month."""

HOUR = timedelta(hours=1)
OFFSETS = (None, *(timedelta(hours=hours) for hours in (-1, 1, 30, 100, 200)))
"""When something follows, around each limit in the definitions; or never."""

LOOSE = ("reappearance",)
"""That a location was removed says that it was offline in that month or the next: a relation that the decision on
suppression leaves out (its *Limits*). So records are cut in two here: what they say of this, and the rest."""


OUTCOMES = ("victim_safeguarded", "suspect_identified", "charged", "convicted")


def _in_order(days: tuple[datetime | None, ...]) -> Iterator[tuple[datetime | None, ...]]:
    """A suspect, a charge, a conviction: each no earlier than the one before, or left out with what follows."""
    for three in product(days, repeat=3):
        said = [day for day in three if day]
        if said == sorted(said) and three[: len(said)] == tuple(said) and said:
            yield three


def event(act: str, at: datetime, count: int | None = None, **tags: str) -> Event:
    return Event(act, at, "record", "owner", "owner", count, tags)


@cache
def records(months: tuple[date, ...]) -> dict[str, list[Adds]]:
    """What records can add in these months, by kind."""
    days = [datetime(month.year, month.month, 10, tzinfo=UTC) for month in months]
    after = days[-1] + timedelta(days=100)
    found = {
        "children": [
            [event(IDENTIFIED[0], one), *([event(SAFEGUARDED[0], other)] if other else [])]
            for one, other in product(days, (None, *days))
        ],
        "reports": [
            [
                event("reports.report.received", day, copy="1"),
                *(event("reports.outcome.returned", day + HOUR, outcome=code) for code in said if code),
            ]
            for day, *said in product(days, ("", "dropped", "closed", *OUTCOMES[1:]), ("", OUTCOMES[0]))
        ],
        "public": [[event("reports.report.received", day, **{"from": "public"})] for day in days],
        "cases": [
            [
                event("cases.outcome.said", day, outcome=code)
                for day, code in zip(days, OUTCOMES[1:], strict=True)
                if day
            ]
            for days in _in_order((None, *days))
        ],
        "opened": [
            [event("victims.series.opened", day), *([event("victims.country.proposed", day)] if proposed else [])]
            for day, proposed in product(days, (False, True))
        ],
        "traced": [
            [
                event("reports.location.traced", day),
                *([event(POLICE_TOLD, day + told, told="1")] if told else []),
                *([event("reports.hold.begun", day)] if held else []),
            ]
            for day, told, held in product(days, OFFSETS, (False, True))
        ],
        "locations": [
            [
                event(NOTIFIED, day, country="XA", host="h.example"),
                *([event("reports.location.offline", day + gone)] if gone else []),
                *([event("reports.location.reappeared", day + gone + HOUR, back="1")] if back and gone else []),
            ]
            for day, gone, back in product(days, OFFSETS, (False, True))
        ],
    }
    return {
        kind: sorted({part for one in of_kind for part in _adds(one, after)} - {frozenset()}, key=sorted)
        for kind, of_kind in found.items()
    }


def _adds(events: list[Event], after: datetime) -> list[Adds]:
    end = Event("nothing", after, "end", None, None)
    naive = Naive([*sorted(events, key=lambda one: one.at), end], {}, {})
    found: dict[tuple[str, date], int] = {}
    for (code, _who, period, start, split), parts in naive.shares.items():
        if period == "month" and not split:
            found[f"{code}:hits", start] = sum(hits for hits, _of in parts.values())
            found[f"{code}:of", start] = sum(of for _hits, of in parts.values())
    for (code, _who, period, start, _split), number in naive.counts.items():
        if period == "month":
            found[f"{code}:of", start] = number
    cut = [{}, {}]
    for (quantity, month), number in found.items():
        if number:
            cut[quantity.startswith(LOOSE)][quantity, month] = number
    return [frozenset(part.items()) for part in cut]


def invented(draw: random.Random, months: tuple[date, ...], mean: float) -> Counter[tuple[str, date]]:
    """The numbers of one member: as many random records as there are on average."""
    numbers: Counter[tuple[str, date]] = Counter()
    for of_kind in records(months).values():
        beginning = defaultdict(list)
        for adds in of_kind:
            beginning[min(month for (_quantity, month), _number in adds)].append(adds)
        for month in months:
            for _one in range(int(draw.expovariate(1 / mean))):
                numbers.update(dict(draw.choice(beginning[month])))
    return numbers
