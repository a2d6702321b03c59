"""What somebody wants to see of the list of series, as it stands in an address."""

from __future__ import annotations

from vaern.node.external.labels import FILTER
from vaern.node.external.rules import LONGEST
from vaern.node.victims.rules.series import State
from vaern.node.web.lists import Choice, Filters, Words


class SeriesFilters(Filters):
    """What an address asks of the list of series."""

    q = Words(longest=LONGEST)
    state = Choice(State)
    whose = Choice(("own", "released", "mine"))
    new = Choice(["yes"])
    number = Choice(FILTER)
