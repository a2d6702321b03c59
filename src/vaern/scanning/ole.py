"""Files in OLE2 storages ([MS-CFB]): Outlook messages, thumbnail databases, Office documents from before 2007.

What is attached to a message ([MS-OXMSG]) is a member, whatever it is. Of other streams those are members that begin as
a file does, and the JPEG, PNG and GIF pictures that stand in one, as thumbnails and [MS-ODRAW] keep them: a header
of their own, then the file byte for byte.
"""

from __future__ import annotations

import codecs
import io
import re
from functools import partial
from typing import IO, TYPE_CHECKING, Any

import olefile

from vaern.hashing import containers, content
from vaern.hashing.behind import pictures_within
from vaern.scanning import office
from vaern.scanning.members import DamagedError, Member, told

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 256 << 20
"""Bytes of a stream that is looked into: it is held in memory."""

_STREAM, _STORAGE = 2, 1
_ATTACHED = re.compile(r"__attach_version1\.0_#([0-9A-Fa-f]{8})")
_FILE, _MESSAGE = "__substg1.0_37010102", "__substg1.0_3701000D"
_NAMES = ("__substg1.0_3707001F", "__substg1.0_3704001F", "__substg1.0_3001001F")  # long, short, as it is shown
_PROPERTY = re.compile(r"__(?:substg|nameid|properties_version)")
_ENCRYPTED = "EncryptedPackage"
_CATALOG = "Catalog"
_BEGINS = tuple(magic for at, magic, _ in containers.MAGIC if at == 0 and len(magic) >= 4) + tuple(
    magic for magic, _ in content.MAGIC if len(magic) >= 4 and not magic.startswith(b"\0\0\1")
)
codecs.lookup("utf_16_le")  # a locked worker loads none


def of_storage(stream: IO[bytes]) -> Iterator[Member]:
    """The files in an OLE2 file, in the order of its names.

    Raises:
        DamagedError: it is damaged; what could be read was given.
    """
    stream.seek(0)
    try:
        ole: Any = olefile.OleFileIO(stream)  # type: ignore[no-untyped-call]
    except MemoryError:
        raise
    except Exception as error:  # whatever a parser can stumble over
        raise DamagedError(f"the compound file is damaged or truncated ({told(error)})") from None
    size = stream.seek(0, io.SEEK_END)
    ole.root.size = min(ole.root.size, size)  # or a ring of sectors is read for as long as it says
    storage = _Storage(ole, size)
    try:
        yield from storage.members(ole.root, "")
    except RecursionError as error:
        raise DamagedError(f"the compound file is damaged or truncated ({told(error)})") from None
    if storage.damaged:
        count = storage.damaged
        raise DamagedError(
            f"streams of the compound file are damaged or truncated ({count}); what is left of them was read"
        )


class _Storage:
    """One file while it is read.

    Attributes:
        damaged: streams that were not whole.
    """

    def __init__(self, ole: Any, size: int) -> None:
        self.damaged = 0
        self._ole, self._size = ole, size

    def members(self, storage: Any, path: str) -> Iterator[Member]:
        """What is in a storage and in those below it; they are no deeper than the directory could be read."""
        names = self._catalog(storage)
        for entry in storage.kids:
            attached = _ATTACHED.fullmatch(entry.name)
            if entry.entry_type == _STORAGE and attached:
                yield from self._attachment(entry, path + (self._name(entry) or f"attachment {int(attached[1], 16)}"))
            elif entry.entry_type == _STORAGE:
                yield from self.members(entry, f"{path}{entry.name}/")
            elif entry.entry_type == _STREAM and not _PROPERTY.match(entry.name):
                yield from self._files(entry, path + (names.get(entry.name) or entry.name))

    def _attachment(self, storage: Any, name: str) -> Iterator[Member]:
        for entry in storage.kids:
            if entry.name == _FILE and entry.entry_type == _STREAM:
                data = self._read(entry)
                yield self._large(name, entry) if data is None else _member(name, data)
            elif entry.entry_type == _STORAGE:
                yield from self.members(entry, f"{name}/" if entry.name == _MESSAGE else f"{name}/{entry.name}/")

    def _files(self, entry: Any, name: str) -> Iterator[Member]:
        if entry.name == _ENCRYPTED:
            yield _encrypted(name, entry)
            return
        data = self._read(entry)
        if data is None:
            yield self._large(name, entry)
        elif data.startswith(_BEGINS):
            yield _member(name, data)
        elif office.is_encrypted(data):
            yield _encrypted(name, entry)
        else:
            data = office.uncut(data)
            pieces = pictures_within(data)
            for number, (begin, end, _) in enumerate(pieces, 1):
                yield _member(name if len(pieces) == 1 else f"{name}/picture {number}", data[begin:end])

    def _large(self, name: str, entry: Any) -> Member:
        problem = f"a stream of more than {LARGEST} bytes is not looked into"
        return Member(0, name, entry.size, None, io.BytesIO, problem=problem)

    def _read(self, entry: Any) -> bytes | None:
        """The bytes of a stream, as many as there are; `None` for too many."""
        if entry.size > LARGEST:
            return None
        try:
            # `openstream` looks for the name among all others, and takes the first of two that are alike
            stream = self._ole._open(entry.isectStart, min(entry.size, self._size))  # noqa: SLF001
        except MemoryError:
            raise
        except Exception:  # whatever a parser can stumble over
            self.damaged += 1
            return b""
        data: bytes = stream.read()
        self.damaged += len(data) < entry.size
        return data

    def _name(self, attachment: Any) -> str:
        entries = {entry.name: entry for entry in attachment.kids if entry.entry_type == _STREAM}
        for name in _NAMES:
            for kind, charset in ((name, "utf-16-le"), (f"{name[:-4]}001E", "cp1252")):
                if kind in entries and (text := (self._read(entries[kind]) or b"").decode(charset, "replace")):
                    return text.rstrip("\0")
        return ""

    def _catalog(self, storage: Any) -> dict[str, str]:
        """Of a thumbnail database of Windows before Vista: stream → the name of the file that it shows.

        A stream is called by the digits of its number in the catalogue, the last one first.
        """
        entry = next((kid for kid in storage.kids if kid.name == _CATALOG and kid.entry_type == _STREAM), None)
        data = (self._read(entry) if entry else None) or b""
        names = {}
        at = int.from_bytes(data[:2], "little") or 16
        while (length := int.from_bytes(data[at : at + 4], "little")) >= 16 and at + length <= len(data):
            number = str(int.from_bytes(data[at + 4 : at + 8], "little"))[::-1]
            text = data[at + 16 : at + length].decode("utf-16-le", "replace")
            names[number] = text.partition("\0")[0]
            at += length
        return names


def _encrypted(name: str, entry: Any) -> Member:
    return Member(0, name, entry.size, None, io.BytesIO, problem="it is encrypted")


def _member(name: str, data: bytes) -> Member:
    return Member(0, name, len(data), None, partial(io.BytesIO, data))
