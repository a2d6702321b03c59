"""What licensed viewing stations answered about items: for whoever concludes, and for documents that leave."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import msgspec

from vaern.node.base.sealing import unseal
from vaern.node.reports.models import StationAnswer
from vaern.node.reports.models.viewing import FILES
from vaern.node.reports.rules.states import State
from vaern.node.reports.rules.stations import Grade

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Item, Report


def files_of(answer: StationAnswer) -> list[dict[str, Any]]:
    """Return the files that an answer names: their hashes, type and size.

    Raises:
        Unsealable: they were sealed by another node's secret.
    """
    text = unseal(answer.sealed, FILES)
    return msgspec.json.decode(text) if text else []


def grade(answer: StationAnswer) -> Grade:
    """Return what an answer says, as the rules compare it."""
    return Grade(answer.found, answer.looked != "nothing", answer.baseline, answer.value)


def answers_to(items: Iterable[Item]) -> dict[int, list[StationAnswer]]:
    """Return, by item id, what stations answered, the oldest first.

    Of one person at a station only the last answer counts.
    """
    found: dict[int, list[StationAnswer]] = defaultdict(list)
    rows = StationAnswer.of(packed__item__in=list(items)).select_related(
        "packed__package__station", "packed__package__terms", "packed__package__scheme"
    )
    for row in rows.order_by("at", "id"):
        one = (row.packed.package.station_id, row.by)
        kept = [other for other in found[row.packed.item_id] if (other.packed.package.station_id, other.by) != one]
        found[row.packed.item_id] = [*kept, row]
    return dict(found)


def shown_to(viewer: Viewer, report: Report, items: Iterable[Item]) -> dict[int, list[StationAnswer]]:
    """Return the answers that a viewer may see now.

    A second view is independent: whoever takes it sees only what came of packages of their own.
    """
    found = answers_to(items)
    if State(report.state) is not State.SECOND_VIEW or viewer.person is None:
        return found
    me = viewer.person.id
    mine = {item: [row for row in rows if row.packed.package.made_by_id == me] for item, rows in found.items()}
    return {item: rows for item, rows in mine.items() if rows}
