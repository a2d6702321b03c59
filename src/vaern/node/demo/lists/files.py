"""Files of lists come in through the same door as real ones, and are taken by who keeps the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.base.scope import viewing
from vaern.node.demo.lists.invented import QUALITY
from vaern.node.lists.intake import actions as intakes
from vaern.node.lists.intake import reading, taking
from vaern.node.lists.rules.intake import IntakeState

if TYPE_CHECKING:
    from vaern.node.lists.models import HashList, ListIntake
    from vaern.node.organisations.viewers import Viewer


def take(viewer: Viewer, hash_list: HashList, content: bytes, *, take: bool = True, whole: bool = False) -> ListIntake:
    """Send a file in, have it read, and take it if it waits for nobody else."""
    with viewing(viewer.organisation.id):
        intake = intakes.begin(viewer, QUALITY, hash_list, len(content), whole=whole)
        intakes.add_piece(intake, content, 0)
        reading.read(intake.pk)
        intake.refresh_from_db()
        if take and intake.state == IntakeState.READY.value:
            intakes.take(viewer, QUALITY, intake)
            taking.take(intake.pk)
    return intake
