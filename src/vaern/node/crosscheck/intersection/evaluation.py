"""The holder's values become tags, by night: what is new is evaluated in two processes, what is gone has no tag.

    evaluated = bring_up_to_date(folder, epoch, seed, info, digests, commons_of)

Broken off at any moment, it goes on where it was. The values are read a piece at a time, and are nowhere on disk.
"""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from vaern.node.crosscheck.intersection import evaluator_process, tag_files
from vaern.node.crosscheck.intersection.tag_files import ROWS, TAGS
from vaern.node.crosscheck.rules.oblivious_voprf import Voprf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

PROCESSES = 2
PIECE = 2_048
"""Values that a process evaluates before it says so: about a seventh of a second."""


class EvaluationEnded(RuntimeError):
    """A process that evaluates ended early; what it had done is kept."""


class Evaluated(NamedTuple):
    """What a night did.

    Attributes:
        held: values that have a tag now.
        new: of them, those that were evaluated.
        gone: values that had one and have it no more.
    """

    held: int
    new: int
    gone: int


def bring_up_to_date(
    folder: Path,
    epoch: int,
    seed: bytes,
    info: bytes,
    digests: NDArray[Any],
    commons_of: Callable[[bytes], bytes],
    progress: Callable[[int, int], None] = lambda _done, _of: None,
    processes: int = PROCESSES,
) -> Evaluated:
    """Let the files of an epoch hold the tags of exactly these values.

    Args:
        folder: of the pair.
        epoch: its number.
        seed, info: of the key.
        digests: of the holder's keys, dtype `S32`, each once; in order already, or put in order here.
        commons_of: the common digests of as many digests as stand one after another.
        progress: is told how many of how many are evaluated, after each piece.
        processes: that evaluate.

    Raises:
        EvaluationEnded: a process ended early.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    index, part = folder / f"{epoch}.index", folder / f"{epoch}.part"
    public = Voprf().evaluator(seed, info).public
    had, (begun, size) = tag_files.kept(index, epoch, public), tag_files.part(part, public)
    wanted = digests if np.all(digests[:-1] < digests[1:]) else np.sort(digests)
    known = np.unique(np.concatenate([had["digest"], begun["digest"]])) if len(begun) else had["digest"]
    missing, gone = _without(wanted, known), len(_without(had["digest"], wanted))
    if len(missing):
        part.touch(0o600)
        with part.open("r+b", buffering=0) as file:
            file.truncate(size)
            file.seek(0, os.SEEK_END)
            if not size:
                file.write(public)
            done = 0
            for rows in _evaluated(seed, info, missing, commons_of, processes):
                file.write(tag_files.piece(rows))
                done += len(rows)
                progress(done, len(missing))
        begun, _size = tag_files.part(part, public)
    if len(begun) or gone or not _whole(folder, epoch, public, len(wanted)):
        rows = np.concatenate([had, begun])
        rows = rows[np.unique(rows["digest"], return_index=True)[1]]
        rows = rows[_among(rows["digest"], wanted)]
        tag_files.write(index, epoch, public, rows)
        tag_files.write(folder / f"{epoch}.tags", epoch, public, np.sort(rows["tag"]).astype(TAGS))
    part.unlink(missing_ok=True)
    return Evaluated(len(wanted), len(missing), gone)


def _among(some: NDArray[Any], others: NDArray[Any]) -> NDArray[np.bool_]:
    """Which of some digests stand among others; both in order."""
    if not len(others):
        return np.zeros(len(some), bool)
    return np.asarray(others[np.minimum(np.searchsorted(others, some), len(others) - 1)] == some)


def _without(some: NDArray[Any], others: NDArray[Any]) -> NDArray[Any]:
    return some[:0] if np.array_equal(some, others) else some[~_among(some, others)]


def _whole(folder: Path, epoch: int, public: bytes, count: int) -> bool:
    try:
        found = tag_files.read(folder / f"{epoch}.tags", epoch, TAGS)
    except tag_files.Damaged:
        return False
    return found is not None and (found.public, len(found.rows)) == (public, count)


def _evaluated(
    seed: bytes, info: bytes, missing: NDArray[Any], commons_of: Callable[[bytes], bytes], processes: int
) -> Iterator[NDArray[Any]]:
    """Yield the rows of pieces, in their order, as processes finish them."""
    pieces = [missing[at : at + PIECE] for at in range(0, len(missing), PIECE)]
    command = [sys.executable, "-m", evaluator_process.__name__]
    with ExitStack() as stack:
        idle: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        for _ in range(min(processes, len(pieces))):
            one = stack.enter_context(_started(command))
            stack.callback(one.kill)
            _said(one, seed + len(info).to_bytes(2, "big") + info)
            idle.put(one)

        def evaluate(piece: NDArray[Any]) -> NDArray[Any]:
            one = idle.get()
            try:
                values = commons_of(piece.tobytes())
                _said(one, len(piece).to_bytes(4, "big") + values)
                tags = one.stdout.read(len(piece) * TAGS.itemsize) if one.stdout else b""
            finally:
                idle.put(one)
            if len(tags) != len(piece) * TAGS.itemsize:
                raise EvaluationEnded("a process that evaluates ended early: look at the node's log, and run it again")
            rows = np.empty(len(piece), ROWS)
            rows["digest"], rows["tag"] = piece, np.frombuffer(tags, TAGS)
            return rows

        with ThreadPoolExecutor(processes) as threads:
            yield from threads.map(evaluate, pieces)


def _started(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - our own, by its path


def _said(process: subprocess.Popen[bytes], data: bytes) -> None:
    try:
        if process.stdin:
            process.stdin.write(data)
            process.stdin.flush()
    except BrokenPipeError:
        raise EvaluationEnded(
            "a process that evaluates ended early: look at the node's log, and run it again"
        ) from None
