"""The JPEG previews that a camera stores with its raw data, found by the structure of each format.

No raw data is developed: two programs that do it make two pictures. The preview is what the camera itself made of it
and what other programs show. Formats on TIFF/EP (ISO 12234-2: CR2, NEF, NRW, ARW, DNG, PEF, SRW, 3FR and others) have
previews in their directories; ORF and RW2 are nearly TIFF. CR3 has boxes (ISO/IEC 14496-12; L. Clévy, *Describing the
Canon Raw v3 file format*), RAF a header (*Fujifilm RAF*, in ExifTool's documentation). Nothing is looked for by its
bytes alone, so that no part of the raw data is taken for a picture. Malformed input never raises.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from vaern.hashing import jpeg
from vaern.hashing.raw_boxes import previews_in_boxes
from vaern.hashing.tiff_tree import Tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.hashing.tiff_tree import Field, Look

MAKERS: tuple[tuple[str, str], ...] = (
    ("nikon", "image/x-nikon-nef"),
    ("sony", "image/x-sony-arw"),
    ("pentax", "image/x-pentax-pef"),
    ("ricoh", "image/x-pentax-pef"),
    ("samsung", "image/x-samsung-srw"),
    ("kodak", "image/x-kodak-dcr"),
    ("eastman", "image/x-kodak-dcr"),
    ("epson", "image/x-epson-erf"),
    ("seiko", "image/x-epson-erf"),
    ("hasselblad", "image/x-hasselblad-3fr"),
)
"""How the name of a maker begins, and the type of a raw file on TIFF that it writes."""

PREVIEWS = "raw data is not developed: its previews are compared"
"""Remark on raw data in a scan."""

THUMBNAIL = "raw data is not developed: hashed is the small picture beside it"
"""Remark on raw data in a TIFF that has no preview as a file of its own."""

_DNG, _CR2, _OTHER = "image/x-adobe-dng", "image/x-canon-cr2", "image/x-dcraw"  # names of shared-mime-info
_ORF, _RW2, _RAF, _CR3 = "image/x-olympus-orf", "image/x-panasonic-rw2", "image/x-fuji-raf", "image/x-canon-cr3"

TYPES = frozenset({"image/tiff", _ORF, _RW2, _RAF, _CR3})
"""Types by the first bytes (`content.recognise`) of what may be raw data with previews."""

_MAKE, _MAKER_NOTE, _DNG_VERSION = 0x010F, 0x927C, 0xC612
_COMPRESSION, _COLOURS = 0x0103, 0x0106
_SINGLE = ((0x0111, 0x0117), (0x0144, 0x0145))  # offsets and sizes of strips, of tiles
_JPEG, _JPEG_SIZE = 0x0201, 0x0202
_JPEG_OF_RAW = (0x002E, 0x0127)  # of RW2
_PACKED = {6, 7, 34892}  # JPEG, old and new; DNG's lossy JPEG
_RAW_COLOURS = {32803, 34892}  # as the sensor has them (TIFF/EP), and linear (DNG)
_NIKON_PREVIEW, _OLYMPUS_SETTINGS, _OLYMPUS_PREVIEW, _OLYMPUS_SIZE = 0x0011, 0x2020, 0x0101, 0x0102
_NOTES_OF_OLYMPUS = {b"OLYMPUS\0": 12, b"OM SYSTEM\0": 16}
_HEAD = 1 << 16


class Preview(NamedTuple):
    """Where in the file a preview stands, which is a file of its own."""

    begin: int
    size: int


class Raw(NamedTuple):
    """Raw data of a camera: its type, and the previews in the order of the file."""

    mime: str
    previews: tuple[Preview, ...]


def read_raw(look: Look, size: int, mime: str) -> Raw | None:
    """What is known of raw data, or `None` if it is none, as of a plain TIFF.

    Args:
        look: reads the file.
        size: of the file; a preview that goes on behind its end is cut off there.
        mime: of `TYPES`.
    """
    kind = mime
    if mime == "image/tiff":
        kind = _kind(look)
        if not kind:
            return None
    if mime == _CR3:
        found = list(previews_in_boxes(look, size))
    elif mime == _RAF:
        found = [(int.from_bytes(look(84, 4), "big"), int.from_bytes(look(88, 4), "big"))]
    else:
        found = list(_in_directories(look, kind))
    whole = {begin: min(length, size - begin) for begin, length in found if 0 < begin < size and length > 0}
    return Raw(kind, tuple(Preview(begin, whole[begin]) for begin in sorted(whole) if _is_picture(look, begin)))


def _kind(look: Look) -> str:
    """The type of raw data in a TIFF, empty if it is a picture as any other."""
    if look(8, 2) == b"CR":
        return _CR2
    tree, make, is_raw = Tree(look), "", False
    for fields in tree.directories():
        if _DNG_VERSION in fields:
            return _DNG
        is_raw = is_raw or tree.value(fields, _COLOURS) in _RAW_COLOURS
        if not make and (field := fields.get(_MAKE)):
            make = look(field.at, min(field.values, 64)).split(b"\0")[0].decode("ascii", "replace").lower()
    return next((mime for begin, mime in MAKERS if make.startswith(begin)), _OTHER) if is_raw else ""


def _in_directories(look: Look, kind: str) -> Iterator[tuple[int, int]]:
    tree = Tree(look)
    for fields in tree.directories():
        yield tree.value(fields, _JPEG), tree.value(fields, _JPEG_SIZE)
        if tree.value(fields, _COMPRESSION) in _PACKED and tree.value(fields, _COLOURS) not in _RAW_COLOURS:
            for places, sizes in _SINGLE:
                begins, lengths = tree.values(fields, places), tree.values(fields, sizes)
                if len(begins) == len(lengths) == 1:
                    yield begins[0], lengths[0]
        if kind == _RW2:
            yield from ((fields[tag].at, fields[tag].values) for tag in _JPEG_OF_RAW if tag in fields)
        if _MAKER_NOTE in fields:
            yield from _in_maker_note(look, tree, fields[_MAKER_NOTE])


def _in_maker_note(look: Look, tree: Tree, note: Field) -> Iterator[tuple[int, int]]:
    """What Nikon and Olympus keep where each maker writes as it likes; offsets count from there."""
    head = look(note.at, 16)
    if head.startswith(b"Nikon\0"):
        base = note.at + 10
        inner = Tree(look, base)
        fields, _ = inner.directory(inner.first())
        preview, _ = inner.directory(inner.value(fields, _NIKON_PREVIEW))
        if _NIKON_PREVIEW in fields:
            yield base + inner.value(preview, _JPEG), inner.value(preview, _JPEG_SIZE)
    for begins, first in _NOTES_OF_OLYMPUS.items():
        if head.startswith(begins):
            inner = Tree(look, note.at, like=tree)
            fields, _ = inner.directory(first)
            settings, _ = inner.directory(inner.value(fields, _OLYMPUS_SETTINGS))
            yield note.at + inner.value(settings, _OLYMPUS_PREVIEW), inner.value(settings, _OLYMPUS_SIZE)


def _is_picture(look: Look, begin: int) -> bool:
    """A JPEG, and no raw data that was packed by JPEG without loss, which has more bits a sample."""
    head = look(begin, _HEAD)
    return head.startswith(b"\xff\xd8\xff") and jpeg.read_header(head).bits in {0, 8}  # 0: not in what was read
