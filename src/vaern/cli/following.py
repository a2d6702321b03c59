"""Lines of a file that another is writing, on standard output as they are whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path

_PIECE = 1 << 20


class Following:
    """Passes on what a file has got since the last time, up to its last whole line.

    Args:
        path: the file, which only grows and need not be there yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._at = 0
        self._begun = b""

    def more(self) -> None:
        """Write what is new.

        Raises:
            BrokenPipeError: nobody reads any more.
        """
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            file.seek(self._at)
            while piece := file.read(_PIECE):
                self._at += len(piece)
                whole, end, rest = piece.rpartition(b"\n")
                if end:
                    click.echo(self._begun + whole + end, nl=False)
                    self._begun = rest
                else:
                    self._begun += piece
