"""What a mirror is read with: a folder, such as a stick at a desk without a network, or whoever can read addresses."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tuf.api.exceptions import DownloadError, DownloadHTTPError
from tuf.ngclient import FetcherInterface

from vaern.trust.faults import MirrorError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PIECE = 1 << 20


class Mirror(FetcherInterface):
    """Reads addresses, or the names of files, piece by piece.

    Args:
        pieces: gives what lies at an address, and raises `MirrorError`; by default what lies in a file.
    """

    def __init__(self, pieces: Callable[[str], Iterator[bytes]] | None = None) -> None:
        self._pieces = pieces or pieces_of_file

    def _fetch(self, url: str) -> Iterator[bytes]:
        try:
            yield from self._pieces(url)
        except MirrorError as error:
            if error.status:
                raise DownloadHTTPError(str(error), error.status) from error
            raise DownloadError(str(error)) from error


def pieces_of_file(name: str) -> Iterator[bytes]:
    """What lies in a file.

    Raises:
        MirrorError: there is none.
    """
    try:
        with Path(name).open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise MirrorError(f"{name} is not there", 404) from error
    except OSError as error:
        raise MirrorError(f"{name} cannot be read: {error.strerror}", 0) from error
