"""The steps by which a folder of a 7z archive is unpacked, each by what Python has: `lzma`, `zlib`, `bz2`, zstd.

A filter (BCJ, Delta) is a step of its own here: liblzma holds back the last bytes of a filter behind LZMA1, which has
no end mark. So what comes to a filter is given to it as chunks of LZMA2 that are not packed, and these have one.
"""

from __future__ import annotations

import bz2
import lzma
import sys
import zlib
from typing import TYPE_CHECKING, Protocol

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

from vaern.scanning.unpacker import Inflater, Unpacker

if TYPE_CHECKING:
    from collections.abc import Callable

    from vaern.scanning.sevenz.header import Coder

AES = bytes.fromhex("06f10701")

NAMES = {
    bytes.fromhex("030401"): "PPMd",
    bytes.fromhex("0303011b"): "BCJ2",
    bytes.fromhex("040109"): "Deflate64",
    bytes.fromhex("04f71102"): "Brotli",
    bytes.fromhex("04f71104"): "LZ4",
    bytes.fromhex("04f71105"): "LZ5",
    bytes.fromhex("04f71106"): "Lizard",
    b"\x0a": "ARM64",
    b"\x0b": "RISC-V",
}
"""Methods that are not read, by number."""

_COPY, _DELTA = b"\0", b"\3"
_FILTERS = {
    b"\4": lzma.FILTER_X86,
    bytes.fromhex("03030103"): lzma.FILTER_X86,
    b"\5": lzma.FILTER_POWERPC,
    bytes.fromhex("03030205"): lzma.FILTER_POWERPC,
    b"\6": lzma.FILTER_IA64,
    bytes.fromhex("03030401"): lzma.FILTER_IA64,
    b"\7": lzma.FILTER_ARM,
    bytes.fromhex("03030501"): lzma.FILTER_ARM,
    b"\x08": lzma.FILTER_ARMTHUMB,
    bytes.fromhex("03030701"): lzma.FILTER_ARMTHUMB,
    b"\x09": lzma.FILTER_SPARC,
    bytes.fromhex("03030805"): lzma.FILTER_SPARC,
}
_CHUNK = 1 << 16
_SMALLEST = 4096
"""Bytes of a dictionary that liblzma takes."""


class Source(Protocol):
    """What gives bytes one after another, at most so many; none at its end."""

    def read(self, most: int, /) -> bytes:
        """The next ones."""


class _Unpacked:
    """What comes out of an unpacker, and of the next ones where packed streams stand one behind the other."""

    def __init__(self, source: Source, unpacker: Unpacker, following: Callable[[], Unpacker] | None = None) -> None:
        self._source, self._unpacker, self._following = source, unpacker, following

    def read(self, most: int, /) -> bytes:
        """As of `Source`; raises one of `unpacker.FAULTS` where it is damaged."""
        while True:
            given, asked = b"", False
            if self._unpacker.eof:
                if self._following is None:
                    return b""
                given = self._unpacker.unused_data or self._source.read(_CHUNK)
                if not given:
                    return b""
                self._unpacker = self._following()
            elif self._unpacker.needs_input:
                given, asked = self._source.read(_CHUNK), True
            if data := self._unpacker.decompress(given, most):
                return data
            if asked and not given:
                return b""


class _Chunks:
    """Bytes as chunks of LZMA2 that are not packed, and its end mark."""

    def __init__(self, source: Source) -> None:
        self._source, self._mark, self._is_over = source, b"\1", False

    def read(self, _most: int, /) -> bytes:
        """As of `Source`."""
        data = self._source.read(_CHUNK)
        if data:
            mark, self._mark = self._mark, b"\2"
            return mark + (len(data) - 1).to_bytes(2, "big") + data
        end, self._is_over = b"" if self._is_over else b"\0", True
        return end


def unread(methods: tuple[bytes, ...]) -> str:
    """Why what is packed by these methods is not read; empty if it is."""
    if AES in methods:
        return "it is encrypted"
    for method in methods:
        if method not in _READ:
            return f"it is packed by {NAMES.get(method) or method.hex()}, which is not read here"
    return ""


def step(coder: Coder, source: Source) -> Source:
    """What comes out of this step.

    Raises:
        ValueError: its parameters are malformed.
    """
    return _READ[coder.method](coder, source)


def _lzma1(coder: Coder, source: Source) -> Source:
    first, size = coder.properties[0] if len(coder.properties) == 5 else 225, coder.properties[1:]
    if first >= 225 or first % 9 + first // 9 % 5 > 4:
        raise ValueError("its parts do not fit together")
    chain = {"id": lzma.FILTER_LZMA1, "lc": first % 9, "lp": first // 9 % 5, "pb": first // 45}
    return _by_lzma([{**chain, "dict_size": _dictionary(int.from_bytes(size, "little"), coder)}], source)


def _lzma2(coder: Coder, source: Source) -> Source:
    bits = coder.properties[0] if len(coder.properties) == 1 else 41
    if bits > 40:
        raise ValueError("its parts do not fit together")
    size = (2 | bits & 1) << bits // 2 + 11
    return _by_lzma([{"id": lzma.FILTER_LZMA2, "dict_size": _dictionary(size, coder)}], source)


def _dictionary(size: int, coder: Coder) -> int:
    """No more than what is unpacked: nothing can refer to more, and it is taken from memory at once."""
    return max(_SMALLEST, min(size, coder.size, (1 << 32) - 1))


def _filter(coder: Coder, source: Source) -> Source:
    chain: dict[str, int] = {"id": lzma.FILTER_DELTA, "dist": coder.properties[0] + 1 if coder.properties else 1}
    if coder.method != _DELTA:
        chain = {"id": _FILTERS[coder.method]}
    return _by_lzma([chain, {"id": lzma.FILTER_LZMA2, "dict_size": _CHUNK}], _Chunks(source))


def _by_lzma(filters: list[dict[str, int]], source: Source) -> Source:
    return _Unpacked(source, lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters))


def _once_more(unpacker: Callable[[], Unpacker]) -> Callable[[Coder, Source], Source]:
    return lambda _coder, source: _Unpacked(source, unpacker(), unpacker)


_READ: dict[bytes, Callable[[Coder, Source], Source]] = {
    _COPY: lambda _coder, source: source,
    _DELTA: _filter,
    **dict.fromkeys(_FILTERS, _filter),
    b"\x21": _lzma2,
    bytes.fromhex("030101"): _lzma1,
    bytes.fromhex("040108"): _once_more(lambda: Inflater(-zlib.MAX_WBITS)),
    bytes.fromhex("040202"): _once_more(bz2.BZ2Decompressor),
    bytes.fromhex("04f71101"): _once_more(zstd.ZstdDecompressor),
}
