"""A verifiable oblivious pseudorandom function: what the intersection needs of one, whichever package computes it.

RFC 9497, mode VOPRF (0x01), suite ristretto255-SHA512. One side has a key, the other inputs:

    blinding = oprf.blind(inputs)                          # the asker; sends blinding.elements
    evaluation = evaluator.evaluate(blinding.elements)     # the holder of the key; sends it back, with its proof
    outputs = blinding.finalize(evaluation, public)        # the asker: outputs, or Unverified
    outputs == [evaluator.evaluate_known(one) for one in inputs]

The holder sees elements that say nothing of the inputs; the asker learns the outputs of these inputs and of no other,
and that one key, the one that was made known, evaluated them all. Bytes go in and out, so that messages hold bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

ELEMENT = 32
"""Bytes of an element of ristretto255, blinded or evaluated, and of a public key (RFC 9496)."""

PROOF = 64
"""Bytes of a proof: two scalars, c then s (RFC 9497, section 2.2.1)."""

OUTPUT = 64
"""Bytes of an output: SHA-512."""

SEED = 32
"""Bytes of a seed from which a key is derived (RFC 9497, section 3.2.1)."""

LONGEST_INPUT = 65_535
"""Bytes of an input (RFC 9497, section 3.3)."""

MOST_AT_ONCE = 65_535
"""Elements under one proof: their number is hashed in two bytes (RFC 9497, section 2.2.1)."""


class BadElements(ValueError):
    """What came is not so many elements of the group, or one of them is the identity. The message repeats nothing."""


class Unverified(ValueError):
    """The proof does not hold: another key, another order, or a changed element."""


class Evaluation(NamedTuple):
    """What the holder of the key answers.

    Attributes:
        elements: evaluated, in the order of the blinded ones; `ELEMENT` bytes each.
        proof: that all were evaluated with one key; `PROOF` bytes.
    """

    elements: bytes
    proof: bytes


class Evaluator(Protocol):
    """The side that has the key."""

    @property
    def public(self) -> bytes:
        """The public key, `ELEMENT` bytes, against which the proofs hold."""

    def evaluate(self, elements: bytes) -> Evaluation:
        """Evaluate 1 to `MOST_AT_ONCE` blinded elements (BlindEvaluate).

        Raises:
            BadElements: they are none.
        """

    def evaluate_known(self, value: bytes) -> bytes:
        """Return the output of a value that this side knows: `OUTPUT` bytes (Evaluate)."""


class Blinding(Protocol):
    """The side that has the inputs, between its question and the answer."""

    @property
    def elements(self) -> bytes:
        """The blinded elements in the order of the inputs, `ELEMENT` bytes each."""

    def finalize(self, evaluation: Evaluation, public: bytes) -> list[bytes]:
        """Verify the proof and return the outputs in the order of the inputs, `OUTPUT` bytes each.

        Args:
            evaluation: the answer.
            public: the key that was made known beforehand; never one that came with the answer.

        Raises:
            BadElements: the answer, or the key, is no such thing.
            Unverified: the proof does not hold.
        """


class Oprf(Protocol):
    """An implementation of both sides."""

    def evaluator(self, seed: bytes, info: bytes) -> Evaluator:
        """Return the side with the key that a seed and a public text derive (DeriveKeyPair).

        Raises:
            ValueError: the seed has another length than `SEED`.
        """

    def blind(self, inputs: Sequence[bytes]) -> Blinding:
        """Blind 1 to `MOST_AT_ONCE` inputs of 1 to `LONGEST_INPUT` bytes, each by a fresh random scalar.

        Raises:
            ValueError: too many, none, or one that is empty or too long.
        """


def pieces(data: bytes, fewest: int = 1, most: int = MOST_AT_ONCE) -> list[bytes]:
    """Return the elements that stand one after another.

    Raises:
        BadElements: it is not a whole number of them, or too few or too many.
    """
    count, rest = divmod(len(data), ELEMENT)
    if rest or not fewest <= count <= most:
        raise BadElements(f"expected {fewest} to {most} elements of {ELEMENT} bytes, got {len(data)} bytes")
    return [data[at : at + ELEMENT] for at in range(0, len(data), ELEMENT)]


def checked(inputs: Sequence[bytes]) -> Sequence[bytes]:
    """Return inputs that can be blinded at once.

    Raises:
        ValueError: too many, none, or one that is empty or too long.
    """
    if not 0 < len(inputs) <= MOST_AT_ONCE:
        raise ValueError(f"1 to {MOST_AT_ONCE} inputs are blinded at once, not {len(inputs)}")
    if not all(0 < len(one) <= LONGEST_INPUT for one in inputs):
        raise ValueError(f"an input has 1 to {LONGEST_INPUT} bytes")
    return inputs
