"""Two names on one file system that trade what they name, in one step: nobody ever meets one of them missing."""

from __future__ import annotations

import ctypes
import errno
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_HERE = -100  # AT_FDCWD: relative paths start at the current folder
_EXCHANGE = 2
_NOT_OFFERED = {errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP}


def swap(one: Path, other: Path) -> bool:
    """Let two files or folders trade places (Linux, `renameat2(2)` with `RENAME_EXCHANGE`; Python has no word for it).

    Returns:
        False where the system or the file system does not offer it; then nothing was done.

    Raises:
        OSError: as of `os.rename`.
    """
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    if renameat2(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _NOT_OFFERED:
        return False
    raise OSError(number, os.strerror(number), str(one), None, str(other))
