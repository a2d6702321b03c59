"""Canonical JSON of typed records, and their signed form. Pure.

What is signed is the record in the one form that RFC 8785 gives it, under DSSE (`ledger/envelopes.py`), so that a
receiver can show a third party what it got, years later, with the sender's public key and no program of ours.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import rfc8785

from vaern.proofs.envelopes import EnvelopeError, enveloped, opened

if TYPE_CHECKING:
    from vaern.proofs.checkpoints import SigningKey, VerifierKey

Record = TypeVar("Record", bound=msgspec.Struct)

MOST_NESTED = 32
"""Levels of a document: deeper ones are refused before anything walks them."""


MOST_BRACKETS = 200_000
"""Each is looked at, so there is a most."""


class Malformed(ValueError):
    """A document is not what it should be; the message says what is wrong and where, and repeats none of its values."""


def canonical(record: msgspec.Struct) -> bytes:
    """Return the one form of a record that is signed (RFC 8785).

    Raises:
        Malformed: it holds a number that JSON cannot say exactly.
    """
    try:
        return rfc8785.dumps(msgspec.to_builtins(record))
    except rfc8785.CanonicalizationError:  # its message repeats the number
        raise Malformed("this cannot be written as canonical JSON: a number is beyond what JSON says exactly") from None


def signed(record: msgspec.Struct, type_: str, key: SigningKey) -> bytes:
    """Return a record as a signed document (DSSE, in JSON)."""
    return enveloped(canonical(record), type_, key)


def verified(document: bytes, type_: str, keys: list[VerifierKey], into: type[Record]) -> Record:
    """Return the record in a signed document.

    Args:
        document: as `signed` writes it.
        type_: which kind of document it has to be.
        keys: any of them may have signed it.
        into: the record's type.

    Raises:
        Malformed: it is no such document, nobody of these signed it, or it is not in its canonical form.
    """
    for key in keys:
        try:
            payload = opened(document, type_, key)
        except EnvelopeError as error:
            problem = str(error)
            continue
        found = parsed(payload, into)
        if canonical(found) != payload:
            raise Malformed("the signed text is not in its canonical form (RFC 8785)")
        return found
    raise Malformed(problem if keys else "no key of the sender is known")


def parsed(data: bytes, into: type[Record]) -> Record:
    """Return a record read from JSON, strictly: unknown fields, wrong types and too deep nesting are refused.

    Raises:
        Malformed: it is not one; with the path of the field, never with its value.
    """
    brackets = _TEXT.sub(b"", data).translate(None, _NO_BRACKETS)
    if len(brackets) > MOST_BRACKETS:
        raise Malformed(f"it has more than {MOST_BRACKETS // 2} lists and objects")
    if _depth(brackets) > MOST_NESTED:
        raise Malformed(f"it is nested deeper than {MOST_NESTED} levels")
    if _NUL.search(data):
        raise Malformed("a text holds the character U+0000, which no database keeps")
    try:
        return msgspec.json.decode(data, type=into)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed(_without_values(str(error))) from None


def converted(value: Any, into: type[Record]) -> Record:
    """Return a record of plain values, as `parsed` does of JSON.

    Raises:
        Malformed: it is not one.
    """
    try:
        return msgspec.convert(value, type=into)
    except msgspec.ValidationError as error:
        raise Malformed(_without_values(str(error))) from None


def _depth(brackets: bytes) -> int:
    """Return how deep brackets nest, without building anything."""
    deepest = depth = 0
    for byte in brackets:
        depth += 1 if byte in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


_TEXT = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)  # also one that does not end: no way back
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*+\\u0000")


def _without_values(message: str) -> str:
    """Return msgspec's message without what it quotes of the document: unknown fields and values may be anything."""
    for quotes in ("unknown field `", "Invalid enum value ", "Invalid value "):
        if quotes in message:
            return message.partition(quotes)[0] + quotes.rstrip(" `") + _path(message)
    return message


def _path(message: str) -> str:
    _, at, where = message.rpartition(" - at `")
    return f" - at `{where}" if at else ""


def digits(value: int, groups: int, size: int) -> str:
    """Return a number as groups of decimal digits, as people read it to each other."""
    text = f"{value % 10 ** (groups * size):0{groups * size}d}"
    return " ".join(text[at : at + size] for at in range(0, len(text), size))
