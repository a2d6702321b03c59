"""`findings.jsonl` as the journal of a scan: what is in it is done, and nothing else is.

There is no second record of progress that could disagree with it. A scan may be killed at any moment, or the power
fail: at worst the last lines are torn or missing, and their files are scanned again.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from typing import TYPE_CHECKING, Self

import msgspec
import numpy as np

from vaern.formats import findings
from vaern.scanning.summary import Tally
from vaern.scanning.walking import ScanError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from vaern.records import Finding
    from vaern.scanning.protocol import Position

_SYNC_SECONDS = 5.0


class _Media(msgspec.Struct):
    name: str
    size: int
    mime: str = "application/octet-stream"
    archive: str = ""
    member: tuple[int, ...] = ()


class _Line(msgspec.Struct):
    """As much of a finding as resuming needs; the rest is skipped, not parsed."""

    media: _Media
    verdict: str


class Journal:
    """The open journal of one scan; nobody else can open it meanwhile.

    Attributes:
        tally: counts of all that is in it.
        position: for each archive that is not done, the last member that is.
    """

    def __init__(self, path: Path) -> None:
        """Open or create it, cut off a torn end, and learn what is done.

        Raises:
            ScanError: another scan has it, or it is damaged elsewhere than at its end.
        """
        self.tally = Tally()
        self.position: dict[str, Position] = {}
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self._synced = time.monotonic()
        self._key = os.urandom(16)  # so that nobody can make two names that we take for one
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._descriptor)
            raise ScanError(f"another scan is writing to {path.parent}; wait for it or choose another folder") from None
        try:
            self._done = np.sort(np.fromiter(self._replay(path), dtype=np.uint64))
        except BaseException:
            os.close(self._descriptor)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.fsync(self._descriptor)
        os.close(self._descriptor)

    def has(self, name: str) -> bool:
        """Whether the file of this name on disk was done when the journal was opened."""
        if not len(self._done):
            return False
        key = np.uint64(self._hash(name))
        place = int(np.searchsorted(self._done, key))
        return place < len(self._done) and bool(self._done[place] == key)

    def write(self, found: Iterable[Finding]) -> None:
        """Append findings; they are done when this returns, and safe from a loss of power a few seconds later."""
        lines = []
        for finding in found:
            lines.append(findings.encode(finding))
            self.tally.add_finding(finding)
        data = memoryview(b"".join(lines))
        while data:
            data = data[os.write(self._descriptor, data) :]
        if time.monotonic() - self._synced > _SYNC_SECONDS:
            os.fsync(self._descriptor)
            self._synced = time.monotonic()

    def _replay(self, path: Path) -> Iterable[int]:
        """Hashes of the names on disk that are done; cuts off an end that is not whole, and never more than an end."""
        whole = torn = 0
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                found = _read(line)
                if found is None:
                    torn = torn or number
                    continue
                if torn:
                    raise ScanError(
                        f"{path}, line {torn}: damaged, though whole lines follow (was it edited?); "
                        "mend or remove that line, or scan anew into another folder"
                    )
                whole += len(line)
                media = found.media
                self.tally.add(found.verdict, media.mime, media.size, member=bool(media.archive))
                if media.archive:
                    self.position[media.archive] = media.member
                else:
                    self.position.pop(media.name, None)
                    yield self._hash(media.name)
        os.ftruncate(self._descriptor, whole)

    def _hash(self, name: str) -> int:
        return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8, key=self._key).digest(), "big")


_decoder = msgspec.json.Decoder(_Line)


def _read(line: bytes) -> _Line | None:
    """A line, if it is whole."""
    try:
        return _decoder.decode(line) if line.endswith(b"\n") else None
    except (msgspec.MsgspecError, ValueError):  # ValueError: not UTF-8
        return None
