"""Shares that are handed out in a folder: of this machine, or of a file system that all machines mount.

A job is a folder of its own. What a share is at is said by where its mark lies, and a mark moves by `rename`, which
exactly one of those who try it succeeds with (POSIX; RFC 8881, 18.26 for NFS):

    job                     what machines have to know; the folder is a job once this is there
    paused                  nothing is to be done
    shares/12               the things of a share, never changed
    waiting/12.0            it waits; no machine was lost over it
    leased/12.0.NAME        a machine has it, and touches the mark again and again
    done/12                 its result, whole
"""

from __future__ import annotations

import os
import re
import shutil
import time
from contextlib import suppress
from typing import IO, TYPE_CHECKING, NamedTuple

import msgspec

from vaern.cluster.places import Job, Lease, LostError, check_known
from vaern.cluster.shares import Share
from vaern.scanning.output_files import PARTIAL, naming, replacing
from vaern.scanning.walk import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_JOB, _PAUSED, _SHARES, _WAITING, _LEASED, _DONE = "job", "paused", "shares", "waiting", "leased", "done"
_RUN = re.compile(r"[0-9a-f]{16}")
_MARK = re.compile(r"(?P<number>[0-9]+)\.(?P<attempt>[0-9]+)(?:\.(?P<machine>[A-Za-z0-9_-]+))?")
_PIECE = 1 << 20
_TRIES = 200

_job = msgspec.msgpack.Decoder(Job)


class _Mark(NamedTuple):
    """What the name of a mark says."""

    number: int
    attempt: int
    machine: str = ""

    def __str__(self) -> str:
        return ".".join(map(str, self if self.machine else self[:2]))


class Folder:
    """A folder where shares are handed out; see `Place`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __str__(self) -> str:
        return str(self.path)

    def coordinate(self, run: str) -> CoordinatedFolder:
        """See `Place`."""
        return CoordinatedFolder(self.path / run)

    def jobs(self) -> Sequence[TakenFolder]:
        """See `Place`."""
        with suppress(FileNotFoundError):
            found = sorted(path.name for path in self.path.iterdir() if _RUN.fullmatch(path.name))
            return [taken for name in found if (taken := _taken(self.path / name)) is not None]
        return []

    def close(self) -> None:
        """See `Place`."""


class CoordinatedFolder:
    """See `Coordinated`.

    Args:
        path: the folder of the job.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lease = 0.0
        self._heard: dict[str, tuple[int, float]] = {}

    def begin(self, job: Job) -> Sequence[int]:
        """See `Coordinated`."""
        self._lease = job.lease
        if _read_job(self._path) != job:
            self.end()
        for name in ("", _SHARES, _WAITING, _LEASED, _DONE):
            with naming(self._path / name):
                (self._path / name).mkdir(0o700, parents=not name, exist_ok=True)
        with replacing(self._path / _JOB) as stream:
            stream.write(msgspec.msgpack.encode(job))
        numbers = sorted(_numbers(self._path / _SHARES))
        self._mend(numbers)
        (self._path / _PAUSED).unlink(missing_ok=True)
        return numbers

    def put(self, share: Share) -> None:
        """See `Coordinated`."""
        with replacing(self._path / _SHARES / str(share.number)) as stream:
            stream.write(share.data)
        self._wait_anew(share.number)

    def share(self, number: int) -> Share:
        """See `Coordinated`."""
        return Share(number, (self._path / _SHARES / str(number)).read_bytes())

    def done(self) -> Collection[int]:
        """See `Coordinated`."""
        return set(
            _numbers(self._path / _DONE)
        )  # listed, for of a name alone NFS may go on saying that it is not there

    def result(self, number: int) -> Iterable[bytes]:
        """See `Coordinated`."""
        with (self._path / _DONE / str(number)).open("rb") as stream:
            while piece := stream.read(_PIECE):
                yield piece

    def again(self, number: int) -> None:
        """See `Coordinated`."""
        (self._path / _DONE / str(number)).unlink(missing_ok=True)
        self._wait_anew(number)

    def drop(self, number: int) -> None:
        """See `Coordinated`."""
        for mark in [
            *_marks(self._path / _WAITING),
            *_marks(self._path / _LEASED),
        ]:  # of one that was done all the same
            if mark.number == number:
                (self._path / (_LEASED if mark.machine else _WAITING) / str(mark)).unlink(missing_ok=True)
        (self._path / _SHARES / str(number)).unlink(missing_ok=True)
        (self._path / _DONE / str(number)).unlink(missing_ok=True)

    def expire(self) -> Sequence[Lease]:
        """See `Coordinated`."""
        now, heard, lost = time.monotonic(), {}, []
        for mark in _marks(self._path / _LEASED):
            with suppress(FileNotFoundError):
                touched = (self._path / _LEASED / str(mark)).stat().st_mtime_ns
                before, since = self._heard.get(str(mark), (0, 0.0))
                heard[str(mark)] = (touched, since if before == touched else now)
                if now - heard[str(mark)][1] > self._lease:
                    (self._path / _LEASED / str(mark)).rename(
                        self._path / _WAITING / str(_Mark(mark.number, mark.attempt + 1))
                    )
                    lost.append(Lease(Share(mark.number, b""), mark.attempt, mark.machine))
        self._heard = heard
        return lost

    def machines(self) -> Mapping[str, int]:
        """See `Coordinated`."""
        found: dict[str, int] = {}
        for mark in _marks(self._path / _LEASED):
            found[mark.machine] = found.get(mark.machine, 0) + 1
        return found

    def pause(self) -> None:
        """See `Coordinated`."""
        with suppress(FileNotFoundError):
            (self._path / _PAUSED).touch()

    def end(self) -> None:
        """See `Coordinated`."""
        (self._path / _JOB).unlink(missing_ok=True)
        for _ in range(_TRIES):  # a machine may hand in something meanwhile
            if not self._path.exists():
                return
            shutil.rmtree(self._path, ignore_errors=True)
            time.sleep(0.01)
        if self._path.exists():
            raise Refusal(f"{self._path} cannot be deleted: delete it by hand, and run all machines as one user")

    def close(self) -> None:
        """See `Coordinated`."""

    def _mend(self, numbers: Sequence[int]) -> None:
        """Let each share wait, be leased or be done: a killed scan, or a killed machine, may have left it between."""
        done = set(_numbers(self._path / _DONE))
        there = {mark.number for name in (_WAITING, _LEASED) for mark in _marks(self._path / name)}
        for number in numbers:
            if number not in done | there:
                self._wait_anew(number)

    def _wait_anew(self, number: int) -> None:
        with naming(self._path):
            (self._path / _WAITING / str(_Mark(number, 0))).touch(0o600)


class TakenFolder:
    """See `Taken`."""

    def __init__(self, path: Path, job: Job) -> None:
        self._path, self.job = path, job

    @property
    def is_open(self) -> bool:
        """See `Taken`."""
        return (self._path / _JOB).exists() and not (self._path / _PAUSED).exists()

    def lease(self, machine: str) -> Lease | None:
        """See `Taken`."""
        if not self.is_open:
            return None
        for mark in sorted(_marks(self._path / _WAITING)):
            ours = self._path / _LEASED / str(_Mark(mark.number, mark.attempt, machine))
            try:
                (self._path / _WAITING / str(mark)).rename(ours)
                os.utime(ours)
                data = (self._path / _SHARES / str(mark.number)).read_bytes()
            except FileNotFoundError:  # another has it; or it is done, by a machine that was taken for lost
                ours.unlink(missing_ok=True)
                continue
            if not (self._path / _DONE / str(mark.number)).exists():
                return Lease(Share(mark.number, data), mark.attempt, machine)
            ours.unlink(missing_ok=True)
        return None

    def renew(self, lease: Lease) -> None:
        """See `Taken`."""
        try:
            os.utime(self._mark(lease))
        except FileNotFoundError:
            raise LostError from None

    def finish(self, lease: Lease, result: IO[bytes]) -> None:
        """See `Taken`."""
        path = self._path / _DONE / f"{lease.share.number}.{lease.machine}{PARTIAL}"
        try:
            self.renew(lease)
            with path.open("wb") as stream:
                shutil.copyfileobj(result, stream, _PIECE)
                stream.flush()
                os.fsync(stream.fileno())
            path.rename(self._path / _DONE / str(lease.share.number))
            self._mark(lease).unlink(missing_ok=True)
        except FileNotFoundError:
            raise LostError from None

    def give_back(self, lease: Lease) -> None:
        """See `Taken`."""
        with suppress(FileNotFoundError):
            self._mark(lease).rename(self._path / _WAITING / str(_Mark(lease.share.number, lease.attempt)))

    def _mark(self, lease: Lease) -> Path:
        return self._path / _LEASED / str(_Mark(lease.share.number, lease.attempt, lease.machine))


def _read_job(path: Path) -> Job | None:
    """The job in a folder; `None` if there is none, or none that this program knows."""
    try:
        return _job.decode((path / _JOB).read_bytes())
    except (OSError, msgspec.MsgspecError, ValueError):
        return None


def _taken(path: Path) -> TakenFolder | None:
    job = _read_job(path)
    if job is not None:
        check_known(job)
    return TakenFolder(path, job) if job is not None else None


def _numbers(path: Path) -> Iterator[int]:
    with suppress(FileNotFoundError):
        for entry in path.iterdir():
            if entry.name.isdecimal():
                yield int(entry.name)


def _marks(path: Path) -> Iterator[_Mark]:
    with suppress(FileNotFoundError):
        for entry in path.iterdir():
            if found := _MARK.fullmatch(entry.name):
                yield _Mark(int(found["number"]), int(found["attempt"]), found["machine"] or "")
