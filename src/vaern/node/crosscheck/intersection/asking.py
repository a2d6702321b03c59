"""The asker's side of a pair: what it has asked about in an epoch, with the tags that it was given for that.

A question to another node waits on disk, sealed: with its blinds, which are as secret as the values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from vaern.node.base.sealing import Unsealable, seal_bytes, unseal_bytes
from vaern.node.crosscheck.intersection import places, tag_files
from vaern.node.crosscheck.rules.intersection_messages import CommonTags, common
from vaern.node.crosscheck.rules.oblivious import ELEMENT

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from numpy.typing import NDArray

    from vaern.node.crosscheck.intersection.tag_files import Read


PENDING = "crosscheck private question"
"""For which a question that waits is sealed."""

_ASKED = np.dtype([("digest", "S32"), ("blind", "V32"), ("element", "V32")])


class Pending(NamedTuple):
    """A question that waits for its answer.

    Attributes:
        public: the key with which it has to be answered.
        digests: of the asker's keys, in the order in which they were sent: `S32`.
        blinds: by which the values were blinded, one after another.
        elements: as which they were sent.
    """

    public: bytes
    digests: NDArray[Any]
    blinds: bytes
    elements: bytes


def keep(asker: UUID, holder: UUID, run: UUID, epoch: int, pending: Pending) -> None:
    """Keep a question until its answer comes."""
    rows = np.empty(len(pending.digests), _ASKED)
    rows["digest"] = pending.digests
    rows["blind"], rows["element"] = (np.frombuffer(some, "V32") for some in (pending.blinds, pending.elements))
    tag_files.put(_waiting(asker, holder, run, epoch), seal_bytes(pending.public + rows.tobytes(), PENDING))


def pending(asker: UUID, holder: UUID, run: UUID, epoch: int) -> Pending | None:
    """Return a question that waits; None where there is none any more, or this node cannot read it."""
    path = _waiting(asker, holder, run, epoch)
    try:
        data = unseal_bytes(path.read_bytes(), PENDING)
    except (FileNotFoundError, Unsealable):
        return None
    rows = np.frombuffer(data[ELEMENT:], _ASKED)
    return Pending(data[:ELEMENT], rows["digest"], rows["blind"].tobytes(), rows["element"].tobytes())


def forget(asker: UUID, holder: UUID, run: UUID, epoch: int) -> None:
    """Erase a question that was answered, or never will be."""
    _waiting(asker, holder, run, epoch).unlink(missing_ok=True)


def _waiting(asker: UUID, holder: UUID, run: UUID, epoch: int) -> Path:
    return places.tags_of(holder, asker) / f"{epoch}.{run}.pending"


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
