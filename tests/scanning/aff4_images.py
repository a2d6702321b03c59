"""Images in AFF4 as writers make them: Evimetry's words and names (AFF4 Standard v1.0), every way of packing."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from urllib.parse import quote

import cramjam

VOLUME = "aff4://685e15cc-0000-4000-8000-48117fc77044"
DISK = "aff4://cf853d0b-0000-4000-8000-2ca1572b87eb"
MAP = "aff4://fcbfdce7-0000-4000-8000-08bc931e195b"
SCHEMA = "http://aff4.org/Schema#"

PACK = {
    "http://code.google.com/p/snappy/": lambda data: bytes(cramjam.snappy.compress_raw(data)),
    "https://www.ietf.org/rfc/rfc1950.txt": zlib.compress,
    "https://code.google.com/p/lz4/": lambda data: bytes(cramjam.lz4.compress_block(data, store_size=False)),
    "http://aff4.org/Schema#NullCompressor": lambda data: data,
}
HEADER = f"""@prefix :      <{VOLUME}> .
@prefix rdf:   <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix xsd:   <http://www.w3.org/2001/XMLSchema#> .
@prefix aff4:  <{SCHEMA}> .

:       a                  aff4:ZipVolume ;
        aff4:interface     aff4:Volume ;
        aff4:stored        "Base \\"Linear\\".aff4" .
"""


def iri(number):
    """The name of a stream."""
    return f"aff4://c215ba20-0000-4000-8000-{number:012}"


@dataclass
class Stored:
    """A stream of chunks.

    Attributes:
        data: its bytes.
        method: how they are packed.
        chunk: bytes of a chunk.
        chunks: in a segment.
        said: what is said of it in other words than the writer's.
    """

    data: bytes
    method: str = next(iter(PACK))
    chunk: int = 512
    chunks: int = 4
    said: dict = field(default_factory=dict)

    def members(self, name):
        """The segments and their indexes."""
        step = self.chunk * self.chunks
        for number, at in enumerate(range(0, len(self.data), step)):
            segment, index = b"", b""
            for begin in range(at, min(at + step, len(self.data)), self.chunk):
                plain = self.data[begin : begin + self.chunk].ljust(self.chunk, b"\0")  # the last one is filled up
                packed = PACK[self.method](plain)
                packed = packed if len(packed) < self.chunk else plain
                index += struct.pack("<QI", len(segment), len(packed))
                segment += packed
            yield f"{name}/{number:08}", segment
            yield f"{name}/{number:08}.index", index

    def turtle(self, name):
        """What is said of it."""
        words = {
            "chunkSize": f'"{self.chunk}"^^xsd:int',
            "chunksInSegment": f'"{self.chunks}"^^xsd:int',
            "compressionMethod": f"<{self.method}>",
            "hash": " , ".join(
                f'"{hashlib.new(kind, self.data).hexdigest()}"^^aff4:{kind.upper()}' for kind in ("sha1", "md5")
            ),
            "size": f'"{len(self.data)}"^^xsd:long',
            **self.said,
        }
        return _said(name, "aff4:ImageStream", words)


def _said(name, kind, words):
    return "".join(
        [f"\n<{name}>\n        a  {kind}", *(f" ;\n        aff4:{verb}  {of}" for verb, of in words.items()), " .\n"]
    )


def image(streams, size, ranges, *, gap="aff4:Zero", targets=None, disk=None, more="", hashes=True, kind="aff4:Map"):
    """An image of a disk.

    Args:
        streams: the streams of chunks.
        size: bytes of the disk.
        ranges: (at, length, there, target) each.
        gap: what lies between them.
        targets: what the numbers of targets mean; the streams by default.
        disk: what is said of the disk in other words.
        more: further turtle.
        hashes: keep hashes of the map too.
        kind: of the data stream.
    """
    points = b"".join(struct.pack("<QQQI", *one) for one in ranges)
    names = "\n".join([iri(number) for number in range(len(streams))] if targets is None else targets) + "\n"
    members = {f"{MAP}/map": points, f"{MAP}/idx": names.encode(), f"{MAP}/mapPath": b"0 0 0 "}
    of_map = {"mapGapDefaultStream": gap, "size": f'"{size}"^^xsd:long'}
    if hashes:
        parts = {"mapPointHash": "map", "mapIdxHash": "idx", "mapPathHash": "mapPath"}
        of_map |= {
            verb: f'"{hashlib.sha512(members[f"{MAP}/{part}"]).hexdigest()}"^^aff4:SHA512'
            for verb, part in parts.items()
        }
    turtle = HEADER + _said(MAP, kind, of_map) + more
    turtle += _said(
        DISK, "aff4:DiskImage , aff4:Image", {"dataStream": f"<{MAP}>", "size": f'"{size}"^^xsd:long', **(disk or {})}
    )
    for number, stream in enumerate(streams):
        members |= dict(stream.members(iri(number)))
        turtle += stream.turtle(iri(number))
    return zipped({"container.description": VOLUME.encode(), **members, "information.turtle": turtle.encode()})


def zipped(members):
    """A volume of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("aff4://", quote("aff4://", safe="")), data)
        archive.comment = VOLUME.encode() + b"\0"
    return out.getvalue()


def of_disk(data, **more):
    """An image of a whole disk in one stream."""
    return image([Stored(data, chunk=32 << 10, chunks=8)], len(data), [(0, len(data), 0, 0)], **more)


def without(data, *names):
    """The image without the members that have one of these words in their names."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return zipped(
            {name: archive.read(name) for name in archive.namelist() if not any(one in name for one in names)}
        )
