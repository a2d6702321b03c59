"""A matcher whose lists change while it works: what was added or recalled meanwhile holds from the next look on.

For who matches for hours with lists that were named, one by one. A service that serves all lists of a folder has a
`Shelf`.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from vaern.matching import current as currents
from vaern.matching.files import IndexFormatError
from vaern.matching.lists import List
from vaern.matching.packages import ListPackage, ListPackageError
from vaern.matching.shelf import LOOK_EVERY

if TYPE_CHECKING:
    from collections.abc import Callable

    from vaern.matching.matcher import Matcher


class Renewing:
    """A matcher with its lists as they are now. For one thread.

    Attributes:
        matcher: as it was at the last look.
        problems: by the name of a list, why a later state of it cannot be taken up; the state before it is used.
    """

    def __init__(self, matcher: Matcher, clock: Callable[[], float] = time.monotonic) -> None:
        self.matcher, self._clock = matcher, clock
        self.problems: dict[str, str] = {}
        self._looked = float("-inf")

    def now(self) -> Matcher:
        """The matcher with the lists as they are now; looked at again after `LOOK_EVERY` seconds."""
        if self._clock() - self._looked >= LOOK_EVERY:
            lists = [self._renewed(list_) for list_ in self.matcher.lists]
            if any(new is not old for new, old in zip(lists, self.matcher.lists, strict=True)):
                self.matcher = self.matcher.over(lists)
            self._looked = self._clock()
        return self.matcher

    def _renewed(self, list_: List) -> List:
        """A list as it is now; as it was, where it never changes, or cannot be opened whole."""
        if list_.current is None:
            return list_
        try:
            current = currents.read(list_.folder)
            new = list_ if current == list_.current else _opened(list_, current)
        except (ListPackageError, IndexFormatError, OSError) as error:
            self.problems[list_.name] = str(error)
            return list_
        self.problems.pop(list_.name, None)
        return new


def _opened(list_: List, current: currents.Current) -> List:
    """Open a later state, and verify what is new in it: most of it was verified before."""
    if (current.name, current.purpose) != (list_.name, list_.purpose):
        raise ListPackageError(f"{list_.folder} is another list now: {current.name!r}, of {current.purpose} material")
    opened = {part.package.manifest.seal: part.package for part in list_.parts}
    new = List.of_current(list_.folder, current, opened)
    for part in new.parts:
        if part.package.manifest.seal not in opened:
            ListPackage.open(part.package.folder, verify=True)
    return new
