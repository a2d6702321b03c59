"""Calls of the look-up service as the ledger covers them: found by their id, and proven."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from vaern.lookup.leaves import Leaf, read_leaf
from vaern.node.ledger.bundles import bundle
from vaern.node.ledger.proofs import NoProof
from vaern.node.lists.models import LookupBatch, LookupCall, LookupState
from vaern.proofs.calls import CallProof, EntryProof, inclusion_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from django.db.models import QuerySet

BY_TIME = 7
"""The version of UUIDs that say when they were made."""


class Kept(NamedTuple):
    """A call as the ledger covers it.

    Attributes:
        batch: with which calls it was entered.
        position: where it stands among them.
        leaves: of all of them.
    """

    batch: LookupBatch
    position: int
    leaves: list[bytes]

    @property
    def leaf(self) -> Leaf:
        """What is covered of it."""
        return read_leaf(self.leaves[self.position])


def find(batches: QuerySet[LookupBatch], call: UUID) -> Kept | None:
    """Return a call among some batches; None where it is in none of them."""
    for batch in _candidates(batches, call):
        leaves = zlib.decompress(bytes(batch.leaves)).split(b"\n") if batch.leaves else []
        for position, text in enumerate(leaves):
            if call.hex.encode() in text and read_leaf(text).call == call.hex:
                return Kept(batch, position, leaves)
    return None


def _candidates(batches: QuerySet[LookupBatch], call: UUID) -> Iterator[LookupBatch]:
    """Yield the batches that may have a call: that of its hits, or those of its moment, which its id says."""
    with_hits = LookupCall.everywhere.filter(pk=call).values("batch")
    if known := batches.filter(pk__in=with_hits).first():
        yield known
    elif call.version == BY_TIME:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=call.int >> 80)
        yield from batches.filter(at__lte=moment, until__gte=moment).order_by("pk")


def proof_of(kept: Kept) -> CallProof:
    """Return the proof of a call.

    Raises:
        NoProof: its entry has no place in the ledger yet.
    """
    if kept.batch.entry is None:
        raise NoProof("the call has no entry in the ledger")
    return CallProof(
        call=kept.leaves[kept.position].decode(),
        position=kept.position,
        calls=len(kept.leaves),
        inclusion=tuple(one.hex() for one in inclusion_in(kept.leaves, kept.position)),
        lists=tuple((str(name), str(release), int(at)) for name, release, at in _asked(kept) or ()),
        entry=msgspec.convert(bundle(kept.batch.entry), EntryProof),
    )


def releases_of(kept: Kept) -> list[dict[str, Any]] | None:
    """Return the lists that a call was answered from; None where that is not kept any more."""
    lists = _asked(kept)
    return None if lists is None else [dict(zip(("name", "release", "sequence"), one, strict=True)) for one in lists]


def _asked(kept: Kept) -> list[list[Any]] | None:
    """Return name, release and sequence of the lists that a call was answered from; None where that is kept no more."""
    state = LookupState.objects.filter(pk=kept.leaf.index).first()
    return state.lists if state else None
