"""The little of DER (X.690) that time stamps need beyond their library: elements, their tags and their contents.

Definite lengths only, in their shortest form, as DER asks; everything else is an error.
"""

from __future__ import annotations

from dataclasses import dataclass

SEQUENCE, SET, INTEGER, BIT_STRING, OCTET_STRING, OID = 0x30, 0x31, 0x02, 0x03, 0x04, 0x06
CONTEXT_0 = 0xA0
"""`[0]`, constructed."""


class DerError(ValueError):
    """Not DER."""


@dataclass(frozen=True)
class Element:
    """One element.

    Attributes:
        tag: the identifier octet.
        body: the content octets.
        whole: identifier, length and content.
    """

    tag: int
    body: bytes
    whole: bytes

    @property
    def children(self) -> list[Element]:
        """The elements within.

        Raises:
            DerError: the content is no sequence of elements.
        """
        found, rest = [], self.body
        while rest:
            child = _first(rest)
            found.append(child)
            rest = rest[len(child.whole) :]
        return found

    @property
    def dotted(self) -> str:
        """An object identifier as `1.2.840`.

        Raises:
            DerError: this is none.
        """
        if self.tag != OID or not self.body or self.body[-1] & 0x80:
            raise DerError("not an object identifier")
        arcs, value = [], 0
        for octet in self.body:
            value = value << 7 | octet & 0x7F
            if not octet & 0x80:
                arcs.append(value)
                value = 0
        first = min(arcs[0] // 40, 2)
        return ".".join(map(str, [first, arcs[0] - 40 * first, *arcs[1:]]))


def parsed(raw: bytes) -> Element:
    """The one element that these bytes are.

    Raises:
        DerError: they are none, or more than one.
    """
    element = _first(raw)
    if len(element.whole) != len(raw):
        raise DerError(f"{len(raw) - len(element.whole)} bytes follow the end")
    return element


def built(tag: int, *parts: bytes) -> bytes:
    """An element of these parts."""
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def _first(raw: bytes) -> Element:
    if len(raw) < 2 or raw[0] & 0x1F == 0x1F:
        raise DerError("cut short, or a tag that is not read here")
    size, start = raw[1], 2
    if size & 0x80:
        octets = size & 0x7F
        start += octets
        length = raw[2:start]
        if not 1 <= octets <= 4 or len(length) < octets or length[0] == 0 or (octets == 1 and length[0] < 0x80):
            raise DerError("a length that is not DER")
        size = int.from_bytes(length, "big")
    if len(raw) < start + size:
        raise DerError("cut short")
    return Element(raw[0], raw[start : start + size], raw[: start + size])
