"""How grades of a workstation come back to a scan."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from vaern.node.casework.sheets import find_own
from vaern.node.casework.workstations.kinds import Returning, Taken
from vaern.node.organisations.rules import Permission
from vaern.node.scans import actions, queries, workstation
from vaern.node.scans.models import Scan

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from vaern.node.casework.workstations.kinds import Resolve
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer


def _resolver(scan: Scan) -> Resolve:
    return partial(queries.of_media, scan)


def _standing(scan: Scan, _organisation: UUID, digests: Collection[str]) -> dict[str, str]:
    return queries.graded_now(scan, digests)


def _take(viewer: Viewer, reason: Reason, scan: Scan, taken: Taken) -> dict[str, int]:
    grades = {str(category): digests for category, digests in taken.grades.items()}
    return {"changed": actions.grade(viewer, reason, scan, grades, taken.words, taken.said)}


RETURNING = Returning(
    Scan,
    Permission.SCAN_ADD,
    partial(find_own, Scan),
    _resolver,
    _standing,
    workstation.sent,
    actions.check_gradable,
    _take,
    "scans:graded-document",
    keeps=True,
)
