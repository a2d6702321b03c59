"""Things in folders that another machine listed, opened here by their names, and through no link.

What the other names by a path has here to lie under the same absolute path; names begin as they do there.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from vaern.scanning.names import original
from vaern.scanning.walk import OPEN_FOLDER, Item, Refusal, cause_of

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence


class Reached:
    """Folders and files of a scan of another machine; see `sources.Opener`.

    Args:
        paths: what was named, as of `Source`.
        places: the same, likewise.

    Raises:
        Refusal: something of it is not here.
    """

    def __init__(self, paths: Sequence[str], places: Sequence[str]) -> None:
        roots = [("" if path == "." else path, original(place)) for path, place in zip(paths, places, strict=True)]
        self._roots = sorted(roots, key=lambda root: len(root[0]), reverse=True)  # a root in a root is nearer
        for place in places:
            if not os.path.lexists(original(place)):
                raise Refusal(f"{place} is not on this machine: mount it where the machine has it that runs the scan")
        self._folder = -1
        self._folder_path = b""

    def given(self, items: Iterable[Item], bell: int) -> Generator[Item | None]:  # noqa: ARG002 - nothing is waited for
        """See `Opener`."""
        for item in items:
            if item.mime or item.problem:
                yield item
                continue
            try:
                folder, _, raw = self._path(item.name).rpartition(b"/")
                self._enter(folder or b"/")
            except OSError as error:
                yield Item(item.name, item.size, item.modified, "application/octet-stream", cause_of(error))
                continue
            yield replace(item, _folder=self._folder, _raw=raw)

    def close(self) -> None:
        """See `Opener`."""
        if self._folder >= 0:
            os.close(self._folder)
        self._folder, self._folder_path = -1, b""

    def _path(self, name: str) -> bytes:
        """Where the thing of this name is."""
        for root, place in self._roots:
            if name == root:
                return place
            prefix = root if not root or root.endswith("/") else f"{root}/"
            if name.startswith(prefix):
                return place.rstrip(b"/") + b"/" + original(name[len(prefix) :])
        raise FileNotFoundError(f"{name} is in nothing that is scanned")

    def _enter(self, path: bytes) -> None:
        """Open a folder, unless it is open."""
        if path == self._folder_path:
            return
        self.close()
        root = max((place for _, place in self._roots if _lies_in(path, place)), key=len, default=path)
        folder = os.open(root, OPEN_FOLDER)
        try:
            for part in filter(None, path[len(root) :].split(b"/")):
                inner = os.open(part, OPEN_FOLDER, dir_fd=folder)
                os.close(folder)
                folder = inner
        except OSError:
            with suppress(OSError):
                os.close(folder)
            raise
        self._folder, self._folder_path = folder, path


def _lies_in(path: bytes, place: bytes) -> bool:
    return path == place or path.startswith(place.rstrip(b"/") + b"/")
