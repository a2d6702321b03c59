"""The ledger as a file: a proof bundle a line, each of which `tools/check_proof.py` checks without us.

Proofs of neighbours share most of their hashes, so they are made for some hundreds of entries at a time.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from vaern.node.ledger.bundles import FORMAT, texts
from vaern.node.ledger.keys import verifier_key
from vaern.node.ledger.leaf import leaf_bytes
from vaern.node.ledger.nodes import roots_of
from vaern.node.ledger.proofs import latest_checkpoint
from vaern.node.oversight.sight import conditions
from vaern.proofs.merkle import inclusion_ranges

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from vaern.node.ledger.models import Checkpoint, Entry
    from vaern.node.oversight.rules import Filters
    from vaern.node.oversight.sight import Sight

BATCH = 256


@dataclass(frozen=True)
class Export:
    """What is exported: entries that have a place under a checkpoint, in the order of their numbers."""

    checkpoint: Checkpoint | None
    entries: QuerySet[Entry]


def chosen(sight: Sight, filters: Filters) -> Export:
    """Return what a viewer exports: of what they may see, what the filters ask for and the last checkpoint covers."""
    checkpoint = latest_checkpoint()
    covered = sight.all_entries().filter(conditions(filters), leaf__position__lt=checkpoint.size if checkpoint else 0)
    return Export(checkpoint, covered)


def lines(export: Export) -> Iterator[bytes]:
    """Yield the file line by line; of an empty ledger, none."""
    if export.checkpoint is None:
        return
    head = {"format": FORMAT, "key": str(verifier_key()), "checkpoint": export.checkpoint.note}
    found = export.entries.select_related("leaf").iterator(BATCH)
    while batch := list(islice(found, BATCH)):
        yield from _proven(batch, export.checkpoint.size, head)


def _proven(batch: list[Entry], size: int, head: dict[str, Any]) -> Iterator[bytes]:
    paths = [inclusion_ranges(entry.leaf.position, size) for entry in batch]
    wanted = sorted({range_ for path in paths for range_ in path})
    roots = dict(zip(wanted, roots_of(wanted), strict=True))
    for entry, path in zip(batch, paths, strict=True):
        bundle = {
            **head,
            "leaf": leaf_bytes(entry).decode("ascii"),
            "position": entry.leaf.position,
            "inclusion": texts([roots[range_] for range_ in path]),
        }
        yield json.dumps(bundle, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
