"""The side of `oblivious` that has the inputs, so that it can be kept between question and answer: by `rbcl`.

The package `voprf` holds what it blinded with in the memory of one process and gives it to nobody; an answer from
another node comes to another process, and perhaps a week later. So this side is written from RFC 9497 with libsodium's
ristretto255, which `rbcl` brings and which nothing else imports. The contract and the vectors of the standard are those
of the other implementations (`test_oblivious.py`).

    blinding = Keeping().blind(inputs)
    Blinding(inputs, blinding.blinds, blinding.elements)     # later, elsewhere: the same
"""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from typing import TYPE_CHECKING

from rbcl import rbcl

from vaern.node.crosscheck.rules.oblivious import ELEMENT, PROOF, BadElements, Unverified, checked, pieces
from vaern.node.crosscheck.rules.oblivious_voprf import Voprf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vaern.node.crosscheck.rules.oblivious import Evaluation

SCALAR = 32
ORDER = 2**252 + 27742317777372353535851937790883648493
_CONTEXT = b"OPRFV1-\x01-ristretto255-SHA512"
_IDENTITY = bytes(ELEMENT)
_THREADS = 2
"""Libsodium computes without Python's lock."""


class Blinding:
    """The side that has the inputs; see `oblivious.Blinding`.

    Attributes:
        blinds: the scalars by which the inputs were blinded, `SCALAR` bytes each: secret.
        elements: the blinded elements.
    """

    def __init__(self, inputs: Sequence[bytes], blinds: bytes = b"", elements: bytes = b"") -> None:
        self._inputs = list(checked(inputs))
        self.blinds = blinds or b"".join(rbcl.crypto_core_ristretto255_scalar_random() for _ in inputs)
        self._blinds = _cut(self.blinds)
        if {len(self.blinds), len(elements or self.blinds)} != {SCALAR * len(self._inputs)}:
            raise ValueError("as many blinds and elements are needed as there are inputs")
        self.elements = elements or b"".join(_each(_blinded, self._blinds, self._inputs))

    def finalize(self, evaluation: Evaluation, public: bytes) -> list[bytes]:
        """Verify and return the outputs; see `oblivious.Blinding`."""
        count = len(self._inputs)
        evaluated = pieces(evaluation.elements, count, count)
        if len(evaluation.proof) != PROOF or len(public) != ELEMENT:
            raise BadElements("a proof or a public key of another length")
        if not all(is_element(one) for one in (public, *evaluated)):
            raise BadElements("something that is no element, or the identity")
        try:
            holds = _proves(evaluation.proof, public, pieces(self.elements), evaluated)
        except RuntimeError:  # a product is the identity, which no holder of the key comes to
            holds = False
        if not holds:
            raise Unverified("the proof does not hold")
        return _each(_output, self._inputs, self._blinds, evaluated)


class Keeping(Voprf):
    """Both sides; the one with the inputs can be kept."""

    def blind(self, inputs: Sequence[bytes]) -> Blinding:  # type: ignore[override]  # as the protocol says
        """Blind inputs; see `oblivious.Oprf`."""
        return Blinding(inputs)


def _each(function: Callable[..., bytes], *columns: Sequence[bytes]) -> list[bytes]:
    """Return what a function makes of each row, in two threads."""
    rows = list(zip(*columns, strict=True))
    size = -(-len(rows) // _THREADS)
    with ThreadPoolExecutor(_THREADS) as threads:
        cut = [rows[at : at + size] for at in range(0, len(rows), size)]
        parts = threads.map(lambda part: [function(*row) for row in part], cut)
        return [one for part in parts for one in part]


def _cut(scalars: bytes) -> list[bytes]:
    return [scalars[at : at + SCALAR] for at in range(0, len(scalars), SCALAR)]


def is_element(data: bytes) -> bool:
    """Whether bytes are an element of the group, in its one form, and not the identity."""
    return data != _IDENTITY and bool(rbcl.crypto_core_ristretto255_is_valid_point(data))


def _sized(data: bytes) -> bytes:
    return len(data).to_bytes(2, "big") + data


def _expanded(message: bytes, tag: bytes) -> bytes:
    """Return 64 uniform bytes of a message (expand_message_xmd of RFC 9380, with SHA-512)."""
    suffix = tag + len(tag).to_bytes(1, "big")
    first = hashlib.sha512(bytes(128) + message + b"\x00\x40\x00" + suffix).digest()
    return hashlib.sha512(first + b"\x01" + suffix).digest()


def _to_scalar(message: bytes) -> bytes:
    expanded = _expanded(message, b"HashToScalar-" + _CONTEXT)
    return bytes(rbcl.crypto_core_ristretto255_scalar_reduce(expanded))


def _times(scalar: bytes, element: bytes) -> bytes:
    return bytes(rbcl.crypto_scalarmult_ristretto255(scalar, element))


def _plus(one: bytes, other: bytes) -> bytes:
    return bytes(rbcl.crypto_core_ristretto255_add(one, other))


def _blinded(blind: bytes, value: bytes) -> bytes:
    expanded = _expanded(value, b"HashToGroup-" + _CONTEXT)
    return _times(blind, rbcl.crypto_core_ristretto255_from_hash(expanded))


def _output(value: bytes, blind: bytes, evaluated: bytes) -> bytes:
    inverse = pow(int.from_bytes(blind, "little"), -1, ORDER).to_bytes(SCALAR, "little")
    return hashlib.sha512(_sized(value) + _sized(_times(inverse, evaluated)) + b"Finalize").digest()


def _proves(proof: bytes, public: bytes, blinded: list[bytes], evaluated: list[bytes]) -> bool:
    """Whether one key, the public one's, evaluated all elements (VerifyProof, section 2.2.2)."""
    c, s = proof[:SCALAR], proof[SCALAR:]
    if max(int.from_bytes(one, "little") for one in (c, s)) >= ORDER:
        return False
    seed = hashlib.sha512(_sized(public) + _sized(b"Seed-" + _CONTEXT)).digest()
    weights = [
        _to_scalar(_sized(seed) + n.to_bytes(2, "big") + _sized(one) + _sized(other) + b"Composite")
        for n, (one, other) in enumerate(zip(blinded, evaluated, strict=True))
    ]
    m, z = (reduce(_plus, _each(_times, weights, elements)) for elements in (blinded, evaluated))
    t2 = _plus(bytes(rbcl.crypto_scalarmult_ristretto255_base(s)), _times(c, public))
    t3 = _plus(_times(s, m), _times(c, z))
    said = b"".join(map(_sized, (public, m, z, t2, t3)))
    return _to_scalar(said + b"Challenge") == c
