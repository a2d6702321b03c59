"""Looking again at what could not be read, or not to its end, most often with other limits.

Such findings are taken out of the journal, so that a resumed scan looks at their files anew, and are kept in a file
beside it. What is not found again by the end of a session, for the file is gone or the scan was stopped before it,
is put back as it was: nothing that was known is lost, whenever the scan is killed.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from vaern.formats import findings
from vaern.scanning.output_files import naming, replacing
from vaern.scanning.walk import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vaern.scanning.journal import Journal

EARLIER = "earlier.jsonl"
"""Beside `findings.jsonl`: what was found of the files that are looked at again, before that."""


class _Media(msgspec.Struct):
    name: str
    archive: str = ""
    unreadable: str = ""
    notes: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        """The file on disk."""
        return self.archive or self.name

    @property
    def is_in_part(self) -> bool:
        """Whether something of it was not read that other limits may let through."""
        return bool(self.unreadable) or any(note.startswith("truncated: time") for note in self.notes)


class _Line(msgspec.Struct):
    media: _Media


_decoder = msgspec.json.Decoder(_Line)


def take_back(journal: Path) -> int:
    """Take out all that was found of files that were not read, or not to their end, archives with all members.

    Args:
        journal: `findings.jsonl` of a scan that does not run.

    Returns:
        Number of the files on disk.

    Raises:
        Refusal: a scan is writing there.
    """
    with journal.open("rb") as lines:
        try:
            fcntl.flock(lines, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refusal(f"another scan is writing to {journal.parent}; wait for it") from None
        again = {media.file for _, media in _media(journal) if media.is_in_part}
        if again:
            with (
                replacing(journal) as rest,
                _appending(journal.with_name(EARLIER)) as kept,
            ):  # kept first, then replaced
                for line in lines:
                    media = _of(line)
                    (kept if media is not None and media.file in again else rest).write(line)
    return len(again)


def put_back(journal: Journal, path: Path) -> None:
    """Write those findings again that were taken out, of files of which none is there now.

    Args:
        journal: open; what it has got in this session is on disk.
        path: of the journal.
    """
    earlier = path.with_name(EARLIER)
    if not earlier.exists():
        return
    missing = {media.file for _, media in _media(earlier)}
    missing -= {media.file for _, media in _media(path) if media.file in missing}
    last = {media.name: line for line, media in _media(earlier) if media.file in missing}
    journal.write(findings.decode(line) for line in last.values())


@contextmanager
def _appending(path: Path) -> Iterator[BinaryIO]:
    """Add to a file, safe from a loss of power at the end."""
    with naming(path):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(descriptor)


def _media(path: Path) -> Iterator[tuple[bytes, _Media]]:
    """The whole lines of a file of findings, and what each is of."""
    with path.open("rb") as lines:
        for line in lines:
            if (media := _of(line)) is not None:
                yield line, media


def _of(line: bytes) -> _Media | None:
    """None for a line that is torn, which the journal cuts off."""
    try:
        return _decoder.decode(line).media if line.endswith(b"\n") else None
    except (msgspec.MsgspecError, ValueError):  # ValueError: not UTF-8
        return None
