"""Raw files as cameras write them, as far as their previews go: the raw data is noise."""

from __future__ import annotations

LOSSLESS = b"\xff\xd8\xff\xc3\0\x0b\x0e\0\x40\0\x40\1\1\x11\0\xff\xda" + b"raw" * 50
"""Raw data packed by JPEG without loss, of 14 bits a sample, as in CR2."""

CFA, LINEAR = 32803, 34892


class Data(bytes):
    """Bytes for which the offset stands that they are given."""

    __slots__ = ()


def directories(out, chain, order="little"):
    """Append the directories, each with what it points at behind it; the place of the first.

    Values by tag: a number, a text, bytes, `Data`, or a list of directories below.
    """

    def number(value, size):
        return value.to_bytes(size, order)

    first, pointer = len(out), None
    for fields in chain:
        at = len(out)
        if pointer is not None:
            out[pointer : pointer + 4] = number(at, 4)
        pointer = at + 2 + 12 * len(fields)
        out += number(len(fields), 2) + bytes(12 * len(fields) + 4)
        for index, (tag, value) in enumerate(sorted(fields.items())):
            kind, count = 4, 1
            if isinstance(value, int):
                data = number(value, 4)
            elif isinstance(value, Data):
                data = number(len(out), 4)
                out += value
            elif isinstance(value, list):
                data = number(directories(out, value, order), 4)
            else:
                kind = 2 if isinstance(value, str) else 7
                data = value.encode() + b"\0" if isinstance(value, str) else value
                count = len(data)
                if count > 4:
                    place = len(out)
                    out += data
                    data = number(place, 4)
            entry = at + 2 + 12 * index
            out[entry : entry + 12] = number(tag, 2) + number(kind, 2) + number(count, 4) + data.ljust(4, b"\0")
    return first


def tiff(chain, order="little", magic=None, more=b""):
    """A TIFF of these directories; `more` stands behind the header."""
    out = bytearray(b"II" if order == "little" else b"MM")
    out += magic or (42).to_bytes(2, order)
    out += (8 + len(more)).to_bytes(4, order) + more
    directories(out, chain, order)
    return bytes(out)


def linked(photo):
    """Fields of a directory that has a JPEG as thumbnails are kept."""
    return {0x0201: Data(photo), 0x0202: len(photo)}


def strip(photo, compression=7, colours=6):
    """Fields of one that has it as its only strip."""
    return {0x0103: compression, 0x0106: colours, 0x0111: Data(photo), 0x0117: len(photo)}


def sensor(data=b"raw" * 40, colours=CFA):
    """Fields of one with raw data."""
    return {0x0103: 7, 0x0106: colours, 0x0111: Data(data), 0x0117: len(data)}


def nef(photos, order="big"):
    """Nikon: below the first directory, and in the note of the maker."""
    first, *others = photos
    note = b"Nikon\0\2\x10\0\0" + tiff([{0x0011: [linked(first)]}], order)
    below = [[linked(photo)] for photo in others]
    inner = [fields for chain in below for fields in chain] + [sensor()]
    return tiff([{0x010F: "NIKON CORPORATION", 0x0110: "NIKON D9", 0x014A: inner, 0x8769: [{0x927C: note}]}], order)


def arw(photos, order="little"):
    """Sony: in the first directory and those that follow."""
    chain = [linked(photo) for photo in photos]
    chain[0] |= {0x010F: "SONY", 0x014A: [sensor()]}
    return tiff(chain, order)


def cr2(photos, order="little"):
    """Canon: a strip, then thumbnails, then raw data that is a JPEG without loss."""
    first, *others = photos
    chain = [strip(first, 6) | {0x010F: "Canon"}, *map(linked, others), strip(LOSSLESS, 6)]
    return tiff(chain, order, more=b"CR\2\0\0\0\0\0")


def dng(photos, order="little"):
    """Adobe: strips below the first directory."""
    below = [sensor(LOSSLESS, LINEAR), *map(strip, photos)]
    return tiff([{0x010F: "Any", 0xC612: b"\1\4\0\0", 0x014A: below}], order)


def rw2(photos, order=""):
    """Panasonic: fields of the first directory, always in one order of bytes."""
    return tiff([dict(zip((0x002E, 0x0127), photos, strict=False))], magic=b"U\0")


def orf(photos, order="little"):
    """Olympus: in the settings of the maker's note."""
    note = bytearray(b"OLYMPUS\0II\3\0" if order == "little" else b"OLYMPUS\0MM\0\3")
    directories(note, [{0x2020: [{0x0101: Data(photos[0]), 0x0102: len(photos[0])}]}], order)
    others = [linked(photo) for photo in photos[1:]]
    magic = b"RO" if order == "little" else b"OR"
    return tiff([{0x010F: "OLYMPUS"}, *others, {0x8769: [{0x927C: bytes(note)}]}], order, magic=magic)


def raf(photos, order=""):
    """Fujifilm: one, by the header."""
    head = b"FUJIFILMCCD-RAW 0201".ljust(84, b"x") + (100).to_bytes(4, "big") + len(photos[0]).to_bytes(4, "big")
    return head.ljust(100, b"\0") + photos[0] + b"raw" * 40


def box(name, *content, wide=False):
    """A box (ISO/IEC 14496-12, 4.2)."""
    data = b"".join(content)
    if wide:
        return (1).to_bytes(4, "big") + name + (len(data) + 16).to_bytes(8, "big") + data
    return (len(data) + 8).to_bytes(4, "big") + name + data


def track(place, size):
    """One that has one sample."""
    sizes = box(b"stsz", bytes(4), size.to_bytes(4, "big"), (1).to_bytes(4, "big"))
    places = box(b"co64", bytes(4), (1).to_bytes(4, "big"), place.to_bytes(8, "big"))
    return box(b"trak", box(b"tkhd", bytes(84)), box(b"mdia", box(b"minf", box(b"stbl", sizes, places))))


def cr3(photos, order=""):
    """Canon: the first as thumbnail, the second as preview, the others as samples."""
    thumbnail, *others = photos
    preview, samples = others[:1], others[1:]
    length = len(thumbnail).to_bytes(4, "big")
    thumb = box(b"THMB", bytes(8), length, bytes(4), thumbnail)
    canon = box(b"uuid", bytes.fromhex("85c0b687820f11e08111f4ce462b6a48"), box(b"CNCV", b"CanonCR3"), thumb)
    type_box = box(b"ftyp", b"crx ", bytes(4), b"crx isom")

    def movie(at):
        places = [at + sum(map(len, samples[:index])) for index in range(len(samples))]
        tracks = [track(place, len(photo)) for place, photo in zip(places, samples, strict=True)]
        return box(b"moov", canon, *tracks, track(at + sum(map(len, samples)), 150))

    between = b"".join(
        box(
            b"uuid",
            bytes.fromhex("eaf42b5e1c984b88b9fbb7dc406e4d16"),
            bytes(8),
            box(b"PRVW", bytes(12), len(photo).to_bytes(4, "big"), photo),
        )
        for photo in preview
    )
    at = len(type_box) + len(movie(0)) + len(between) + 16
    return type_box + movie(at) + between + box(b"mdat", *samples, b"raw" * 50, wide=True)


FORMATS = {
    "image/x-nikon-nef": nef,
    "image/x-sony-arw": arw,
    "image/x-canon-cr2": cr2,
    "image/x-adobe-dng": dng,
    "image/x-panasonic-rw2": rw2,
    "image/x-olympus-orf": orf,
    "image/x-fuji-raf": raf,
    "image/x-canon-cr3": cr3,
}
"""Media type → what writes such a file with these previews."""

MOST = {"image/x-fuji-raf": 1, "image/x-panasonic-rw2": 2}
"""Of these formats a file has no more previews than that."""
