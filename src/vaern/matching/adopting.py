"""Taking over a state of a list that somebody else made: the parts that are missing here, then its `current.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from vaern.matching import durable
from vaern.matching.builder import close_to_change
from vaern.matching.current import CURRENT, FORMAT, PARTS, Current
from vaern.matching.files import IndexFormatError, beside, put_in_place
from vaern.matching.lists import List
from vaern.matching.packages import ListPackageError
from vaern.matching.replacing import remove_unnamed, replace_state, writing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from vaern.matching.current import Part


def decoded(data: bytes, where: str) -> Current:
    """A state as its maker wrote it.

    Raises:
        ListPackageError: it is none, of another version, or was changed.
    """
    try:
        current = msgspec.json.decode(data, type=Current)
    except ValueError as error:
        raise ListPackageError(f"{where} cannot be read: {error}") from error
    if current.format != FORMAT or data != current.sealed().written():
        raise ListPackageError(f"{where} is of another format, or was changed after it was written")
    return current


def adopt(
    folder: Path,
    state: Current,
    is_whole: Callable[[Part, Path], bool],
    fill: Callable[[Part, Path], None],
) -> Current:
    """Make a list what a state says; who reads it sees the state before or the one after, whatever happens on the way.

    Args:
        folder: the list; created where it is missing.
        state: of the list from now on.
        is_whole: whether the folder of a part has all its files.
        fill: puts the files of a part into an empty folder.

    Raises:
        ListPackageError: the folder holds something else, or the parts are not those of the state.
        OSError: it could not be read or written.
    """
    with writing(folder):
        before = _before(folder)
        for part in state.parts:
            target = folder / PARTS / part.id
            if target.is_dir() and is_whole(part, target):
                continue
            with beside(target) as fresh:
                fill(part, fresh)
                close_to_change(fresh)
                durable.sync(fresh)
                put_in_place(fresh, target)
                durable.sync_folder(target.parent)
        try:
            List.of_current(folder, state, {})
        except (IndexFormatError, OSError, ValueError, KeyError) as error:
            raise ListPackageError(f"the parts of {state.name!r} do not make a list: {error}") from error
        if before and before.current and state.sealed() == before.current:
            return before.current
        current = replace_state(folder, state, before)
        remove_unnamed(folder, current)
        return current


def _before(folder: Path) -> List | None:
    """The list as it is; None where there is none, or what is there is damaged and is made anew."""
    try:
        return List.open(folder) if (folder / CURRENT).exists() else None
    except (ListPackageError, IndexFormatError, OSError):
        return None
