"""What was done on each day of the last five weeks, kept up as the ledger grows, so that `unusual` never reads it all.

A day of a person is counted anew from the ledger whenever something of it got a position; a day of an organisation is
added to. Both are gone with the day after which nothing is held against them any more.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.db.models.functions import ExtractHour, TruncDate
from django.utils import timezone

from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Verb
from vaern.node.oversight import unusual_rules as rules
from vaern.node.oversight.models import DailyMeasure, PersonDay
from vaern.node.oversight.sight import casework_models, midnight, of_what, reason_given, since_day
from vaern.node.oversight.unusual_rules import What

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

COUNTED = (What.OPENED, What.SEARCHED, What.TAKEN_OUT, What.FOREIGN)
"""What is counted of people, in columns of these names."""

PEOPLE = """
    WITH marked AS ({marked}), hours AS (
        SELECT person, organisation, day, hour, {counts} FROM marked GROUP BY person, organisation, day, hour
    ), days AS (
        SELECT person, organisation, day, {sums}, bit_or(1 << hour::int) AS worked,
            bit_or(CASE WHEN opened > 0 THEN 1 << hour::int ELSE 0 END) AS opened_at,
            coalesce(jsonb_object_agg(hour::int, opened) FILTER (WHERE opened > 0), '{{}}') AS hours
        FROM hours GROUP BY person, organisation, day
    ), records AS (
        SELECT person, organisation, day FROM marked WHERE of_record GROUP BY person, organisation, day, subject
        HAVING bool_or(opened) AND bool_and(only_read)
    ), read AS (
        SELECT person, organisation, day, count(*) AS only_read FROM records GROUP BY person, organisation, day
    )
    INSERT INTO oversight_personday (person, organisation, day, {names}, worked, opened_at, hours, only_read)
    SELECT days.*, coalesce(read.only_read, 0) FROM days LEFT JOIN read ON read.person = days.person
        AND read.day = days.day AND read.organisation IS NOT DISTINCT FROM days.organisation
    ON CONFLICT (person, day, organisation) DO UPDATE SET {taken}
"""

WHOLE = """
    WITH marked AS ({marked}), named AS (
        SELECT day, organisation, unnest(array_remove(ARRAY[{said}], NULL)) AS measure FROM marked
    ), rows AS (
        SELECT day, measure, NULL::uuid AS organisation FROM named
        UNION ALL SELECT day, measure, organisation FROM named WHERE organisation IS NOT NULL
    )
    INSERT INTO oversight_dailymeasure (day, measure, organisation, count)
    SELECT day, measure, organisation, count(*) FROM rows GROUP BY day, measure, organisation
    ON CONFLICT (organisation, day, measure) DO UPDATE SET count = oversight_dailymeasure.count + EXCLUDED.count
"""


@cache
def measures() -> dict[str, Q]:
    """Return what is counted of the whole: the measures of people, refusals, and how reasons were given."""
    given = {f"reason_{name}": reason_given(name) for name in ("default", "chosen")}
    return {**{what.value: of_what(what) for what in What}, **given}


def oldest(today: date) -> date:
    """Return the first day against which anything of today's week is held."""
    return today - rules.LOOKED_AT + timedelta(days=1) - rules.BEFORE


def count(first: int, end: int) -> None:
    """Count the entries at some positions, and drop the days that are too old."""
    since = oldest(timezone.localdate() - timedelta(days=1))  # a day more, for a page that is opened around midnight
    for model in (PersonDay, DailyMeasure):
        model.objects.filter(day__lt=since).delete()
    fresh = Entry.objects.filter(leaf__position__gte=first, leaf__position__lt=end, at__gte=midnight(since))
    begun = fresh.order_by("at").annotate(day=TruncDate("at")).values_list("day", flat=True).first()
    if begun is not None:
        _count_people(fresh, begun)
        _count_whole(fresh)


def _marked(entries: QuerySet[Entry], marks: dict[str, Q], *more: str, **annotated: Any) -> tuple[str, Any]:
    """Return the statement of entries by day, with a truth in a column for each condition."""
    as_columns = {name: ExpressionWrapper(mark, BooleanField()) for name, mark in marks.items()}
    found: Any = entries.order_by().annotate(day=TruncDate("at"), **annotated, **as_columns)
    return found.values("organisation", "day", *more, *annotated, *as_columns).query.sql_with_params()  # type: ignore[no-any-return]


def _count_people(fresh: QuerySet[Entry], begun: date) -> None:
    """Count anew what whoever did something did since a day."""
    names = [what.value for what in COUNTED]
    marks = {name: measures()[name] for name in names}
    marks["of_record"] = Q(kind__in=sorted(casework_models()), subject__isnull=False)
    marks["only_read"] = Q(verb=Verb.CONSULTATION.value)
    of_them = Entry.objects.filter(since_day(begun), person__in=fresh.exclude(person=None).values("person"))
    marked, values = _marked(of_them, marks, "person", "subject", hour=ExtractHour("at"))
    columns = (*names, "worked", "opened_at", "hours", "only_read")
    sql = PEOPLE.format(
        marked=marked,
        counts=", ".join(f'count(*) FILTER (WHERE "{name}") AS "{name}"' for name in names),
        sums=", ".join(f'sum("{name}")' for name in names),
        names=", ".join(f'"{name}"' for name in names),
        taken=", ".join(f'"{name}" = EXCLUDED."{name}"' for name in columns),
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def _count_whole(fresh: QuerySet[Entry]) -> None:
    marked, values = _marked(fresh, measures())
    said = ", ".join(f"CASE WHEN \"{name}\" THEN '{name}' END" for name in measures())
    with connection.cursor() as cursor:
        cursor.execute(WHOLE.format(marked=marked, said=said), values)
