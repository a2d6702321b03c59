"""Publicly verifiable proofs: that an entry is in the ledger, and that a new state extends an old one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.ledger.models import Checkpoint, Leaf
from vaern.node.ledger.nodes import roots_of
from vaern.proofs.merkle import consistency_ranges, inclusion_ranges

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet


class NoProof(Exception):
    """There is no such proof; the message says why."""


def latest_checkpoint() -> Checkpoint | None:
    """Return the newest checkpoint; None before the first entry has been sequenced."""
    return Checkpoint.objects.order_by("-size").first()


def published_checkpoint() -> Checkpoint | None:
    """Return the public checkpoint: the newest from before the current hour (UTC).

    The size of the newest one would reveal to anybody, within a second, that a public report has arrived.
    """
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    return Checkpoint.objects.filter(at__lt=hour).order_by("-size").first()


def inclusion_proof(position: int, size: int) -> list[bytes]:
    """Return the hashes that lead from the leaf at a position to the root of the tree of a size (RFC 9162 §2.1.3).

    Raises:
        NoProof: the ledger was never that large, or the tree has no such position.
    """
    return _proof(inclusion_ranges, position, size)


def consistency_proof(old: int, new: int) -> list[bytes]:
    """Return the hashes that show that the new tree extends the old one (RFC 9162 §2.1.4).

    Raises:
        NoProof: the ledger was never that large, or the sizes are not 0 < old <= new.
    """
    return _proof(consistency_ranges, old, new)


def _proof(ranges_of: Callable[[int, int], list[tuple[int, int]]], first: int, size: int) -> list[bytes]:
    try:
        ranges = ranges_of(first, size)
    except ValueError as error:
        raise NoProof(str(error)) from None
    latest = latest_checkpoint()
    if latest is None or size > latest.size:
        raise NoProof(f"the ledger has {latest.size if latest else 0} entries, not {size}")
    return roots_of(ranges)


def position_of(entry: int) -> int:
    """Return the position of an entry.

    Raises:
        NoProof: there is no such entry, or it has not been sequenced yet.
    """
    return _position(Leaf.objects.filter(entry=entry), f"entry {entry} has no place in the ledger (yet)")


def position_of_hash(hash_: bytes) -> int:
    """Return the position of the leaf with this hash.

    Raises:
        NoProof: there is none.
    """
    return _position(Leaf.objects.filter(hash=hash_), "no leaf of the ledger has this hash (yet)")


def _position(leaves: QuerySet[Leaf], otherwise: str) -> int:
    found = leaves.values_list("position", flat=True).first()
    if found is None:
        raise NoProof(otherwise)
    return found
