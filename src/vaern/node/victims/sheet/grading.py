"""How grades of a workstation come back to a series."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from vaern.node.casework.sheets import find_own
from vaern.node.casework.workstations.kinds import Returning, Taken
from vaern.node.organisations.rules import Permission
from vaern.node.victims.models import Series
from vaern.node.victims.sheet import actions, graded, workstation

if TYPE_CHECKING:
    from vaern.node.casework.workstations.kinds import Resolve
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer


def _resolver(series: Series) -> Resolve:
    return partial(graded.members_of, series)


def _take(viewer: Viewer, reason: Reason, series: Series, taken: Taken) -> dict[str, int]:
    grades = {str(category): graded.numbers(keys) for category, keys in taken.grades.items()}
    said = {int(key): words for key, words in taken.said.items()}
    return {"changed": actions.grade(viewer, reason, series, grades, taken.words, said)}


RETURNING = Returning(
    Series,
    Permission.SERIES_WORK,
    partial(find_own, Series),
    _resolver,
    graded.standing,
    workstation.sent,
    actions.check_gradable,
    _take,
    "victims:series-graded-document",
    keeps=True,
)
