"""Files in, records out as they come: the way of `vaern hash`, which matches nothing and writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.records import Media
from vaern.scanning.options import ScanOptions
from vaern.scanning.pool import Pool
from vaern.scanning.process import WORKER
from vaern.scanning.tasks import opened
from vaern.scanning.walk import roots_of, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_TICK_SECONDS = 0.1


def hash_paths(
    paths: Sequence[Path], options: ScanOptions | None = None, worker: Sequence[str] = WORKER
) -> Iterator[Media]:
    """Hash folders, files and what is in archives, in sandboxed workers.

    Args:
        paths: what to hash; read in place and never changed.
        options: as of a scan.
        worker: how to start the process that forks workers.

    Yields:
        A record for each thing, as soon as it is known; members of an archive before the archive.

    Raises:
        Refusal: there is nothing to hash, or workers cannot be started.
    """
    items = walk(roots_of(paths))
    walking = True
    with Pool(options or ScanOptions(), worker) as pool:
        while walking or not pool.is_idle:
            while walking and pool.has_room:
                item = next(items, None)
                task = opened(item) if item is not None else None
                if isinstance(task, Media):
                    yield task
                elif task is not None:
                    pool.submit(task)
                walking = item is not None
            if not pool.is_idle:
                yield from [result.media for result in pool.wait(_TICK_SECONDS)]
