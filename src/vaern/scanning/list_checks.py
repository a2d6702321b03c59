"""The lists of a scan are verified while it runs: nobody waits for it, and no damaged list passes."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from vaern.matching import List, ListPackage, ListPackageError
from vaern.matching import current as currents
from vaern.scanning.walk import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

WHOLE, DAMAGED, UNDONE, REPLACED = "whole", "damaged", "not done", "not done: it was replaced while the scan ran"
"""What can have come of it, as `run.json` says it; why follows after `damaged: `, or stands there alone."""


class Check(threading.Thread):
    """Reads every list once and compares all of its checksums.

    Attributes:
        outcomes: what came of each list, in their order; `UNDONE` as long as it is.
        damage: what is wrong with the first that is damaged; empty while none is.
    """

    def __init__(self, lists: Sequence[List]) -> None:
        super().__init__(name="check lists", daemon=True)
        self.outcomes = [UNDONE] * len(lists)
        self.damage = ""
        self._lists = lists

    @property
    def share(self) -> float:
        """How many of the lists are done, 0 to 1."""
        return 1 - self.outcomes.count(UNDONE) / max(1, len(self.outcomes))

    def run(self) -> None:
        """Verify one list after another, up to the first that is damaged."""
        for number, list_ in enumerate(self._lists):
            try:
                same = all(
                    ListPackage.open(part.package.folder, verify=True).manifest == part.package.manifest
                    for part in list_.parts
                )
            except (ListPackageError, OSError) as error:
                if _went_on(list_):
                    self.outcomes[number] = REPLACED
                    continue
                self.outcomes[number] = f"{DAMAGED}: {error}"
                self.damage = str(error)
                return
            self.outcomes[number] = (list_.unsealed or WHOLE) if same else REPLACED

    def raise_damage(self) -> None:
        """Refuse to go on with a damaged list.

        Raises:
            Refusal: what is wrong, and what to do.
        """
        if self.damage:
            raise damaged(self.damage)


def _went_on(list_: List) -> bool:
    """Whether a list that changes has let go of a part, as it does an hour after no state names it any more."""
    if list_.current is None or all(part.package.folder.exists() for part in list_.parts):
        return False
    try:
        named = {part.id for part in currents.read(list_.folder).parts}
    except (ListPackageError, OSError):
        return False
    return all(part.package.folder.exists() or part.package.folder.name not in named for part in list_.parts)


def damaged(why: str) -> Refusal:
    """Why a scan does not go on."""
    return Refusal(
        f"a list is damaged: {why}. What was found with it may be wrong: "
        "mend the list, then scan anew into another folder"
    )
