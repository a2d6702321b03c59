"""The asker's side of a pair: what it has asked about in an epoch, with the tags that it was given for that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from vaern.node.crosscheck.intersection import places, tag_files
from vaern.node.crosscheck.rules.intersection_messages import CommonTags, common

if TYPE_CHECKING:
    from uuid import UUID

    from numpy.typing import NDArray

    from vaern.node.crosscheck.intersection.tag_files import Read


def asked(asker: UUID, holder: UUID, epoch: int, public: bytes) -> NDArray[Any]:
    """Return what was asked about with this key: rows of digest and tag, in the order of the digests."""
    return tag_files.kept(places.tags_of(holder, asker) / f"{epoch}.asked", epoch, public)


def remember(
    asker: UUID, holder: UUID, epoch: int, public: bytes, digests: NDArray[Any], tags: NDArray[np.uint64]
) -> None:
    """Remember what was asked about, so that nothing is asked twice in an epoch, and people can agree to see more."""
    new = np.empty(len(digests), tag_files.ROWS)
    new["digest"], new["tag"] = digests, tags
    both = np.concatenate([asked(asker, holder, epoch, public), new])
    path = places.tags_of(holder, asker) / f"{epoch}.asked"
    tag_files.write(path, epoch, public, both[np.argsort(both["digest"])])


def in_common(asker: UUID, holder: UUID, run: UUID, epoch: int, held: Read) -> tuple[NDArray[Any], CommonTags]:
    """Return the digests of the asker's keys that both have now, and what the holder is told then.

    Only after people of both sides agreed. Of all that was asked about in the epoch: what the holder has erased since
    is not among them.
    """
    rows = asked(asker, holder, epoch, held.public)
    found = rows[common(rows["tag"], held.rows)]
    return found["digest"], CommonTags(run, epoch, np.sort(found["tag"]).astype(tag_files.TAGS)[:10_000].tobytes())
