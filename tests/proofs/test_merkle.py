"""The Merkle tree: against the definition of the RFC, and against other people's vectors."""

from __future__ import annotations

import base64
import json
import tarfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.proofs.merkle import (
    EMPTY,
    Frontier,
    blocks,
    consistency_ranges,
    hash_children,
    hash_leaf,
    inclusion_ranges,
    lift,
    verify_consistency,
    verify_inclusion,
    verify_subtree,
)

if TYPE_CHECKING:
    from pathlib import Path

LEAVES = [hash_leaf(bytes([number])) for number in range(80)]
sizes = st.integers(1, len(LEAVES))


def root_by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 9162 §2.1.1, over hashes of leaves, word for word."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hash_children(root_by_definition(leaves[:k]), root_by_definition(leaves[k:]))


def proof_of(ranges: list[tuple[int, int]]) -> list[bytes]:
    return [root_by_definition(LEAVES[start:end]) for start, end in ranges]


@given(sizes)
def test_a_frontier_has_the_root_of_the_definition(size: int) -> None:
    frontier = Frontier()
    for number, leaf in enumerate(LEAVES[:size]):
        assert frontier.root() == root_by_definition(LEAVES[:number])
        frontier.append(leaf)
    assert frontier.root() == root_by_definition(LEAVES[:size])
    assert Frontier(frontier.size, frontier.hashes).root() == frontier.root()


@given(sizes, st.lists(st.integers(0, 4), max_size=3))
def test_complete_subtrees_may_be_appended_whole(size: int, stored: list[int]) -> None:
    levels = sorted({0, *stored}, reverse=True)
    frontier = Frontier()
    for level, index in blocks(0, size, levels):
        leaves = LEAVES[index << level : (index + 1) << level]
        assert [root_by_definition(leaves)] == lift(leaves, level)
        frontier.append(root_by_definition(leaves), level)
    assert frontier.size == size
    assert frontier.root() == root_by_definition(LEAVES[:size])


def test_a_subtree_begins_only_where_it_fits() -> None:
    with pytest.raises(ValueError, match="no subtree of level 1 begins at 1"):
        Frontier(1, [LEAVES[0]]).append(LEAVES[1], 1)
    with pytest.raises(ValueError, match="2 subtrees, not 1"):
        Frontier(3, [LEAVES[0]])


@pytest.mark.parametrize("size", range(1, 34))
def test_every_inclusion_proof_holds_for_its_leaf_alone(size: int) -> None:
    root = root_by_definition(LEAVES[:size])
    for position in range(size):
        proof = proof_of(inclusion_ranges(position, size))
        for other in range(-1, size + 2):
            assert verify_inclusion(LEAVES[position], other, size, proof, root) == (other == position)
        assert not verify_inclusion(LEAVES[-1], position, size, proof, root)


@pytest.mark.parametrize("new", range(1, 34))
def test_every_consistency_proof_holds_for_its_sizes_alone(new: int) -> None:
    roots = [root_by_definition(LEAVES[:size]) for size in range(36)]
    for old in range(1, new + 1):
        proof = proof_of(consistency_ranges(old, new))
        assert verify_consistency(old, new, proof, roots[old], roots[new])
        for other in range(35):
            assert verify_consistency(other, new, proof, roots[old], roots[new]) == (other == old)


@given(st.data())
def test_a_changed_proof_does_not_hold(data: st.DataObject) -> None:
    new = data.draw(sizes)
    old = data.draw(st.integers(1, new))
    proof = proof_of(consistency_ranges(old, new))
    wrong = list(proof)
    change = data.draw(st.sampled_from(["add", "remove", "replace", "swap"] if proof else ["add"]))
    place = data.draw(st.integers(0, max(len(proof) - 1, 0)))
    if change == "add":
        wrong.insert(place, LEAVES[0])
    elif change == "remove":
        del wrong[place]
    elif change == "replace":
        wrong[place] = bytes(32)
    else:
        wrong[place], wrong[0] = wrong[0], wrong[place]
    roots = root_by_definition(LEAVES[:old]), root_by_definition(LEAVES[:new])
    assert verify_consistency(old, new, wrong, *roots) == (wrong == proof)


@given(sizes, st.integers(-2, 100))
def test_there_is_no_proof_of_what_is_not_there(size: int, number: int) -> None:
    if not 0 <= number < size:
        with pytest.raises(ValueError, match="no position"):
            inclusion_ranges(number, size)
    if not 0 < number <= size:
        with pytest.raises(ValueError, match="no beginning"):
            consistency_ranges(number, size)


def test_the_published_vectors(vectors: Path) -> None:
    """The proofs of transparency-dev/merkle, good and bad: 98 + 98 + 204 + 118 files."""
    seen = dict.fromkeys(("inclusion", "consistency", "subtreeinclusion", "subtreeconsistency"), 0)
    with tarfile.open(vectors / "transparency-log" / "rfc6962-merkle-testdata.tar.gz") as archive:
        for member in archive:
            if member.name.endswith(".json") and (file := archive.extractfile(member)):
                kind = member.name.split("testdata/")[1].split("/")[0]
                case = json.load(file)
                assert holds(kind, case) != case["wantErr"], member.name
                seen[kind] += 1
    assert seen == {"inclusion": 98, "consistency": 98, "subtreeinclusion": 204, "subtreeconsistency": 118}


def holds(kind: str, case: dict) -> bool:
    def hashes(name: str) -> bytes:
        return base64.b64decode(case[name])

    proof = [base64.b64decode(text) for text in case["proof"] or []]
    if kind == "inclusion":
        return verify_inclusion(hashes("leafHash"), case["leafIdx"], case["treeSize"], proof, hashes("root"))
    if kind == "consistency":
        return verify_consistency(case["size1"], case["size2"], proof, hashes("root1"), hashes("root2"))
    if kind == "subtreeinclusion":
        start, size = case["start"], case["end"] - case["start"]
        if size <= 0 or start % (1 << (size - 1).bit_length()):
            return False
        return verify_inclusion(hashes("leafHash"), case["leafIdx"] - start, size, proof, hashes("root"))
    return verify_subtree(case["start"], case["end"], case["size"], proof, hashes("root1"), hashes("root2"))
