"""The stored nodes of the tree: every leaf, and the roots of complete subtrees at every fourth level."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from vaern.proofs.merkle import Frontier, blocks

if TYPE_CHECKING:
    from collections.abc import Iterable

    Node = tuple[int, int]

LEVELS = (24, 20, 16, 12, 8, 4, 0)
"""Of the stored nodes, the highest first. Any range is made of at most 15 nodes a level and side."""


NODES = """
    SELECT 0, position, hash FROM ledger_leaf WHERE position = ANY(%s::bigint[])
    UNION ALL
    SELECT level, index, hash FROM ledger_subtree JOIN unnest(%s::smallint[], %s::bigint[]) AS wanted (level, index)
    USING (level, index)
"""


class LedgerDamaged(Exception):
    """The stored tree is inconsistent; `vaern ledger verify` says where."""


def read_nodes(wanted: Iterable[Node]) -> dict[Node, bytes]:
    """Return the hashes of nodes, given as (level, index), in one round trip.

    Raises:
        LedgerDamaged: one is missing.
    """
    nodes = sorted(set(wanted))
    if not nodes:
        return {}
    leaves = [index for level, index in nodes if not level]
    levels, indexes = zip(*nodes, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(NODES, [leaves, list(levels), list(indexes)])
        found = {(level, index): bytes(hash_) for level, index, hash_ in cursor}
    missing = next((node for node in nodes if node not in found), None)
    if missing:
        raise LedgerDamaged(f"the node {missing[0]}/{missing[1]} of the ledger's tree is missing")
    return found


def roots_of(ranges: Iterable[tuple[int, int]]) -> list[bytes]:
    """Return the roots of ranges for the proofs of one tree; all their leaves exist."""
    parts = [(start, list(blocks(start, end, LEVELS))) for start, end in ranges]
    found = read_nodes(node for _, nodes in parts for node in nodes)
    roots = []
    for _, nodes in parts:
        frontier = Frontier()  # a range of a proof is a tree of its own
        for node in nodes:
            frontier.append(found[node], node[0])
        roots.append(frontier.root())
    return roots


def read_frontier(size: int) -> Frontier:
    """Return the frontier of the stored tree at a size.

    Raises:
        LedgerDamaged: a node is missing.
    """
    frontier = Frontier()
    nodes = list(blocks(0, size, LEVELS))
    found = read_nodes(nodes)
    for node in nodes:
        frontier.append(found[node], node[0])
    return frontier
