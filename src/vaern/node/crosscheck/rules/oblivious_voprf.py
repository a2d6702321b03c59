"""The function of `oblivious` by the package `voprf` (Rust, curve25519-dalek): nothing else imports that package.

A proof that does not hold makes `finalize_batch` of voprf 0.2.0 panic, which Python sees as an exception that is no
`Exception`: a hostile peer could end a worker by one bit. Here it is the refusal that it should be.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from voprf import ristretto

from vaern.node.crosscheck.rules.oblivious import (
    ELEMENT,
    PROOF,
    SEED,
    BadElements,
    Evaluation,
    Unverified,
    checked,
    pieces,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@contextmanager
def _refused_as(kind: type[ValueError]) -> Iterator[None]:
    """Raise what the package refuses, or panics at, as one kind of error."""
    try:
        yield
    except BadElements:
        raise
    except ValueError as error:
        raise kind(str(error)) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # of pyo3, which no module exports
            raise
        raise kind("the package gave up on it") from None


class Evaluator:
    """The side that has the key.

    Args:
        seed: 32 secret bytes.
        info: a public text that tells keys of one seed apart.

    Raises:
        ValueError: the seed has another length.
    """

    def __init__(self, seed: bytes, info: bytes) -> None:
        if len(seed) != SEED:
            raise ValueError(f"a seed has {SEED} bytes, not {len(seed)}")
        self._evaluator = ristretto.Evaluator.from_seed(seed, info)
        self.public = self._evaluator.public_key.serialize()

    def evaluate(self, elements: bytes) -> Evaluation:
        """Evaluate blinded elements; see `oblivious.Evaluator`."""
        with _refused_as(BadElements):
            taken = [ristretto.BlindedInput.deserialize(one) for one in pieces(elements)]
            made = self._evaluator.evaluate_batch(taken).serialize()
        return Evaluation(made[PROOF:], made[:PROOF])

    def evaluate_known(self, value: bytes) -> bytes:
        """Return the output of a known value; see `oblivious.Evaluator`."""
        return self._evaluator.evaluate_known_input(checked([value])[0])


class Blinding:
    """The side that has the inputs; made by `Voprf.blind`."""

    def __init__(self, inputs: Sequence[bytes]) -> None:
        pairs = [ristretto.Client.blind(one) for one in checked(inputs)]
        self._clients = [client for client, _element in pairs]
        self.elements = b"".join(element.serialize() for _client, element in pairs)

    def finalize(self, evaluation: Evaluation, public: bytes) -> list[bytes]:
        """Verify and return the outputs; see `oblivious.Blinding`."""
        count = len(self._clients)
        pieces(evaluation.elements, count, count)
        if len(evaluation.proof) != PROOF or len(public) != ELEMENT:
            raise BadElements("a proof or a public key of another length")
        with _refused_as(BadElements):
            key = ristretto.PublicKey.deserialize(public)
            answer = ristretto.VerifiableBatchOutput.deserialize(evaluation.proof + evaluation.elements)
        with _refused_as(Unverified):
            return ristretto.Client.finalize_batch(self._clients, answer, key)


class Voprf:
    """Both sides, by the package `voprf`."""

    def evaluator(self, seed: bytes, info: bytes) -> Evaluator:
        """Return the side with the key; see `oblivious.Oprf`."""
        return Evaluator(seed, info)

    def blind(self, inputs: Sequence[bytes]) -> Blinding:
        """Blind inputs; see `oblivious.Oprf`."""
        return Blinding(inputs)
