"""The Merkle tree of RFC 9162 §2.1 (the same tree as RFC 6962's): roots, and proofs and their verification. Pure.

A *range* is a half-open interval of positions, `(start, end)`. A proof consists of roots of ranges; this module decides
which ranges, and the caller that stores the leaves supplies the roots (`proofs.py`).
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    Range = tuple[int, int]

EMPTY = sha256(b"").digest()
"""The root of the tree without leaves."""


def hash_leaf(data: bytes) -> bytes:
    """Return the hash of a leaf: SHA-256 over a 0x00 byte and its bytes."""
    return sha256(b"\0" + data).digest()


def hash_children(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node: SHA-256 over a 0x01 byte and the two hashes."""
    return sha256(b"\1" + left + right).digest()


def halve(hashes: Sequence[bytes]) -> list[bytes]:
    """Return the nodes one level up; the number of hashes is even."""
    pairs = iter(hashes)
    return [sha256(b"\1" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]


def lift(hashes: Sequence[bytes], levels: int) -> list[bytes]:
    """Return the nodes that many levels up; the number of hashes is a multiple of 2^levels."""
    for _ in range(levels):
        hashes = halve(hashes)
    return list(hashes)


class Frontier:
    """The roots of the complete subtrees that make up a tree: all that is needed to extend it.

    Attributes:
        size: number of leaves.
        hashes: one for each bit set in `size`, largest subtree first.
    """

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size, self.hashes = size, list(hashes)
        if len(self.hashes) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves is made of {size.bit_count()} subtrees, not {len(self.hashes)}")

    def append(self, hash_: bytes, level: int = 0) -> None:
        """Add a leaf, or the root of a complete subtree of 2^level leaves.

        Raises:
            ValueError: no subtree of that size can begin here.
        """
        if self.size & ((1 << level) - 1):
            raise ValueError(f"no subtree of level {level} begins at {self.size}")
        rest = self.size >> level
        while rest & 1:
            hash_ = sha256(b"\1" + self.hashes.pop() + hash_).digest()
            rest >>= 1
        self.hashes.append(hash_)
        self.size += 1 << level

    def extend(self, hashes: Iterable[bytes], levels: Container[int] = ()) -> Iterator[tuple[int, int, bytes]]:
        """Add leaves; yield (level, index, root) of each subtree of the named levels as it becomes complete."""
        for leaf in hashes:
            hash_, level, rest = leaf, 0, self.size
            while rest & 1:
                hash_ = sha256(b"\1" + self.hashes.pop() + hash_).digest()
                level, rest = level + 1, rest >> 1
                if level in levels:
                    yield level, rest, hash_
            self.hashes.append(hash_)
            self.size += 1

    def root(self) -> bytes:
        """Return the root of the tree."""
        if not self.hashes:
            return EMPTY
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = hash_children(left, root)
        return root


def root_of(hashes: Iterable[bytes]) -> bytes:
    """Return the root of the tree over the hashes of some leaves."""
    tree = Frontier()
    for hash_ in hashes:
        tree.append(hash_)
    return tree.root()


def blocks(start: int, end: int, levels: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the largest complete subtrees that make up a range, as (level, index), from left to right.

    Args:
        start, end: the range.
        levels: those that are stored, the highest first; the last is 0.
    """
    while start < end:
        level = next(level for level in levels if start % (1 << level) == 0 and start + (1 << level) <= end)
        yield level, start >> level
        start += 1 << level


def _split(size: int) -> int:
    """Return the largest power of two below a size of 2 or more."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_ranges(position: int, size: int) -> list[Range]:
    """Return the ranges whose roots are the inclusion proof of a leaf, in the proof's order (RFC 9162 §2.1.3.1).

    Raises:
        ValueError: the tree has no such leaf.
    """
    if not 0 <= position < size:
        raise ValueError(f"a tree of {size} leaves has no position {position}")
    start, end, found = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if position < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return found[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """Return the ranges whose roots are the consistency proof of two sizes, in the proof's order (RFC 9162 §2.1.4.1).

    Raises:
        ValueError: the first size is not between 1 and the second.
    """
    if not 0 < old <= new:
        raise ValueError(f"a tree of {old} leaves is no beginning of a tree of {new}")
    start, end, found = 0, new, []
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    if start:
        found.append((start, end))
    return found[::-1]


def root_of_inclusion(leaf: bytes, position: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """Return the root that an inclusion proof computes, None if the proof is malformed (RFC 9162 §2.1.3.2)."""
    if not 0 <= position < size or any(len(hash_) != 32 for hash_ in (leaf, *proof)):
        return None
    node, last, root = position, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return None
        if node & 1 or node == last:
            root = hash_children(sibling, root)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            root = hash_children(root, sibling)
        node, last = node >> 1, last >> 1
    return root if last == 0 else None


def verify_inclusion(leaf: bytes, position: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows that the leaf's hash is at that position in the tree with that root."""
    return root_of_inclusion(leaf, position, size, proof) == root


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether the proof shows that the new tree extends the old one (RFC 9162 §2.1.4.2).

    An empty old tree proves nothing: the answer is False.
    """
    return old > 0 and verify_subtree(0, old, new, proof, old_root, new_root)


def verify_subtree(  # noqa: PLR0913 - as the draft has it
    start: int, end: int, size: int, proof: Sequence[bytes], node: bytes, root: bytes
) -> bool:
    """Whether the proof shows that a range with root `node` is part of the tree (Merkle Tree Certificates §4.4).

    For a start of 0 this is a consistency proof.
    """
    if not 0 <= start <= end <= size or any(len(hash_) != 32 for hash_ in proof):
        return False
    if start == end:
        return not proof and node == EMPTY
    if start % (1 << (end - start - 1).bit_length()):
        return False
    return _roots_of_range((start, end), size, proof, node) == (node, root)


def _roots_of_range(range_: Range, size: int, proof: Sequence[bytes], node: bytes) -> tuple[bytes, bytes] | None:
    """Return the roots of range and tree that a proof computes, starting from `node`; None if it is malformed."""
    first, second, last = range_[0], range_[1] - 1, size - 1
    while first != second and (second == last or second & 1):
        first, second, last = first >> 1, second >> 1, last >> 1
    rest = iter(proof)
    seed = node if first == second else next(rest, None)
    if seed is None:
        return None
    of_range = of_tree = seed
    for sibling in rest:
        if last == 0:
            return None
        if second & 1 or second == last:
            if first < second:
                of_range = hash_children(sibling, of_range)
            of_tree = hash_children(sibling, of_tree)
            while not second & 1:
                first, second, last = first >> 1, second >> 1, last >> 1
        else:
            of_tree = hash_children(of_tree, sibling)
        first, second, last = first >> 1, second >> 1, last >> 1
    return (of_range, of_tree) if last == 0 else None
