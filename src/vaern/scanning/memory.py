"""How much memory a scan may take, and whether the machine has so much."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from vaern.scanning.options import GIGABYTE

if TYPE_CHECKING:
    from vaern.scanning.options import ScanOptions

WORKER = GIGABYTE // 5
"""Bytes of a worker before it decodes anything, as measured."""

_CGROUP = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def most(options: ScanOptions) -> int:
    """Bytes that all workers together may take at worst."""
    return options.workers * (WORKER + options.memory_limit)


def available() -> int:
    """Bytes that this machine, or the container we are in, has."""
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for path in _CGROUP:
        with suppress(OSError, ValueError):  # "max": no limit
            limits.append(int(path.read_text("ascii")))
    return min(limits)


def lack_of_memory(options: ScanOptions, there: int) -> str:
    """What to say when the workers may take more than `there` bytes; empty when they may not."""
    need = most(options)
    if need <= there:
        return ""
    return (
        f"{options.workers} workers may take {need / GIGABYTE:.1f} GB of memory at worst, and this machine has "
        f"{there / GIGABYTE:.1f} GB: give fewer --jobs or less --memory if decoders are killed"
    )
