"""Combines the evidence of all chunks to tell which entries, subtrees and checkpoints are at fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.ledger import strays
from vaern.node.ledger.chunks import BLOCK_LEVEL, LEVEL
from vaern.node.ledger.findings import Finding, not_as_signed
from vaern.proofs.merkle import Frontier, hash_children, lift

if TYPE_CHECKING:
    from vaern.node.ledger.chunks import Chunk, Reading

TOPS = (20, 24)
"""The levels of stored subtrees that are larger than a chunk."""


class Judge:
    """Combines chunks, in order.

    Attributes:
        frontier: of the tree so far.
        proven: the largest size at which a checkpoint matches.
        without_note, erasures: as in `Chunk`, of all.
    """

    def __init__(self) -> None:
        self.frontier = Frontier()
        self.proven = 0
        self.without_note: list[int] = []
        self.erasures: dict[int, str] = {}
        self._single: list[Finding] = []
        self._contradicted: list[int] = []
        self._wrong_leaves: list[tuple[int, int]] = []
        self._wrong_subtrees: list[tuple[int, int]] = []
        self._chunks: list[bytes] = []

    def add(self, chunk: Chunk) -> None:
        """Take the next chunk."""
        reading = chunk.by_leaves
        if chunk.blocks and self._held(chunk.by_subtrees) > self._held(reading):
            reading = chunk.by_subtrees
        causes = _causes(chunk.blocks)
        low = [(level, index) for level, index in causes if level == BLOCK_LEVEL]
        if low and (reading is chunk.by_subtrees or not self._holds_later(chunk, low)):
            self._wrong_leaves += low
        else:
            self._wrong_subtrees += low
        self._wrong_subtrees += [node for node in causes if node[0] != BLOCK_LEVEL]
        for signed in reading.signed:
            if signed.problem:
                self._single.append(Finding(f"The checkpoint of {signed.size} entries was changed: {signed.problem}."))
            elif self._root(signed.within) == signed.root:
                self.proven = signed.size
            else:
                self._contradicted.append(signed.size)
        self._append(reading, chunk.end - chunk.start)
        self._single += chunk.findings
        self.without_note += chunk.without_note
        self.erasures |= chunk.erasures

    def _holds_later(self, chunk: Chunk, blocks: list[tuple[int, int]]) -> bool:
        """Whether a checkpoint proves the leaves of such blocks, so that the subtrees are at fault."""
        end = (blocks[-1][1] + 1) << BLOCK_LEVEL
        of_chunk = (LEVEL, chunk.start >> LEVEL)
        if of_chunk not in chunk.blocks and chunk.end - chunk.start == 1 << LEVEL:
            return True  # the larger subtree agrees with the leaves
        return any(
            signed.size >= end and not signed.problem and self._root(signed.within) == signed.root
            for signed in chunk.by_leaves.signed
        )

    def _root(self, within: bytes) -> bytes:
        for left in reversed(self.frontier.hashes):
            within = hash_children(left, within)
        return within

    def _held(self, reading: Reading) -> int:
        """Return how many checkpoints match under this reading of the chunk."""
        return sum(not signed.problem and self._root(signed.within) == signed.root for signed in reading.signed)

    def _append(self, reading: Reading, size: int) -> None:
        levels = [bit for bit in reversed(range(size.bit_length())) if size >> bit & 1]
        for level, hash_ in zip(levels, reading.hashes, strict=True):
            self.frontier.append(hash_, level)
            if level == LEVEL:
                self._chunks.append(hash_)

    def findings(self) -> list[Finding]:
        """Return what is wrong with entries, leaves, subtrees and checkpoints."""
        found = list(self._single)
        found += [
            Finding(f"The checkpoint of {size} entries was forged: a later one that holds says otherwise.")
            for size in self._contradicted
            if size < self.proven
        ]
        for level, index in self._wrong_subtrees + self._wrong_tops():
            positions = (index << level, (index + 1) << level)
            found.append(Finding(f"The stored subtree {level}/{index} does not fit its leaves.", (), positions))
        for start, end, why in [*map(_block, self._wrong_leaves), *self._unproven()]:
            found.append(not_as_signed(strays.entries_at(start, end), start, end, why))
        return found

    def _wrong_tops(self) -> list[tuple[int, int]]:
        """Return the mismatching stored subtrees of the highest levels."""
        found = []
        for level in TOPS:
            width = 1 << (level - LEVEL)
            made = lift(self._chunks[: len(self._chunks) // width * width], level - LEVEL)
            stored = strays.subtrees(level)
            found += [(level, index) for index, hash_ in enumerate(made) if stored.get(index) != hash_]
        return found

    def _unproven(self) -> list[tuple[int, int, str]]:
        """Return what lies between the last checkpoint that matches and the first that does not."""
        size = next((size for size in self._contradicted if size > self.proven), None)
        if size is not None:
            return [(self.proven, size, f"it does not make what the checkpoint of {size} entries signs")]
        if self.proven < self.frontier.size:
            return [(self.proven, self.frontier.size, "no checkpoint that holds covers it")]
        return []


def _causes(nodes: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the subtrees that contain none of the others."""
    parents = {(level + BLOCK_LEVEL, index >> BLOCK_LEVEL) for level, index in nodes}
    return [node for node in nodes if node not in parents]


def _block(node: tuple[int, int]) -> tuple[int, int, str]:
    level, index = node
    return index << level, (index + 1) << level, f"it does not make the stored subtree {level}/{index}"
