"""Presentation of exposure: from query results to template contexts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vaern.node.web.charts import Lines
from vaern.node.web.components import Chip, Empty
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from vaern.node.reports.exposure.queries import Own


def plot(own: Own) -> Lines:
    """Return the plot of files viewed each day."""
    points = [(date_format(day.day, "MONTH_DAY_FORMAT"), day.files) for day in own.days]
    return Lines(_("Looked at, by day"), points, _("Files"))


def heavy_plot(own: Own) -> Lines:
    """Return the plot of heavy files each day."""
    points = [(date_format(day.day, "MONTH_DAY_FORMAT"), day.heavy) for day in own.days]
    return Lines(_("Of these heavy or very heavy"), points, _("Files"))


def people_table(found: list[Own]) -> Table:
    """Return the table of people, by name: for care, not ranking, so it cannot be sorted or exported."""
    return Table(
        caption=_("People"),
        columns=[
            Column(_("Name")),
            Column(_("Today"), numeric=True),
            Column(_("14 days"), numeric=True),
            Column(_("Of these heavy"), numeric=True),
            Column(_("Their own limits today")),
        ],
        rows=[
            Row(
                [own.person.name, own.today.files, own.files, own.heavy, limit(own)],
                url=reverse("reports:welfare-person", args=[own.person.pk]),
            )
            for own in found
        ],
        fixed=True,
        empty=Empty(
            _("Nobody declared anything in 14 days"),
            _("Whoever assesses a report says in the same form what they looked at; it is shown here for 14 days."),
        ),
        id="people",
    )


def limit(own: Own) -> Chip:
    """Return today's exposure compared with a person's own limits."""
    if own.today.files >= own.limits.hard:
        return Chip(_("Their stop is reached"), "bad")
    if own.today.files >= own.limits.daily:
        return Chip(_("Their warning is reached"), "warning")
    return Chip(_("Within"), "good")
