"""What is unusual, in the viewer's sight: worked out when somebody looks, from the days that `unusual_days` counted.

People of other organisations are not held against anything by an organisation's own oversight. What is found is not
stored.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from vaern.node.base.sql import run
from vaern.node.oversight import unusual_rules as rules
from vaern.node.oversight.models import BY_DAY, DailyMeasure, PersonDay
from vaern.node.oversight.unusual_days import measures, oldest
from vaern.node.oversight.unusual_rules import Day, Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from vaern.node.oversight.sight import Sight

WEEKS_BEFORE = rules.BEFORE // rules.LOOKED_AT
COLUMNS = {rule: rule.value for rule in BY_DAY}
"""The column of each rule that counts a day."""

MANY = " OR ".join(f'"{rule}" >= {floor}' for rule, floor in BY_DAY.items())
NEAR = "(worked | (worked << 1) | (worked >> 1) | (worked >> 23) | ((worked & 1) << 23))"
"""The hours at which somebody worked, and those next to them, around midnight too."""

CANDIDATES = f"""
    SELECT person FROM oversight_personday WHERE day >= %(first)s AND day <= %(today)s AND ({MANY}) {{own}}
    UNION SELECT recent.person FROM (
        SELECT person, bit_or(opened_at) AS hours FROM oversight_personday
        WHERE day >= %(first)s AND day <= %(today)s AND opened >= {rules.FLOORS[Rule.HOURS]} {{own}} AND person IN (
            SELECT person FROM oversight_personday WHERE day >= %(since)s AND day < %(first)s {{own}}
        ) GROUP BY person
    ) AS recent JOIN oversight_personday AS before ON before.person = recent.person
    WHERE before.day >= %(since)s AND before.day < %(first)s {{own}}
    GROUP BY recent.person, recent.hours
    HAVING count(*) >= {rules.DAYS_NEEDED} AND recent.hours & ~bit_or({NEAR}) <> 0
"""
ALL_CANDIDATES = CANDIDATES.format(own="")
OWN_CANDIDATES = CANDIDATES.format(own="AND organisation = %(organisation)s")


@dataclass(frozen=True)
class Weeks:
    """A number of a week, and of those before it, the oldest first."""

    now: int
    before: Sequence[int]

    @property
    def unusual(self) -> bool:
        """Whether the week is unusual."""
        return rules.week_is_unusual(self.now, self.before)


def first_day(today: date) -> date:
    """Return the first of the days that are looked at."""
    return today - rules.LOOKED_AT + timedelta(days=1)


def findings(sight: Sight, today: date) -> list[Finding]:
    """Return what is unusual in the days of people, the latest first."""
    if not sight.oversees:
        return []
    first = first_day(today)
    days = _days(sight, _candidates(sight, today), today)
    return rules.ordered(one for person, own in days.items() for one in rules.of_person(person, own, first))


def _candidates(sight: Sight, today: date) -> list[UUID]:
    """Return the people of whom any rule could say anything, so that few histories are read."""
    values = {"first": first_day(today), "since": oldest(today), "today": today, "organisation": sight.organisation}
    return [person for (person,) in run(ALL_CANDIDATES if sight.whole_node else OWN_CANDIDATES, values)]


def _days(sight: Sight, people: list[UUID], today: date) -> dict[UUID, dict[date, Day]]:
    if not people:
        return {}
    rows = PersonDay.objects.filter(person__in=people, day__gte=oldest(today), day__lte=today)
    if not sight.whole_node:
        rows = rows.filter(organisation=sight.organisation)
    found: dict[UUID, dict[date, Day]] = defaultdict(dict)
    for person, day, worked, hours, *numbers in rows.values_list("person", "day", "worked", "hours", *COLUMNS.values()):
        one = Day(
            dict(zip(COLUMNS, numbers, strict=True)),
            {int(hour): number for hour, number in hours.items()},
            frozenset(hour for hour in range(24) if worked >> hour & 1),
        )
        before = found[person].get(day)
        found[person][day] = one if before is None else before.and_also(one)
    return found


# Weeks of the whole -------------------------------------------------------------------------------------------------


def weeks(sight: Sight, today: date) -> dict[str, Weeks]:
    """Return the numbers of the week that ends today and of the four before, of all that is in sight by who acted."""
    first = first_day(today)
    edges = [first - rules.LOOKED_AT * back for back in range(WEEKS_BEFORE, -1, -1)]
    owner = None if sight.whole_node else sight.organisation
    rows = DailyMeasure.objects.filter(organisation=owner, day__gte=edges[0], day__lte=today)
    counted = {name: [0] * len(edges) for name in measures()}
    for day, name, count in rows.values_list("day", "measure", "count") if sight.oversees else ():
        counted[name][sum(day >= edge for edge in edges) - 1] += count
    return {name: Weeks(numbers[-1], numbers[:-1]) for name, numbers in counted.items()}
