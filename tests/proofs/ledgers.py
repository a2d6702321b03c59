"""Ledgers of the tests that are no database: some leaves, and what is said and proven of them. Also forks of them."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from functools import cache

from vaern.proofs.checkpoints import Checkpointed, SigningKey
from vaern.proofs.merkle import EMPTY, consistency_ranges, hash_leaf, inclusion_ranges, root_of
from vaern.proofs.note_keys import CosigningKey, Kind, NoteKey

ORIGIN = "ledger.example"


@dataclass
class Ledger:
    """A ledger that says of each size one thing, and a fork of it that says another from some position on.

    Attributes:
        key: with which it signs.
        leaves: the bytes of its leaves.
    """

    key: SigningKey = field(default_factory=lambda: SigningKey.fresh(ORIGIN))
    leaves: list[bytes] = field(default_factory=list)

    @classmethod
    def of(cls, size: int, key: SigningKey | None = None) -> Ledger:
        """A ledger of so many synthetic leaves."""
        return cls(key or SigningKey.fresh(ORIGIN), [b"entry %d (synthetic)" % number for number in range(size)])

    def fork(self, at: int, word: bytes = b"another") -> Ledger:
        """The same ledger, signed by the same key, that tells another story from a position on."""
        return Ledger(self.key, self.leaves[:at] + [b"%b %b" % (word, leaf) for leaf in self.leaves[at:]])

    @property
    def verifier(self) -> NoteKey:
        return NoteKey.parse(str(self.key.verifier))

    def root(self, size: int) -> bytes:
        return root_of(hash_leaf(leaf) for leaf in self.leaves[:size]) if size else EMPTY

    def text(self, size: int) -> str:
        """The text of the checkpoint of a size."""
        return Checkpointed(self.key.name, size, self.root(size)).text()

    def checkpoint(self, size: int) -> str:
        """The checkpoint of a size, signed."""
        return self.key.sign(self.text(size))

    def consistency(self, old: int, size: int) -> list[bytes]:
        """The consistency proof; nothing where there is nothing to prove."""
        return self._hashes(consistency_ranges(old, size)) if 0 < old <= size else []

    def inclusion(self, position: int, size: int) -> list[bytes]:
        """The inclusion proof."""
        return self._hashes(inclusion_ranges(position, size))

    def submission(self, old: int, size: int, proof: list[bytes] | None = None) -> bytes:
        """The body with which a witness is asked, as C2SP tlog-witness says."""
        given = self.consistency(old, size) if proof is None else proof
        lines = [f"old {old}", *(base64.b64encode(one).decode() for one in given), "", self.checkpoint(size)]
        return "\n".join(lines).encode()

    def _hashes(self, ranges: list[tuple[int, int]]) -> list[bytes]:
        return [root_of(hash_leaf(leaf) for leaf in self.leaves[start:end]) for start, end in ranges]


@cache
def cosigners(number: int) -> tuple[CosigningKey, ...]:
    """So many witnesses' keys, of both kinds in turn."""
    kinds = (Kind.ED25519, Kind.ML_DSA_44)
    return tuple(CosigningKey.fresh(f"w{one}.example/witness", kinds[one % 2]) for one in range(number))
