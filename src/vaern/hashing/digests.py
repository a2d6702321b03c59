"""MD5, SHA-1 and SHA-256 in one pass over the bytes."""

from __future__ import annotations

import hashlib
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from vaern.records import Signal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

CHUNK = 1 << 20
"""Bytes read at a time: stays in the second-level cache while all three digests see it."""

THREAD_FROM = 8 << 20
"""Files of so many bytes are digested on two threads; for smaller ones starting a thread costs more than it
brings."""


def digest(data: bytes) -> tuple[Signal, ...]:
    """Digests of bytes in memory, in the order of `records.DIGEST_KINDS`."""
    view = memoryview(data)
    chunks = (view[at : at + CHUNK] for at in range(0, len(data), CHUNK))
    return _digest(chunks, threaded=len(data) >= THREAD_FROM)


def digest_stream(stream: BinaryIO, size: int) -> tuple[tuple[Signal, ...], int]:
    """Digests of a stream from where it stands to its end, and the number of bytes that there were.

    Args:
        stream: read once, in chunks.
        size: what to expect; it only decides whether a second thread is worth while.

    Raises:
        OSError: reading failed.
    """
    counter = _Counter(stream)
    signals = _digest(counter, threaded=size >= THREAD_FROM)
    return signals, counter.read


class _Counter:
    """The chunks of a stream, counted."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.read = 0

    def __iter__(self) -> Iterator[bytes]:
        while chunk := self.stream.read(CHUNK):
            self.read += len(chunk)
            yield chunk


def _digest(chunks: Iterable[bytes | memoryview], *, threaded: bool) -> tuple[Signal, ...]:
    md5 = hashlib.md5(usedforsecurity=False)
    sha1 = hashlib.sha1(usedforsecurity=False)
    sha256 = hashlib.sha256()
    if threaded:
        # With SHA instructions MD5 is as slow as the two others together: it gets a thread of its own.
        # hashlib releases the lock of the interpreter, and where all cores are busy the threads merely take
        # turns.
        with ThreadPoolExecutor(1) as other:
            ahead: list[Future[None]] = []
            for chunk in chunks:
                ahead.append(other.submit(md5.update, chunk))
                sha1.update(chunk)
                sha256.update(chunk)
                if len(ahead) > 4:  # bounds what a fast reader may hold in memory
                    ahead.pop(0).result()
    else:
        for chunk in chunks:
            md5.update(chunk)
            sha1.update(chunk)
            sha256.update(chunk)
    return Signal("md5", md5.digest()), Signal("sha1", sha1.digest()), Signal("sha256", sha256.digest())
