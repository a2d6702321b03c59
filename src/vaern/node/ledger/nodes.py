"""The stored nodes of the tree: every leaf, and the roots of complete subtrees at three levels."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from django.db import connection

from vaern.node.ledger.merkle import Frontier, blocks

if TYPE_CHECKING:
    from collections.abc import Iterable

    Node = tuple[int, int]

LEVELS = (24, 16, 8, 0)
"""Of the stored nodes, the highest first. Any range is made of at most 255 nodes a level and side."""


class LedgerDamaged(Exception):  # noqa: N818 - it says what is the case
    """The stored tree does not hold together; `vaern ledger verify` says where."""


def read_nodes(wanted: Iterable[Node]) -> dict[Node, bytes]:
    """Return the hashes of nodes, given as (level, index), in one round trip.

    Raises:
        LedgerDamaged: one is missing.
    """
    nodes = sorted(set(wanted))
    if not nodes:
        return {}
    queries, values = [], []
    for (level, _), run in groupby(enumerate(nodes), key=lambda pair: (pair[1][0], pair[1][1] - pair[0])):
        indexes = [index for _, (_, index) in run]
        values += [level, indexes[0], indexes[-1]]
        queries.append(
            "SELECT %s::int, index, hash FROM ledger_subtree WHERE level = %s AND index BETWEEN %s AND %s"
            if level
            else "SELECT %s::int, position, hash FROM ledger_leaf WHERE position BETWEEN %s AND %s"
        )
        values[-2:-2] = [level] if level else []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(queries), values)
        found = {(level, index): bytes(hash_) for level, index, hash_ in cursor}
    missing = next((node for node in nodes if node not in found), None)
    if missing:
        raise LedgerDamaged(f"the node {missing[0]}/{missing[1]} of the ledger's tree is missing")
    return found


def roots_of(ranges: Iterable[tuple[int, int]]) -> list[bytes]:
    """Return the roots of ranges as the proofs of one tree need them; all their leaves exist."""
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
