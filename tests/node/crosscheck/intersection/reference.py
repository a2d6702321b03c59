"""RFC 9497, mode VOPRF, suite ristretto255-SHA512, written from the text of the standard: for tests alone, and slow."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from tests.node.crosscheck.intersection import ristretto
from tests.node.crosscheck.intersection.ristretto import BASE, IDENTITY, ORDER, Element, expanded

from vaern.node.crosscheck.rules.oblivious import PROOF, SEED, BadElements, Evaluation, Unverified, checked, pieces

if TYPE_CHECKING:
    from collections.abc import Sequence

CONTEXT = b"OPRFV1-\x01-ristretto255-SHA512"


def _sized(data: bytes) -> bytes:
    return len(data).to_bytes(2, "big") + data


def to_scalar(message: bytes, tag: bytes = b"HashToScalar-" + CONTEXT) -> int:
    """HashToScalar."""
    return int.from_bytes(expanded(message, tag), "little") % ORDER


def to_group(message: bytes) -> Element:
    """HashToGroup."""
    return ristretto.from_uniform(expanded(message, b"HashToGroup-" + CONTEXT))


def _scalar() -> int:
    return secrets.randbelow(ORDER - 1) + 1


def _elements(data: bytes, fewest: int = 1, most: int = 65_535) -> list[Element]:
    try:
        found = [ristretto.decoded(one) for one in pieces(data, fewest, most)]
    except BadElements:
        raise
    except ValueError as error:
        raise BadElements(str(error)) from None
    if any(one.encoded() == IDENTITY.encoded() for one in found):
        raise BadElements("the identity")
    return found


def _composites(public: bytes, blinded: bytes, evaluated: bytes) -> list[int]:
    """The weights of ComputeComposites (section 2.2.1)."""
    seed = hashlib.sha512(_sized(public) + _sized(b"Seed-" + CONTEXT)).digest()
    pairs = zip(pieces(blinded), pieces(evaluated), strict=True)
    return [
        to_scalar(_sized(seed) + n.to_bytes(2, "big") + _sized(one) + _sized(other) + b"Composite")
        for n, (one, other) in enumerate(pairs)
    ]


def _sum(weights: Sequence[int], elements: Sequence[Element]) -> Element:
    found = IDENTITY
    for weight, element in zip(weights, elements, strict=True):
        found += weight * element
    return found


def _challenge(public: bytes, *elements: Element) -> int:
    said = _sized(public) + b"".join(_sized(one.encoded()) for one in elements)
    return to_scalar(said + b"Challenge")


def output(value: bytes, element: Element) -> bytes:
    """Finalize, of an element that is no longer blinded."""
    return hashlib.sha512(_sized(value) + _sized(element.encoded()) + b"Finalize").digest()


class Evaluator:
    """The side with the key; `random` is drawn for each proof unless a test gives it."""

    def __init__(self, seed: bytes, info: bytes) -> None:
        if len(seed) != SEED:
            raise ValueError("the seed")
        told = seed + _sized(info)
        found = (to_scalar(told + bytes([n]), b"DeriveKeyPair" + CONTEXT) for n in range(256))
        self.secret = next(filter(None, found))
        self.public = (self.secret * BASE).encoded()

    def evaluate(self, elements: bytes, random: int | None = None) -> Evaluation:
        taken = _elements(elements)
        evaluated = b"".join((self.secret * one).encoded() for one in taken)
        m = _sum(_composites(self.public, elements, evaluated), taken)
        z, r = self.secret * m, random or _scalar()
        c = _challenge(self.public, m, z, r * BASE, r * m)
        s = (r - c * self.secret) % ORDER
        return Evaluation(evaluated, c.to_bytes(32, "little") + s.to_bytes(32, "little"))

    def evaluate_known(self, value: bytes) -> bytes:
        return output(checked([value])[0], self.secret * to_group(value))


class Blinding:
    """The side with the inputs; the blinds are drawn unless a test gives them."""

    def __init__(self, inputs: Sequence[bytes], blinds: Sequence[int] = ()) -> None:
        self._inputs = list(checked(inputs))
        self._blinds = list(blinds) or [_scalar() for _ in inputs]
        pairs = zip(self._blinds, self._inputs, strict=True)
        self.elements = b"".join((blind * to_group(one)).encoded() for blind, one in pairs)

    def finalize(self, evaluation: Evaluation, public: bytes) -> list[bytes]:
        if len(evaluation.proof) != PROOF:
            raise BadElements("the proof")
        count = len(self._inputs)
        evaluated, (key,) = _elements(evaluation.elements, count, count), _elements(public, 1, 1)
        c, s = (int.from_bytes(evaluation.proof[at : at + 32], "little") for at in (0, 32))
        weights = _composites(public, self.elements, evaluation.elements)
        m, z = _sum(weights, _elements(self.elements)), _sum(weights, evaluated)
        if max(c, s) >= ORDER or c != _challenge(public, m, z, s * BASE + c * key, s * m + c * z):
            raise Unverified("the proof")
        unblinded = (pow(blind, -1, ORDER) * one for blind, one in zip(self._blinds, evaluated, strict=True))
        return [output(value, one) for value, one in zip(self._inputs, unblinded, strict=True)]


class Reference:
    """Both sides."""

    def evaluator(self, seed: bytes, info: bytes) -> Evaluator:
        return Evaluator(seed, info)

    def blind(self, inputs: Sequence[bytes]) -> Blinding:
        return Blinding(inputs)
