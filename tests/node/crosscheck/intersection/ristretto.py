"""ristretto255 (RFC 9496) in Python's integers: slow, not constant in time, for tests alone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)
"""A square root of -1."""


def _root_of_ratio(u: int, v: int) -> tuple[bool, int]:
    """Whether u / v is a square, and the root that is not negative of it, or else of `ROOT` * u / v (section 4.2)."""
    r = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    check = v * r * r % P
    flipped = check == -u % P
    if flipped or check == -u * ROOT % P:
        r = r * ROOT % P
    return check == u % P or flipped, P - r if r & 1 else r


def _absolute(x: int) -> int:
    x %= P
    return P - x if x & 1 else x


INVERSE_ROOT = _root_of_ratio(1, (-1 - D) % P)[1]
ROOT_OF_AD_MINUS_ONE = P - _root_of_ratio((-D - 1) % P, 1)[1]
"""The standard takes the negative one of these two (section 4.1)."""


@dataclass(frozen=True)
class Element:
    """A point in extended coordinates (X : Y : Z : T), for its class of ristretto255."""

    x: int
    y: int
    z: int
    t: int

    def __add__(self, other: Element) -> Element:
        """Add (Hisil, Wong, Carter, Dawson 2008, section 3.1, for a = -1)."""
        a, b = (self.y - self.x) * (other.y - other.x) % P, (self.y + self.x) * (other.y + other.x) % P
        c, d = 2 * D * self.t * other.t % P, 2 * self.z * other.z % P
        e, f, g, h = b - a, d - c, d + c, b + a
        return Element(e * f % P, g * h % P, f * g % P, e * h % P)

    def __rmul__(self, scalar: int) -> Element:
        found, step = IDENTITY, self
        for bit in reversed(f"{scalar % ORDER:b}"):
            found = found + step if bit == "1" else found
            step += step
        return found

    def encoded(self) -> bytes:
        """Return the 32 bytes (section 4.3.2)."""
        u1, u2 = (self.z + self.y) * (self.z - self.y) % P, self.x * self.y % P
        inverse = _root_of_ratio(1, u1 * u2 * u2 % P)[1]
        den1, den2 = inverse * u1 % P, inverse * u2 % P
        z_inverse = den1 * den2 * self.t % P
        if self.t * z_inverse % P & 1:
            x, y, den = self.y * ROOT % P, self.x * ROOT % P, den1 * INVERSE_ROOT % P
        else:
            x, y, den = self.x, self.y, den2
        if x * z_inverse % P & 1:
            y = -y % P
        return _absolute(den * (self.z - y)).to_bytes(32, "little")


IDENTITY = Element(0, 1, 1, 0)


def decoded(data: bytes) -> Element:
    """Return the element of 32 bytes (section 4.3.1).

    Raises:
        ValueError: they are the encoding of none.
    """
    s = int.from_bytes(data, "little")
    if len(data) != 32 or s >= P or s & 1:
        raise ValueError("not in the one form")
    u1, u2 = (1 - s * s) % P, (1 + s * s) % P
    v = (-D * u1 * u1 - u2 * u2) % P
    square, inverse = _root_of_ratio(1, v * u2 * u2 % P)
    x = _absolute(2 * s * inverse * u2)
    y = u1 * inverse * inverse * u2 * v % P
    t = x * y % P
    if not square or t & 1 or y == 0:
        raise ValueError("no element")
    return Element(x, y, 1, t)


def _mapped(t: int) -> Element:
    """The map of section 4.3.4, from a field element."""
    r = ROOT * t * t % P
    u = (r + 1) * (1 - D * D) % P
    v = (-1 - r * D) * (r + D) % P
    square, s = _root_of_ratio(u, v)
    if not square:
        s, c = -_absolute(s * t) % P, r
    else:
        c = -1
    n = (c * (r - 1) * (D - 1) * (D - 1) - v) % P
    w0, w1 = 2 * s * v % P, n * ROOT_OF_AD_MINUS_ONE % P
    w2, w3 = (1 - s * s) % P, (1 + s * s) % P
    return Element(w0 * w3 % P, w2 * w1 % P, w1 * w3 % P, w0 * w2 % P)


def from_uniform(data: bytes) -> Element:
    """Return the element of 64 uniform bytes (section 4.3.4)."""
    halves = (int.from_bytes(data[at : at + 32], "little") % 2**255 % P for at in (0, 32))
    one, other = map(_mapped, halves)
    return one + other


def expanded(message: bytes, tag: bytes) -> bytes:
    """Return 64 uniform bytes of a message (RFC 9380, section 5.3.1, expand_message_xmd with SHA-512)."""
    suffix = tag + bytes([len(tag)])
    first = hashlib.sha512(bytes(128) + message + (64).to_bytes(2, "big") + b"\0" + suffix).digest()
    return hashlib.sha512(first + b"\1" + suffix).digest()


_Y = 4 * pow(5, -1, P) % P
_X = _root_of_ratio((_Y * _Y - 1) % P, (D * _Y * _Y + 1) % P)[1]
BASE = Element(_X, _Y, 1, _X * _Y % P)
"""The generator."""
