"""`findings.jsonl` as the journal of a scan: what is in it is done, and nothing else is.

There is no second record of progress that could disagree with it. A scan may be killed at any moment, or the power
fail: at worst the last lines are torn or missing, and their files are scanned again. What was found is never taken
back: of an archive that was changed in between, what was found in its old state stays, and what is new is added.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
import time
from typing import TYPE_CHECKING, NamedTuple, Protocol, Self

import msgspec
import numpy as np
from msgspec.structs import replace

from vaern.formats import findings
from vaern.scanning.output_files import naming
from vaern.scanning.summary import Tally
from vaern.scanning.walk import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from vaern.records import Finding
    from vaern.scanning.protocol import Position

_SYNC_SECONDS = 5.0
_MANY = 100_000


class Thing(Protocol):
    """What of a thing on disk tells whether it is done."""

    @property
    def name(self) -> str:
        """Printable path."""
        ...

    @property
    def size(self) -> int:
        """Bytes."""
        ...

    @property
    def modified(self) -> str | None:
        """ISO 8601 in UTC."""
        ...


class _Media(msgspec.Struct):
    name: str
    size: int
    modified: str | None = None
    mime: str = "application/octet-stream"
    archive: str = ""
    member: tuple[int, ...] = ()
    archive_state: str = ""


class _Line(msgspec.Struct):
    """As much of a finding as resuming needs; the rest is skipped, not parsed."""

    media: _Media
    verdict: str


class GoOn(NamedTuple):
    """How to go on with an archive that is not done.

    Attributes:
        after: the last member that is done, empty for all anew.
        state: what the archive is in now, see `states`.
        changed: members of another state are in the journal.
    """

    after: Position = ()
    state: str = ""
    changed: bool = False


class Journal:
    """The open journal of one scan; nobody else can open it meanwhile.

    Attributes:
        tally: counts of all that is in it.
    """

    def __init__(self, path: Path, *, changes: bool = False) -> None:
        """Open or create it, cut off a torn end, and learn what is done.

        Args:
            path: of the file.
            changes: what is done is a state of a thing, its size and time: in another it is done once more. Else it is
                the thing, whatever becomes of it.

        Raises:
            Refusal: another scan has it, or it is damaged elsewhere than at its end.
        """
        self.tally = Tally()
        self._path, self._changes = path, changes
        self._lock = threading.Lock()
        self._new: set[int] = set()
        self._begun: dict[str, GoOn] = {}
        self._earlier: dict[str, set[bytes]] = {}
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self._synced = time.monotonic()
        self._key = os.urandom(16)  # so that nobody can make two names that we take for one
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(self._descriptor).st_ino != path.stat().st_ino:
                raise BlockingIOError  # another scan has just put a new one in its place (`retrying`)
        except OSError:
            os.close(self._descriptor)
            raise Refusal(f"another scan is writing to {path.parent}; wait for it or choose another folder") from None
        try:
            self._done = np.sort(np.fromiter(self._replay(path), dtype=np.uint64))
        except BaseException:
            os.close(self._descriptor)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            with naming(self._path):
                os.fsync(self._descriptor)
        finally:
            os.close(self._descriptor)

    def has(self, thing: Thing) -> bool:
        """Whether this thing on disk was done when the journal was opened; of states, whether it is done by now.

        Any thread may ask.
        """
        with self._lock:
            if not len(self._done) and not self._new:
                return False
            key = self._hash(thing)
            place = int(np.searchsorted(self._done, np.uint64(key)))
            return key in self._new or (place < len(self._done) and int(self._done[place]) == key)

    def has_begun(self, archive: str) -> bool:
        """Whether members of this archive were done when the journal was opened, and not the archive."""
        return archive in self._begun

    def go_on(self, archive: str, state: str) -> GoOn:
        """How to go on with an archive that has begun.

        One that is not in the state it was in is read anew. A member that is as it was will not be written again.

        Args:
            archive: printable name.
            state: the one it is in now.
        """
        last = self._begun[archive]
        same = state == last.state
        if not same or last.changed:
            self._earlier[archive] = set(self._findings_in(archive))
        return GoOn(last.after if same else (), state, last.changed or (not same and bool(last.state)))

    def write(self, found: Iterable[Finding]) -> None:
        """Append findings; they are done when this returns, and safe from a loss of power a few seconds later."""
        lines = []
        for finding in found:
            if self._earlier and self._is_written(finding):
                continue
            lines.append(findings.encode(finding))
            self.tally.add_finding(finding)
            if self._changes and not finding.media.archive:
                self._remember(self._hash(finding.media))
        data = memoryview(b"".join(lines))
        with naming(self._path):
            while data:
                data = data[os.write(self._descriptor, data) :]
            if time.monotonic() - self._synced > _SYNC_SECONDS:
                os.fsync(self._descriptor)
                self._synced = time.monotonic()

    def _remember(self, key: int) -> None:
        """Keep what is done by now, in eight bytes each once there are many."""
        with self._lock:
            self._new.add(key)
            if len(self._new) >= _MANY:
                new = np.fromiter(self._new, dtype=np.uint64, count=len(self._new))
                self._done = np.union1d(self._done, new)
                self._new.clear()

    def _is_written(self, finding: Finding) -> bool:
        """Whether an earlier session found the same in an archive that had to be read anew."""
        if not finding.media.archive:
            self._earlier.pop(finding.media.name, None)
            return False
        return _essence(finding) in self._earlier.get(finding.media.archive, ())

    def _findings_in(self, archive: str) -> Iterable[bytes]:
        """The essence of each finding in an archive."""
        with self._path.open("rb") as lines:
            for line in lines:
                if b'"archive":' in line and (finding := findings.decode(line)).media.archive == archive:
                    yield _essence(finding)

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
                    raise Refusal(
                        f"{path}, line {torn}: damaged, though whole lines follow (was it edited?); "
                        "mend or remove that line, or scan anew into another folder"
                    )
                whole += len(line)
                media = found.media
                self.tally.add(found.verdict, media.mime, media.size, member=bool(media.archive))
                if media.archive:
                    last = self._begun.get(media.archive)
                    changed = last is not None and (last.changed or last.state not in ("", media.archive_state))
                    self._begun[media.archive] = GoOn(media.member, media.archive_state, changed)
                else:
                    self._begun.pop(media.name, None)
                    yield self._hash(media)
        os.ftruncate(self._descriptor, whole)

    def _hash(self, thing: Thing) -> int:
        said = f"{thing.size} {thing.modified} {thing.name}" if self._changes else thing.name
        return int.from_bytes(hashlib.blake2b(said.encode(), digest_size=8, key=self._key).digest(), "big")


def _essence(finding: Finding) -> bytes:
    """What tells whether two findings are the same, whatever else changed in their archive."""
    matches = tuple(replace(match, release="", checked="") for match in finding.matches)
    media = replace(finding.media, archive_state="")
    plain = replace(finding, media=media, matches=matches, reason="", checked="")  # lists are renewed meanwhile
    return hashlib.blake2b(findings.encode(plain), digest_size=16).digest()


_decoder = msgspec.json.Decoder(_Line)


def _read(line: bytes) -> _Line | None:
    """A line, if it is whole."""
    try:
        return _decoder.decode(line) if line.endswith(b"\n") else None
    except (msgspec.MsgspecError, ValueError):  # ValueError: not UTF-8
        return None
