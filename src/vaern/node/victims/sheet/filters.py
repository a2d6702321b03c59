"""The filters of the list of series, read from the query string."""

from __future__ import annotations

from vaern.node.external.labels import FILTER
from vaern.node.external.rules import LONGEST
from vaern.node.victims.rules.series import State
from vaern.node.web.lists import Choice, Filters, Words


class SeriesFilters(Filters):
    """Filters of the list of series."""

    q = Words(longest=LONGEST)
    state = Choice(State)
    whose = Choice(("own", "released", "mine"))
    new = Choice(["yes"])
    number = Choice(FILTER)
