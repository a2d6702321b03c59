"""The asker's side of a pair: what it has asked about in an epoch, with the tags that it was given for that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from vaern.node.crosscheck.intersection import places, tag_files
from vaern.node.crosscheck.rules.intersection_messages import CommonTags, common

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from numpy.typing import NDArray

    from vaern.node.crosscheck.intersection.tag_files import Read


def asked(asker: UUID, holder: UUID, epoch: int, public: bytes) -> NDArray[Any]:
    """Return the digests of all that was asked about with this key, in any run: `S32`."""
    files = sorted(places.tags_of(holder, asker).glob(f"{epoch}.*.asked"))
    found = [tag_files.kept(path, epoch, public)["digest"] for path in files]
    return np.concatenate([np.empty(0, "S32"), *found])


def remember(
    asker: UUID, holder: UUID, run: UUID, epoch: int, public: bytes, digests: NDArray[Any], tags: NDArray[np.uint64]
) -> None:
    """Remember what a run asked about, so that nothing is asked twice in an epoch, and people can agree to see more."""
    rows = np.empty(len(digests), tag_files.ROWS)
    rows["digest"], rows["tag"] = digests, tags
    tag_files.write(_path(asker, holder, run, epoch), epoch, public, rows)


def in_common(asker: UUID, holder: UUID, run: UUID, epoch: int, held: Read) -> tuple[NDArray[Any], CommonTags]:
    """Return the digests of the asker's keys in a run that both have now, and what the holder is told then.

    Only after people of both sides agreed. What the holder has erased since the run is not among them, and what it has
    come to hold since is.
    """
    rows = tag_files.kept(_path(asker, holder, run, epoch), epoch, held.public)
    found = rows[common(rows["tag"], held.rows)]
    return found["digest"], CommonTags(run, epoch, np.sort(found["tag"]).astype(tag_files.TAGS).tobytes())


def _path(asker: UUID, holder: UUID, run: UUID, epoch: int) -> Path:
    return places.tags_of(holder, asker) / f"{epoch}.{run}.asked"
