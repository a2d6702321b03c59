"""What may hold pictures and is neither a picture nor a video: archives, documents, mail, disks.

Nothing here opens them. Who can look into one (`scanning.archives`) does; what nobody looks into is said by name, so
that a file that may hide pictures is never filed like a text. Known by its bytes alone, as media are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD_BYTES = 66_000
"""So much of the beginning is enough: the superblock of Btrfs stands at 65,600."""

TAIL_BYTES = 512
"""So much of the end: some images of disks have their header there."""


class Kind(NamedTuple):
    """A kind of container.

    Attributes:
        mime: its media type.
        name: for a sentence, with its article; its Danish stands in `scanning/report/reasons.toml`.
    """

    mime: str
    name: str


_MAIL, _MAILBOX = "a mail", "a mailbox"
_ENCRYPTED = "an encrypted file"
_DATABASE = "a database"
_DISK, _LOCKED = "a disk image", "an encrypted disk"

KINDS: dict[str, str] = {
    "application/zip": "a zip archive",
    "application/x-tar": "a tar archive",
    "application/gzip": "a gzip file",
    "application/x-bzip2": "a bzip2 file",
    "application/x-xz": "an xz file",
    "application/x-lzma": "an lzma file",
    "application/zstd": "a Zstandard file",
    "application/x-lz4": "an LZ4 file",
    "application/x-lzip": "an lzip file",
    "application/x-lzop": "an lzop file",
    "application/x-compress": "a compress file",
    "application/vnd.rar": "a RAR archive",
    "application/x-7z-compressed": "a 7z archive",
    "application/x-lzh-compressed": "an LHA archive",
    "application/vnd.ms-cab-compressed": "a CAB archive",
    "application/x-installshield": "an InstallShield archive",
    "application/x-arj": "an ARJ archive",
    "application/x-ace-compressed": "an ACE archive",
    "application/x-cpio": "a cpio archive",
    "application/x-zoo": "a ZOO archive",
    "application/x-xar": "a XAR archive",
    "application/x-stuffit": "a StuffIt archive",
    "application/vnd.debian.binary-package": "a Debian package",
    "application/x-rpm": "an RPM package",
    "application/x-android-backup": "an Android backup",
    "application/vnd.ms-htmlhelp": "a compiled help file",
    "application/x-uuencode": "a uuencoded file",
    "application/x-yenc": "a yEnc file",
    "application/age-encryption": _ENCRYPTED,
    "application/pgp-encrypted": _ENCRYPTED,
    "application/x-openssl-encrypted": _ENCRYPTED,
    "application/pdf": "a PDF document",
    "application/postscript": "a PostScript document",
    "application/rtf": "an RTF document",
    "application/x-ole-storage": "an OLE2 file (older Office document, mail, thumbnails)",
    "application/onenote": "a OneNote notebook",
    "application/dicom": "a DICOM file",
    "application/x-shockwave-flash": "a Flash film",
    "application/x-metafile": "a metafile",
    "application/x-thumbcache": "a thumbnail cache",
    "message/rfc822": _MAIL,
    "application/mbox": _MAILBOX,
    "application/vnd.ms-tnef": "a TNEF attachment",
    "application/vnd.ms-outlook": "an Outlook mailbox",
    "application/x-outlook-express": "an Outlook Express mailbox",
    "application/vnd.lotus-notes": "a Notes database",
    "application/vnd.sqlite3": "an SQLite database",
    "application/vnd.ms-access": "an Access database",
    "application/x-ese": "an ESE database",
    "application/x-ewf": "an EnCase image (E01)",
    "application/x-ewf-further": "a file of an EnCase image that is read with its first",
    "application/x-aff": "an AFF image",
    "application/x-aff4": "an AFF4 image",
    "application/x-vmdk": "a VMDK disk image",
    "application/x-vhd": "a VHD disk image",
    "application/x-vhdx": "a VHDX disk image",
    "application/x-qemu-disk": "a QCOW disk image",
    "application/x-vdi": "a VDI disk image",
    "application/x-parallels-disk": "a Parallels disk image",
    "application/x-apple-diskimage": "an Apple disk image",
    "application/x-ms-wim": "a WIM disk image",
    "application/x-iso9660-image": "an image of an optical disc",
    "application/x-raw-disk-image": _DISK,
    "application/x-encrypted-disk": _LOCKED,
}
"""Media type → what it is called."""

MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (30, b"container.description", "application/x-aff4"),  # a zip whose first member has that name
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"PK\x07\x08", "application/zip"),
    (257, b"ustar", "application/x-tar"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"\xfd7zXZ\x00", "application/x-xz"),
    (0, b"\x28\xb5\x2f\xfd", "application/zstd"),
    (1, b"\x2a\x4d\x18", "application/zstd"),  # a skippable frame: 0x184D2A5? (RFC 8878, 3.1.2)
    (0, b"\x04\x22\x4d\x18", "application/x-lz4"),
    (0, b"LZIP\x01", "application/x-lzip"),
    (0, b"\x89LZO\x00\r\n\x1a\n", "application/x-lzop"),
    (0, b"\x1f\x9d", "application/x-compress"),
    (0, b"\x1f\xa0", "application/x-compress"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"RE\x7e\x5e", "application/vnd.rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"MSCF\x00\x00\x00\x00", "application/vnd.ms-cab-compressed"),
    (0, b"ISc(", "application/x-installshield"),
    (7, b"**ACE**", "application/x-ace-compressed"),
    (0, b"070701", "application/x-cpio"),
    (0, b"070702", "application/x-cpio"),
    (0, b"070707", "application/x-cpio"),
    (20, b"\xdc\xa7\xc4\xfd", "application/x-zoo"),
    (0, b"xar!", "application/x-xar"),
    (0, b"SIT!", "application/x-stuffit"),
    (0, b"StuffIt", "application/x-stuffit"),
    (0, b"!<arch>\ndebian", "application/vnd.debian.binary-package"),
    (0, b"\xed\xab\xee\xdb", "application/x-rpm"),
    (0, b"ANDROID BACKUP\n", "application/x-android-backup"),
    (0, b"ITSF\x03\x00\x00\x00", "application/vnd.ms-htmlhelp"),
    (0, b"=ybegin ", "application/x-yenc"),
    (0, b"age-encryption.org/v1\n", "application/age-encryption"),
    (0, b"-----BEGIN AGE ENCRYPTED FILE-----", "application/age-encryption"),
    (0, b"-----BEGIN PGP MESSAGE-----", "application/pgp-encrypted"),
    (0, b"Salted__", "application/x-openssl-encrypted"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"%!PS", "application/postscript"),
    (0, b"\xc5\xd0\xd3\xc6", "application/postscript"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3", "application/onenote"),
    (128, b"DICM", "application/dicom"),
    (0, b"\xd7\xcd\xc6\x9a", "application/x-metafile"),
    (40, b" EMF\x00\x00\x01\x00", "application/x-metafile"),
    (0, b"CMMM", "application/x-thumbcache"),
    (0, b"\x78\x9f\x3e\x22", "application/vnd.ms-tnef"),
    (0, b"!BDN", "application/vnd.ms-outlook"),
    (0, b"\xcf\xad\x12\xfe", "application/x-outlook-express"),
    (0, b"\x1a\x00\x00\x04\x00\x00", "application/vnd.lotus-notes"),
    (0, b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (4, b"Standard Jet DB\x00", "application/vnd.ms-access"),
    (4, b"Standard ACE DB\x00", "application/vnd.ms-access"),
    (4, b"\xef\xcd\xab\x89", "application/x-ese"),
    (0, b"EVF\x09\r\n\xff\x00\x01\x01\x00", "application/x-ewf"),
    (0, b"EVF\x09\r\n\xff\x00\x01", "application/x-ewf-further"),  # not number 1
    (0, b"EVF\x09\r\n\xff\x00", "application/x-ewf"),
    (0, b"LVF\x09\r\n\xff\x00", "application/x-ewf"),
    (0, b"EVF2\r\n\x81\x00", "application/x-ewf"),
    (0, b"LEF2\r\n\x81\x00", "application/x-ewf"),
    (0, b"AFF10\r\n\x00", "application/x-aff"),
    (0, b"KDMV", "application/x-vmdk"),
    (0, b"COWD", "application/x-vmdk"),
    (0, b"# Disk DescriptorFile", "application/x-vmdk"),
    (0, b"conectix", "application/x-vhd"),
    (0, b"vhdxfile", "application/x-vhdx"),
    (0, b"QFI\xfb", "application/x-qemu-disk"),
    (0, b"QED\x00", "application/x-qemu-disk"),
    (64, b"\x7f\x10\xda\xbe", "application/x-vdi"),
    (0, b"WithoutFreeSpace", "application/x-parallels-disk"),
    (0, b"WithouFreSpacExt", "application/x-parallels-disk"),
    (0, b"encrcdsa", "application/x-apple-diskimage"),
    (0, b"MSWIM\x00\x00\x00", "application/x-ms-wim"),
    (32_769, b"CD001", "application/x-iso9660-image"),
    (32_769, b"BEA01", "application/x-iso9660-image"),  # UDF without ISO 9660
    (0, b"\x00" + b"\xff" * 10 + b"\x00", "application/x-iso9660-image"),  # sectors with their headers (ECMA-130, 14)
    (0, b"LUKS\xba\xbe", "application/x-encrypted-disk"),
    (3, b"-FVE-FS-", "application/x-encrypted-disk"),  # BitLocker
    (512, b"EFI PART", "application/x-raw-disk-image"),
    (4096, b"EFI PART", "application/x-raw-disk-image"),
    (0, b"ER\x02\x00", "application/x-raw-disk-image"),  # an Apple partition map
    (512, b"LABELONE", "application/x-raw-disk-image"),  # LVM
    (3, b"NTFS    ", "application/x-raw-disk-image"),
    (3, b"EXFAT   ", "application/x-raw-disk-image"),
    (54, b"FAT1", "application/x-raw-disk-image"),
    (82, b"FAT32   ", "application/x-raw-disk-image"),
    (32, b"NXSB", "application/x-raw-disk-image"),  # APFS
    (1024, b"H+\x00\x04", "application/x-raw-disk-image"),  # HFS+
    (1024, b"HX\x00\x05", "application/x-raw-disk-image"),
    (1024, b"\x10\x20\xf5\xf2", "application/x-raw-disk-image"),  # F2FS
    (0, b"XFSB", "application/x-raw-disk-image"),
    (65_600, b"_BHRfS_M", "application/x-raw-disk-image"),  # Btrfs
    (65_588, b"ReIsEr", "application/x-raw-disk-image"),
    (0, b"hsqs", "application/x-raw-disk-image"),  # SquashFS
    (4086, b"SWAPSPACE2", "application/x-raw-disk-image"),
)
"""(offset, bytes there, media type)."""

_MAGICS = tuple(
    (place, tuple(magic for at, magic, _ in MAGIC if at == place)) for place in sorted({at for at, _, _ in MAGIC})
)

_TAILS: tuple[tuple[bytes, str], ...] = (
    (b"conectix", "application/x-vhd"),
    (b"koly\x00\x00\x00\x04", "application/x-apple-diskimage"),
)
"""What the last 512 bytes begin with."""

_LHA = re.compile(rb"-l[hz][0-9ds]-")
_BZIP2 = re.compile(rb"BZh[1-9](1AY&SY|\x17rE8P\x90)")
_PDF = re.compile(rb"[\r\n\x00-\x08\x80-\xff]%PDF-[12]\.\d")
_UUENCODED = re.compile(rb"begin(-base64)? [0-7]{3,4} \S")
_MBOX = re.compile(rb"From [^\r\n]{1,300} (19|20)\d\d( [+-]\d{4})?\r?\n[A-Za-z-]+:")
_HEADERS = re.compile(rb"(?:\d+\s*\n)?((?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*)+)")
_FIELD = re.compile(rb"^([A-Za-z][A-Za-z0-9-]*):", re.MULTILINE)
_OF_MAIL = {b"message-id", b"mime-version", b"received", b"return-path", b"delivered-to"}
_OF_PAGE = {b"mime-version", b"content-type"}
_OF_PEOPLE = {b"from", b"to", b"date", b"subject"}


def _is_mail(head: bytes) -> bool:
    """RFC 5322: header fields from the first byte on, of a kind that letters have and other texts do not.

    A page that an Office program saved as one file is a mail of nobody to nobody (RFC 2557).
    """
    found = _HEADERS.match(head)
    if found is None:
        return False
    fields = {name.lower() for name in _FIELD.findall(found[1])}
    return fields >= _OF_PAGE or (bool(fields & _OF_MAIL) and len(fields & _OF_PEOPLE) >= 2)


def _is_partitioned(head: bytes) -> bool:
    """A master boot record: its mark, and four entries that can be partitions, one at least."""
    if head[510:512] != b"\x55\xaa":
        return False
    entries = [head[at : at + 16] for at in range(446, 510, 16)]
    used = [entry for entry in entries if any(entry)]
    return bool(used) and all(e[0] in {0, 0x80} and e[4] and any(e[12:16]) for e in used)


def is_ext(head: bytes) -> bool:
    """The superblock of ext2, ext3, ext4: its mark, a block size and a state that exist."""
    size, state = (int.from_bytes(head[at : at + 4], "little") for at in (1048, 1082))
    return head[1080:1082] == b"\x53\xef" and size <= 6 and state & 0xFFFF < 8


def _is_lzma(head: bytes) -> bool:
    """LZMA alone, as `xz --format=lzma` writes it: properties, a dictionary, and a size that can be."""
    size = head[5:13]
    return head[:3] == b"\x5d\x00\x00" and len(size) == 8 and (size == b"\xff" * 8 or size[5:] == b"\0\0\0")


def _is_flash(head: bytes) -> bool:
    length = int.from_bytes(head[4:8], "little")  # more than 8 only where the version before it is there too
    return head[:3] in {b"FWS", b"CWS", b"ZWS"} and 8 < length < 1 << 29 and 0 < head[3] < 64


_WEAK: tuple[tuple[Callable[[bytes], object], str], ...] = (
    (_BZIP2.match, "application/x-bzip2"),
    (lambda h: _LHA.match(h, 2), "application/x-lzh-compressed"),
    (_is_lzma, "application/x-lzma"),
    (lambda h: h[:2] == b"\x60\xea" and 0 < int.from_bytes(h[2:4], "little") <= 2600, "application/x-arj"),
    (lambda h: h[:2] in {b"\xc7\x71", b"\x71\xc7"} and 0 < max(h[20:22], default=0) < 128, "application/x-cpio"),
    (_is_flash, "application/x-shockwave-flash"),
    (_UUENCODED.match, "application/x-uuencode"),
    (_MBOX.match, "application/mbox"),
    (_is_mail, "message/rfc822"),
    (lambda h: _PDF.search(h, 0, 1024 + 8), "application/pdf"),
    (is_ext, "application/x-raw-disk-image"),
    (_is_partitioned, "application/x-raw-disk-image"),
)
"""Kinds whose signature is short, or text, so that more must be plausible."""


def container_of(head: bytes, tail: bytes = b"") -> Kind | None:
    """The kind of container that content is, or `None`; to be asked of what is no media.

    Args:
        head: the first `HEAD_BYTES`.
        tail: the last `TAIL_BYTES`.
    """
    mime = ""
    if any(head.startswith(magics, at) for at, magics in _MAGICS):  # a dozen tests in place of all: most are nothing
        mime = next(mime for at, magic, mime in MAGIC if head.startswith(magic, at))
    mime = mime or next((mime for magic, mime in _TAILS if tail.startswith(magic)), "")
    mime = mime or next((mime for plausible, mime in _WEAK if plausible(head)), "")
    return Kind(mime, KINDS[mime]) if mime else None
