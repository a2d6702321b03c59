"""The chart of what happened over time: one small line a verb, so that a rare one is seen beside a frequent one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vaern.node.oversight.labels import VERBS
from vaern.node.web.charts import Lines

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vaern.node.ledger.rules import Verb


def verb_charts(days: Sequence[tuple[date, dict[Verb, int]]]) -> dict[Verb, Lines]:
    """Return one chart for each verb that occurred in these days, in the order of the law.

    They begin on the first day on which anything is counted: before that the node did not count, and a line along
    nothing says nothing.
    """
    first = next((number for number, (_day, counts) in enumerate(days) if any(counts.values())), len(days))
    days = days[first:]
    labels = [date_format(day, "SHORT_DATE_FORMAT") for day, _counts in days]
    return {
        verb: Lines(
            label, [(day, counts[verb]) for day, (_day, counts) in zip(labels, days, strict=True)], _("entries a day")
        )
        for verb, label in VERBS.items()
        if any(counts[verb] for _day, counts in days)
    }
