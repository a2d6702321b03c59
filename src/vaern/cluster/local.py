"""Machines of a cluster that are processes of this one: the same protocol, and nothing to set up.

`python -m vaern.cluster.local FOLDER [SCRATCH]` is one of them.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from vaern.cluster.folder import Folder
from vaern.cluster.machine import Machine
from vaern.cluster.processes import Processes, refused, until_input_ends

if TYPE_CHECKING:
    from collections.abc import Callable


def local_machines(
    folder: Path, number: int, scratch: Path | None = None, note: Callable[[str], None] = lambda _: None
) -> Processes:
    """Some processes that read with one worker each.

    Args:
        folder: where shares are handed out; made for this, and gone at the end if nothing is in it.
        number: how many.
        scratch: as of `Machine`.
        note: is told of one that died.
    """
    words = [str(folder), *([str(scratch)] if scratch else [])]
    return Processes("vaern.cluster.local", words, number=number, folder=folder, note=note)


def main() -> None:
    """One such process."""
    folder, *scratch = map(Path, sys.argv[1:])
    with refused():
        Machine(Folder(folder), 1, *scratch, stop=until_input_ends()).run(stay=True)


if __name__ == "__main__":
    main()
