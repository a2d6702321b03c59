"""Jobs: entries that a flood hits, or against which something stands, are set aside each minute."""

from __future__ import annotations

from vaern.node.base.jobs import by_clock
from vaern.node.lists.quarantine import watching


@by_clock("lists.quarantine", "* * * * *")
def watch() -> int:
    """Set aside entries that do not belong where they are; a person looks at each."""
    return watching.watch()
