"""Where a list's bytes come from: one regular file, unpacked and decoded as a stream.

Every reader sees bytes through `Source.open`, which reads at most one chunk at a time, undoes gzip, bzip2, xz
or a zip with one member, and reports a damaged or lying container as `Torn` instead of a library's own error.
`Source.text` adds decoding: UTF-8, or UTF-16/32 where a byte order mark says so; bytes that are not valid
become U+FFFD and are counted, so that one bad file name does not cost the rest of the list.
"""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import stat
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vaern.records import Problem

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator

    from typing_extensions import Buffer

CHUNK = 1 << 16
"""Bytes read at a time."""

HEAD = 1 << 16
"""Bytes that are looked at to tell the format."""

MAX_EXPANSION = 200
"""How many times larger than its file an unpacked list may be. Repetitive VICS JSON reaches about 40."""

FREE_EXPANSION = 1 << 26
"""Bytes that may always be unpacked, whatever the ratio."""

XZ_MEMORY = 1 << 28
"""Memory that an xz stream may ask for, in bytes: its dictionary is chosen by whoever made the file."""

MOST_MISSING = 20
"""Sentences kept of what a file says that it should hold; a file can say any number of them."""

MOST_CONTACTS, LONGEST_CONTACT = 100, 200
"""Names of contacts that are kept of a document, and characters of one."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class FormatError(Exception):
    """The file cannot be read as a hash list at all: raised before the first entry, never after it."""


class Torn(Exception):
    """The list cannot be read beyond this point; what came before stands."""


@dataclass
class Place:
    """How far a reader has come, so that whoever reports a problem can say where.

    Attributes:
        file: path of the list, as the user named it.
        line: line number, or number of the record where the format has no lines; 1 is the first.
        undecodable: bytes so far that were not valid in the text's encoding.
        missing: what the file itself says that it should hold and does not, a sentence each.
        more: how the page that was read last says that another follows; empty where it says nothing, or is the last.
        following: the address of the page that follows, as the page writes it, where it is an address.
        contacts: whom the cases of a document name as their contact, as written; each once.
    """

    file: str
    line: int = 0
    undecodable: int = 0
    missing: list[str] = field(default_factory=list)
    more: str = ""
    following: str = ""
    contacts: list[str] = field(default_factory=list)

    def problem(self, reason: str, *, quarantined: bool = False, line: int | None = None) -> Problem:
        """A problem at this place, or at `line` where the reader has gone on."""
        return Problem(self.file, self.line if line is None else line, reason, quarantined)

    def lacks(self, reason: str) -> None:
        """Notes what the file itself says that it should hold and does not."""
        if len(self.missing) < MOST_MISSING:
            self.missing.append(reason)

    def contact(self, name: object) -> None:
        """Notes whom a case names as its contact."""
        text = name.strip() if isinstance(name, str) else ""
        if text and len(text) <= LONGEST_CONTACT and text not in self.contacts and len(self.contacts) < MOST_CONTACTS:
            self.contacts.append(text)

    def unread(self, key: str) -> Problem:
        """A part of the document, which may hold records, under a key that the format does not have."""
        return self.problem(f"{key[:100]!r} holds more than one value and is not read here; it was passed over")


@dataclass
class Source:
    """One list file.

    Attributes:
        path: the file.
        packing: `""`, `gzip`, `bzip2`, `xz` or `zip`, by content.
        head: the first `HEAD` bytes, unpacked.
        name: the file's name without a packing suffix, lower case: a hint for what it holds.
        place: how far the reading has come.
        data: the bytes themselves, of a document that came over the network.
    """

    path: Path
    packing: str = ""
    head: bytes = b""
    name: str = ""
    place: Place = field(default_factory=lambda: Place(""))
    data: bytes | None = None

    @classmethod
    def of(cls, data: bytes, name: str) -> Source:
        """A document in memory; `name` says where it came from, in problems.

        Raises:
            FormatError: it is empty.
        """
        if not data:
            raise FormatError(f"{name}: the document is empty")
        return cls(Path(name), head=data[:HEAD], place=Place(name), data=data)

    @classmethod
    def at(cls, path: str | os.PathLike[str]) -> Source:
        """Looks at a file and reads its head.

        Raises:
            FormatError: no such file, not a regular file, not readable, empty, or packed in a way that is not
            read.
        """
        file = Path(path)
        try:
            mode = file.stat().st_mode
            if not stat.S_ISREG(mode):
                raise FormatError(f"{file}: {_what(mode)}, not a file; a hash list is one regular file")
            with file.open("rb") as stream:
                packing = _packing(stream.read(8))
            source = cls(file, packing, name=_plain_name(file.name), place=Place(str(path)))
            with source.open() as stream:
                source.head = _up_to(stream, HEAD)
        except OSError as error:
            raise FormatError(f"{file}: cannot be read: {error.strerror or error}") from error
        except ValueError as error:  # a NUL in the name
            raise FormatError(f"{file!r}: cannot be read: {error}") from error
        except Torn as error:
            if not source.head:
                raise FormatError(f"{file}: {error}") from error
        if not source.head:
            raise FormatError(f"{file}: the file is empty")
        return source

    def open(self) -> io.BufferedReader:
        """The unpacked bytes, from the start. Reading raises only `Torn`."""
        if self.data is not None:
            return io.BufferedReader(io.BytesIO(self.data), CHUNK)
        return io.BufferedReader(_Guarded(self.path, self.packing), CHUNK)

    def chunks(self) -> Iterator[bytes]:
        """The unpacked bytes in chunks. Raises only `Torn`."""
        with self.open() as stream:
            while chunk := stream.read1(CHUNK):
                yield chunk

    def text(self) -> Iterator[str]:
        """The unpacked, decoded text in chunks. Raises only `Torn`; invalid bytes become U+FFFD."""
        encoding, mark = encoding_of(self.head)
        decoder = codecs.getincrementaldecoder(encoding)()
        with self.open() as stream:
            stream.read(mark)
            ended = False
            while not ended:
                chunk = stream.read1(CHUNK)
                ended = not chunk
                try:
                    text = decoder.decode(chunk, ended)
                except UnicodeDecodeError:  # which leaves the decoder as it was
                    decoder.errors = "replace"
                    text = decoder.decode(chunk, ended)
                    decoder.errors = "strict"
                    self.place.undecodable += text.count("\ufffd")
                yield text

    def head_text(self) -> str:
        """The head, decoded; the last character may be missing."""
        encoding, mark = encoding_of(self.head)
        return codecs.getincrementaldecoder(encoding)(errors="replace").decode(self.head[mark:])


def encoding_of(head: bytes) -> tuple[str, int]:
    """Encoding by byte order mark, UTF-8 without one, and the length of the mark in bytes."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding, len(mark)
    return "utf-8", 0


_MAGIC = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
)
_SUFFIXES = (".gz", ".bz2", ".xz", ".zip")


def _packing(first: bytes) -> str:
    return next((name for magic, name in _MAGIC if first.startswith(magic)), "")


def _plain_name(name: str) -> str:
    lower = name.lower()
    return next((lower.removesuffix(suffix) for suffix in _SUFFIXES if lower.endswith(suffix)), lower)


def _what(mode: int) -> str:
    kinds = ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))
    return next((what for test, what in kinds if test(mode)), "a device")


def _up_to(stream: io.BufferedReader, size: int) -> bytes:
    """Up to `size` bytes; what was read before a tear is kept."""
    read = bytearray()
    try:
        while len(read) < size and (chunk := stream.read1(size - len(read))):
            read += chunk
    except Torn:
        if not read:
            raise
    return bytes(read)


class _Guarded(io.RawIOBase):
    """Unpacks a file as a stream, within bounds, and raises nothing but `Torn`."""

    def __init__(self, path: Path, packing: str) -> None:
        self._inner: Any = io.BytesIO()  # so that closing works if opening fails
        self._given = 0
        self._allowed = max(FREE_EXPANSION, path.stat().st_size * MAX_EXPANSION)
        self._inner = _OPENERS[packing](path)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        view = memoryview(buffer)
        try:
            data = self._inner.read1(len(view))
        except (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile) as error:
            raise Torn(f"damaged or cut short ({error})") from error
        self._given += len(data)
        if self._given > self._allowed:
            raise Torn(f"unpacks to more than {MAX_EXPANSION} times its size; if that is right, unpack it first")
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._inner.close()
        super().close()


class _Xz(io.RawIOBase):
    """An xz stream with a bound on its dictionary, which `lzma.LZMAFile` does not offer."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._decompressor = lzma.LZMADecompressor(memlimit=XZ_MEMORY)
        self._begun = False

    def read1(self, size: int) -> bytes:
        while True:
            if self._decompressor.eof:
                rest = (self._decompressor.unused_data or self._file.read(CHUNK)).lstrip(b"\0")
                if not rest:
                    return b""
                self._decompressor = lzma.LZMADecompressor(memlimit=XZ_MEMORY)
            elif self._decompressor.needs_input:
                rest = self._file.read(CHUNK)
                if not rest:
                    raise EOFError("the xz stream ends too early")
            else:
                rest = b""
            if data := self._decompressor.decompress(rest, size):
                return data

    def close(self) -> None:
        self._file.close()
        super().close()


def _zip_member(path: Path) -> zipfile.ZipExtFile:
    with zipfile.ZipFile(path) as archive:
        members = [member for member in archive.infolist() if not (member.is_dir() or _is_companion(member.filename))]
        if len(members) != 1:
            raise FormatError(f"{path}: the zip holds {len(members)} files; a list is one, so unpack it first")
        if members[0].flag_bits & 1:
            raise FormatError(f"{path}: the zip is encrypted; unpack it first")
        if members[0].compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise FormatError(f"{path}: the zip uses a rare compression; unpack it first")
        return archive.open(members[0])  # type: ignore[return-value]


def _is_companion(name: str) -> bool:
    """Whether a member is what macOS and Windows put beside a file, and no list."""
    *folders, base = name.split("/")
    return "__MACOSX" in folders or base.startswith("._") or base in {".DS_Store", "Thumbs.db", "desktop.ini"}


def _open_zip(path: Path) -> zipfile.ZipExtFile:
    try:
        return _zip_member(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, RuntimeError) as error:
        raise FormatError(f"{path}: damaged zip ({error})") from error


_OPENERS: dict[str, Callable[[Path], Any]] = {
    "": lambda path: path.open("rb"),
    "gzip": gzip.open,
    "bzip2": bz2.open,
    "xz": _Xz,
    "zip": _open_zip,
}
