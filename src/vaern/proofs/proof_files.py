"""Proof files: that an entry stands in a witnessed ledger, in one file that anybody verifies offline. Pure.

C2SP tlog-proof at 5ba5ee8, read on 2026-11-30. The bytes of the entry's leaf stand in the line `extra`, because the
verifier has to know what was logged; they are believed only for leading to the root that was signed.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vaern.proofs.checkpoints import CheckpointError, canonical
from vaern.proofs.judging import witnessed
from vaern.proofs.merkle import hash_leaf, verify_inclusion

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vaern.proofs.judging import Witnessed
    from vaern.proofs.note_keys import NoteKey
    from vaern.proofs.policy import Policy

FIRST = "c2sp.org/tlog-proof@v1"
SUFFIX = ".tlog-proof"
LARGEST = 1 << 20
"""Bytes of a proof that is read: sixty-odd hashes, some ten signatures and a leaf are a fiftieth of it."""

MOST_HASHES = 63
DECIMAL = re.compile(r"(?:0|[1-9][0-9]{0,18})\Z", re.ASCII)


@dataclass(frozen=True)
class Proof:
    """What a proof file holds.

    Attributes:
        leaf: the bytes of the entry's leaf.
        position: where it stands.
        inclusion: the inclusion proof for the checkpoint's size, the lowest hash first (RFC 6962 §2.1.1).
        checkpoint: with its cosignatures.
    """

    leaf: bytes
    position: int
    inclusion: tuple[bytes, ...]
    checkpoint: str

    def text(self) -> str:
        """Return the file."""
        lines = [FIRST, f"extra {_encoded(self.leaf)}", f"index {self.position}", *map(_encoded, self.inclusion)]
        return "\n".join([*lines, "", self.checkpoint])

    @classmethod
    def parse(cls, data: bytes) -> Proof:
        """Read a file.

        Raises:
            CheckpointError: it is no proof, or holds no leaf.
        """
        if len(data) > LARGEST:
            raise CheckpointError(f"a proof has at most {LARGEST} bytes")
        try:
            head, gap, checkpoint = data.decode("utf-8").partition("\n\n")
        except UnicodeDecodeError:
            raise CheckpointError("this is no proof: it is not UTF-8") from None
        lines = head.split("\n")
        if not gap or lines[0] != FIRST:
            raise CheckpointError(f"this is no proof: it begins with {FIRST}, and has an empty line")
        if len(lines) < 3 or not lines[1].startswith("extra ") or not lines[2].startswith("index "):
            raise CheckpointError("the proof has no lines extra (the entry's leaf) and index")
        leaf, position = canonical(lines[1].removeprefix("extra ")), lines[2].removeprefix("index ")
        if not leaf or not DECIMAL.match(position):
            raise CheckpointError("the lines extra and index of the proof cannot be read")
        return cls(leaf, int(position), hashes(lines[3:]), checkpoint)

    def verify(self, policy: Policy, ours: Iterable[NoteKey] = ()) -> Witnessed:
        """Verify all of it, and return by whom the checkpoint was cosigned.

        Raises:
            CheckpointError: something does not hold; the message says what.
        """
        found = witnessed(self.checkpoint, policy, ours)
        checkpoint = found.checkpoint
        leaf = hash_leaf(self.leaf)
        if not verify_inclusion(leaf, self.position, checkpoint.size, self.inclusion, checkpoint.root):
            raise CheckpointError("the entry is not in the tree of the checkpoint")
        return found


def hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    """Read hashes, one in base64 on each line.

    Raises:
        CheckpointError: one is damaged, or there are more than any proof has.
    """
    found = tuple(map(canonical, lines))
    if len(found) > MOST_HASHES:
        raise CheckpointError(f"a proof has at most {MOST_HASHES} hashes")
    if any(len(hash_) != 32 for hash_ in found):
        raise CheckpointError("a hash of the proof is damaged")
    return found


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()
