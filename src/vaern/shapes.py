r"""The shape of a file's name, by which the files of one device or program resemble each other.

`IMG_0001.JPG` and `IMG_0417.JPG` both have the shape `IMG_#.JPG`. A name may say who somebody is; its shape must not:
digits become `#`, and every word that no camera or program writes by itself becomes `*`. Marks between them stay.

    >>> shape("IMG_20260102_101112.jpg"), shape("Holiday with somebody 3.jpg")
    ('IMG_#_#.jpg', '* * * #.jpg')
"""

from __future__ import annotations

import hashlib
import re

LONGEST = 100
"""Characters of a shape; a longer one says no more than `*`."""

WORDS = frozenset(
    {
        # What cameras begin names with (JEITA CP-3461, "DCF", leaves them four letters), then phones and programs.
        "cimg",
        "dcim",
        "dji",
        "dsc",
        "dscf",
        "dsci",
        "dscn",
        "fb",
        "fhd",
        "gopr",
        "gp",
        "gh",
        "gx",
        "hpim",
        "imag",
        "image",
        "images",
        "img",
        "kif",
        "lrv",
        "lv",
        "mah",
        "mg",
        "mov",
        "movi",
        "mvi",
        "mvimg",
        "pana",
        "pano",
        "photo",
        "picture",
        "pict",
        "pxl",
        "received",
        "sam",
        "sdc",
        "snapchat",
        "signal",
        "screenshot",
        "screenrecording",
        "screen",
        "recording",
        "telegram",
        "thumb",
        "trim",
        "vid",
        "video",
        "viber",
        "whatsapp",
        "wa",
        "wp",
        "edited",
        "copy",
        "burst",
        "cover",
        "portrait",
        "hdr",
        "night",
        "raw",
        "at",
        "am",
        "pm",
    }
)
"""Words that devices and programs write, in lower case."""

EXTENSIONS = frozenset(
    {
        # With `#` for each run of digits, so that a shape is its own shape.
        "jpg",
        "jpeg",
        "jpe",
        "jfif",
        "png",
        "apng",
        "gif",
        "bmp",
        "webp",
        "tif",
        "tiff",
        "heic",
        "heif",
        "hif",
        "avif",
        "jxl",
        "jp#",
        "dng",
        "cr#",
        "nef",
        "arw",
        "orf",
        "rw#",
        "raf",
        "srw",
        "pef",
        "mp#",
        "m#v",
        "mov",
        "avi",
        "mkv",
        "webm",
        "wmv",
        "asf",
        "flv",
        "f#v",
        "mpg",
        "mpeg",
        "mpe",
        "mpv",
        "#gp",
        "#g#",
        "ts",
        "mts",
        "m#ts",
        "vob",
        "ogv",
        "divx",
        "insv",
        "lrv",
        "thm",
        "tmp",
        "part",
        "psd",
        "ico",
        "svg",
        "zip",
        "tar",
        "rar",
        "gz",
        "#z",
        "dat",
        "bin",
        "db",
    }
)

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_RUN = re.compile(  # all but the marks of ASCII; `#` and `*` are of a run
    r"[^\x20-\x22\x24-\x29\x2b-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]+"
)
_PLAIN = re.compile(r"([A-Za-z]*)#?", re.ASCII)
_INITIALS = 2  # such as the P of P1010001


def shape(name: str) -> str:
    """Return the shape of a base name: printable ASCII without a digit, never longer than the name, its own shape."""
    stem, dot, extension = name.rpartition(".")
    extension = _numbers(extension)
    if not stem or extension.lower() not in EXTENSIONS:
        stem, dot, extension = name, "", ""
    found = _RUN.sub(_of_run, _numbers(_UUID.sub("*", stem))) + dot + extension
    return found if len(found) <= LONGEST else "*"


def folder_digest(name: str) -> str:
    """Return the SHA-256, hexadecimal, of the folder in which the walk met a file; "" where the name has none."""
    folder = name.rpartition("/")[0]
    return hashlib.sha256(folder.encode("utf-8", "surrogatepass")).hexdigest() if folder else ""


def _numbers(text: str) -> str:
    return re.sub(r"\d+", "#", text)


def _of_run(run: re.Match[str]) -> str:
    """A word of a device with or without a number behind it, a number, or anything else."""
    plain = _PLAIN.fullmatch(run[0])
    if plain is None:
        return "*"
    word = plain[1]
    is_initials = run[0].endswith("#") and len(word) <= _INITIALS and word.isupper()
    return run[0] if not word or is_initials or word.lower() in WORDS else "*"
