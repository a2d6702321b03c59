"""In which state a file was: enough to see, without reading it whole, that it is not what it was."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress

ENDS = 64 << 10
"""Bytes at the beginning and at the end that count: there a zip has its directory and a packed tar its checksum."""


def state_of(descriptor: int) -> str:
    """A digest (32 hexadecimal digits) of a file's size, its modification time and its two ends.

    What changes the middle alone, and keeps size and time, is not seen.
    """
    info = os.fstat(descriptor)
    digest = hashlib.blake2b(f"{info.st_size} {info.st_mtime_ns} ".encode(), digest_size=16)
    for at in (0, max(ENDS, info.st_size - ENDS)):
        with suppress(OSError):  # the medium is damaged here, as who reads the file will say
            digest.update(os.pread(descriptor, ENDS, at))
    return digest.hexdigest()
