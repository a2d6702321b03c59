"""The proof that a call of the look-up service stands in the ledger: made here, and checked here by whoever has it.

From the call to the ledger in four steps: the leaf that covers the call, its place in the tree of its batch, the root
of that tree in an entry, and that entry in a signed checkpoint. Pure; no Django.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

from vaern.lookup.leaves import Leaf, LeafError, read_leaf
from vaern.lookup.wire import index_of
from vaern.proofs import tags
from vaern.proofs.checkpoints import CheckpointError, open_checkpoint
from vaern.proofs.merkle import hash_leaf, inclusion_ranges, root_of, verify_inclusion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.proofs.checkpoints import VerifierKey

FORMAT = "vaern-lookup-proof/1"


class EntryProof(msgspec.Struct, frozen=True):
    """The proof of an entry of the ledger, as `vaern ledger prove` prints it; see `ledger-format.md`."""

    leaf: str
    position: int
    inclusion: tuple[str, ...]
    checkpoint: str
    key: str
    format: str = "vaern-proof/1"


class CallProof(msgspec.Struct, frozen=True):
    """The proof of a call.

    Attributes:
        call: its leaf, as text.
        position, calls: where it stands in its batch, and how many calls the batch has.
        inclusion: the inclusion proof (RFC 9162 §2.1.3) for the root of the batch; hashes in hexadecimal.
        lists: name, release and sequence of each list that was asked, in their order; none where that is not kept.
        entry: the proof of the entry that has the batch's root.
    """

    call: str
    position: int
    calls: int
    inclusion: tuple[str, ...]
    lists: tuple[tuple[str, str, int], ...]
    entry: EntryProof
    format: str = FORMAT


class ProofBroken(ValueError):
    """A proof does not hold.

    Attributes:
        place: which member of it.
    """

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"{place}: {why}")
        self.place = place


def inclusion_in(leaves: Sequence[bytes], position: int) -> list[bytes]:
    """Return the inclusion proof of a leaf in the tree over some leaves."""
    hashes = [hash_leaf(leaf) for leaf in leaves]
    return [root_of(hashes[start:end]) for start, end in inclusion_ranges(position, len(hashes))]


def read_proof(text: str | bytes) -> CallProof:
    """Read what `vaern lookup prove` printed.

    Raises:
        ProofBroken: it is no such proof; the place is the member that is not as it should be.
    """
    try:
        found = msgspec.json.decode(text, type=CallProof)
    except (ValueError, RecursionError) as error:
        what, _, place = str(error).partition(" - at `$.")
        raise ProofBroken(place.rstrip("`") or "the proof", what) from error
    if found.format != FORMAT:
        raise ProofBroken("format", f"{found.format!r}; this version reads {FORMAT!r}")
    return found


def check_proof(proof: CallProof, key: VerifierKey) -> Leaf:
    """Return what is proven of the call.

    Args:
        proof: of the call.
        key: of the ledger, which came at another time or by another way than the proof.

    Raises:
        ProofBroken: it does not hold; the place is the first member that does not fit.
    """
    said = _entry(proof.entry, key)
    try:
        leaf = read_leaf(proof.call)
    except LeafError as error:
        raise ProofBroken("call", str(error)) from error
    if said.get("calls") != str(proof.calls):
        raise ProofBroken("calls", f"the entry is of {said.get('calls', 'no')} calls, not of {proof.calls}")
    root = _bytes([said.get("root_a", "") + said.get("root_b", "")], "entry.leaf")[0]
    if not verify_inclusion(
        hash_leaf(proof.call.encode()), proof.position, proof.calls, _bytes(proof.inclusion, "inclusion"), root
    ):
        raise ProofBroken("call", "this text at this position does not lead to the root that the entry has")
    if proof.lists and index_of(proof.lists) != leaf.index:
        raise ProofBroken("lists", "these are not the lists that the call was answered from")
    return leaf


def _entry(proof: EntryProof, key: VerifierKey) -> dict[str, str]:
    """Return the tags of an entry that is proven to be in the ledger."""
    try:
        checkpoint = open_checkpoint(proof.checkpoint, key)
    except CheckpointError as error:
        raise ProofBroken("entry.checkpoint", str(error)) from error
    inclusion = _bytes(proof.inclusion, "entry.inclusion")
    if not verify_inclusion(
        hash_leaf(proof.leaf.encode()), proof.position, checkpoint.size, inclusion, checkpoint.root
    ):
        raise ProofBroken("entry.leaf", "this entry at this position is not in the ledger that was signed")
    try:
        return tags.read(json.loads(proof.leaf)["tags"])
    except (ValueError, KeyError, TypeError) as error:
        raise ProofBroken("entry.leaf", "it is no entry of look-ups") from error


def _bytes(texts: Sequence[str], place: str) -> list[bytes]:
    try:
        return [bytes.fromhex(text) for text in texts]
    except ValueError as error:
        raise ProofBroken(place, "a hash is not hexadecimal") from error


def written(proof: CallProof) -> dict[str, Any]:
    """Return a proof ready for JSON."""
    found: dict[str, Any] = msgspec.to_builtins(proof)
    return found
