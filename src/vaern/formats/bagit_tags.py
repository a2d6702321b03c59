"""The tag files of a bag, from text to records: the declaration, manifests, `bag-info.txt`, `fetch.txt` (RFC 8493, 2).

A reader says everything that is wrong through `say(line, reason)`, and goes on.
"""

from __future__ import annotations

import codecs
import functools
import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vaern.formats.bagit_paths import outside, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Say = Callable[..., None]

VERSIONS = ("0.93", "0.94", "0.95", "0.96", "0.97", "1.0")
ALGORITHMS = {
    "md5": "md5",
    "sha1": "sha1",
    "sha224": "sha224",
    "sha256": "sha256",
    "sha384": "sha384",
    "sha512": "sha512",
    "sha3256": "sha3_256",
    "sha3384": "sha3_384",
    "sha3512": "sha3_512",
    "blake2b512": "blake2b",
}
"""What stands in a manifest's name, without its signs (RFC 8493, 2.4), and what Python calls it."""
WEAK = ("md5", "sha1")
"""Somebody can make two files with one such digest, so it shows an accident and not an intent."""

_ENCODINGS = re.compile(r"utf-?8|utf-?16(?:le|be)?|us-ascii|ascii|iso-8859-\d{1,2}|windows-125\d", re.IGNORECASE)
_DECLARED = (("BagIt-Version", r"(\d+\.\d+)"), ("Tag-File-Character-Encoding", r"([\w.:-]+)"))
_MANIFEST = re.compile(r"(tag)?manifest-([A-Za-z0-9_-]+)\.txt")
_LINE = re.compile(r"([0-9A-Fa-f]+)([ \t]+)(\*?)(.+)", re.DOTALL)
_ENDS = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Declaration:
    """`bagit.txt`."""

    version: str = "1.0"
    encoding: str = "UTF-8"

    @property
    def is_old(self) -> bool:
        """Whether this is a version before the standard, which was milder."""
        return self.version != "1.0"


@dataclass
class Manifest:
    """One manifest.

    Attributes:
        file: its name.
        algorithm: as its name says, without signs, lower case: `sha256`.
        of_tags: whether it lists tag files.
        lines: path as it is written (without `./`) → (digest in lower case, number of the line).
    """

    file: str
    algorithm: str
    of_tags: bool
    lines: dict[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def is_known(self) -> bool:
        """Whether we can compute its digests."""
        return self.algorithm in ALGORITHMS


def manifest_named(path: str) -> Manifest | None:
    """An empty manifest if a file of this name is one; None if it is not."""
    match = _MANIFEST.fullmatch(path)
    if match is None:
        return None
    return Manifest(path, re.sub(r"[^a-z0-9]", "", match[2].lower()), bool(match[1]))


def declaration(raw: bytes, say: Say) -> Declaration:
    """Reads `bagit.txt`, which is UTF-8 without a byte order mark, exactly two lines, and nothing else."""
    if raw.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        say(1, "begins with a byte order mark, which the declaration may not have")
        raw = raw.removeprefix(codecs.BOM_UTF8)
    text = raw.decode("utf-8", "replace")
    lines = _ENDS.split(text)
    if lines[-1] == "":
        lines.pop()
    found = []
    for number, (label, value) in enumerate(_DECLARED, 1):
        line = lines[number - 1] if number <= len(lines) else None
        match = re.fullmatch(rf"{label}: {value}", line or "")
        if line is None:
            say(number, f"the line “{label}: …” is missing")
        elif match is None:
            say(number, f"is not “{label}: ” and a value, exactly so; it is {_shown(line)}")
        found.append(match[1] if match else "")
    if len(lines) > len(_DECLARED):
        say(3, "has more than two lines")
    version, encoding = found
    if version and version not in VERSIONS:
        say(1, f"version {version} is not known; known are {', '.join(VERSIONS)}")
        version = ""
    if encoding and not _ENCODINGS.fullmatch(encoding):
        say(2, f"the encoding {encoding} is not read here")
        encoding = ""
    return Declaration(version or "1.0", encoding or "UTF-8")


def text_of(raw: bytes, encoding: str, say: Say) -> str:
    """A tag file's text. What is no text in the declared encoding is said, and becomes U+FFFD."""
    if encoding.upper() in {"UTF-8", "UTF8"} and raw.startswith(codecs.BOM_UTF8):
        say(1, "begins with a byte order mark, which tools take for a part of the first line", warning=True)
        raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        return raw.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        at = getattr(error, "start", 0)
        say(raw.count(b"\n", 0, at) + 1, f"is not {encoding}, which bagit.txt declares")
        return raw.decode(encoding if isinstance(error, UnicodeDecodeError) else "utf-8", "replace")


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """Number and text of each line. It ends with LF, CR or both, and with nothing else: a name may hold U+2028."""
    lines = _ENDS.split(text)
    if lines[-1] == "":
        lines.pop()
    yield from enumerate(lines, 1)


def read_manifest(manifest: Manifest, text: str, say: Say, *, old: bool) -> None:
    """Fills a manifest from its text."""
    length = 2 * hashlib.new(ALGORITHMS[manifest.algorithm]).digest_size if manifest.is_known else 0
    for number, line in lines_of(text):
        match = _LINE.fullmatch(line)
        if match is None:
            say(number, f"is not a digest, a space and a path; it is {_shown(line)}")
            continue
        digest, _, star, path = match.groups()
        if length and len(digest) != length:
            say(number, f"the digest has {len(digest)} signs; {manifest.algorithm} has {length}")
            continue
        if star:
            say(number, "has a * before the path, as md5sum writes it; BagIt has none", warning=True)
        if name := _listed(path, manifest, functools.partial(say, number)):
            _enter(manifest, name, (digest.lower(), number), say, old=old)


def _listed(path: str, manifest: Manifest, say: Say) -> str:
    """The path that a manifest's line names; "" if a manifest of this kind may not list it."""
    if why := outside(path):
        say(f"the path {_shown(path)} {why}")
        return ""
    name = plain(path)
    if name != path:
        say(f"the path {_shown(path)} is relative in a roundabout way; {_shown(name)} is meant", warning=True)
    if name.startswith("data/") == manifest.of_tags:
        lies = "lies under data/, and a tag manifest lists tag files"
        say(f"the path {_shown(path)} {lies if manifest.of_tags else 'does not lie under data/'}")
        return ""
    return name


def _enter(manifest: Manifest, name: str, entry: tuple[str, int], say: Say, *, old: bool) -> None:
    before = manifest.lines.setdefault(name, entry)
    if before is not entry:
        same = before[0] == entry[0]
        reason = f"{_shown(name)} stands on line {before[1]} already, with {'the same' if same else 'another'} digest"
        say(entry[1], reason, warning=old and same)


def read_info(text: str, say: Say, *, old: bool) -> list[tuple[str, str, int]]:
    """Label, value and line of each element of `bag-info.txt`; a value may go on in lines that begin with a space."""
    found: list[tuple[str, str, int]] = []
    for number, line in lines_of(text):
        if not line.strip():
            say(number, "is empty", warning=True)
        elif line[0] in " \t":
            if found:
                label, value, at = found[-1]
                found[-1] = label, f"{value} {line.strip()}", at
            else:
                say(number, "goes on with a value that has no beginning")
        else:
            label, colon, value = line.partition(":")
            if not colon or not label.strip():
                say(number, f"is not a label, a colon and a value; it is {_shown(line)}")
                continue
            if label != label.strip():
                say(number, "has a space before the colon", warning=old)
            found.append((label.strip(), value.strip(), number))
    return found


def read_fetch(text: str, say: Say) -> list[tuple[str, int]]:
    """Path and line of each file that `fetch.txt` says lies elsewhere. The addresses are neither kept nor asked."""
    found: list[tuple[str, int]] = []
    for number, line in lines_of(text):
        match = re.fullmatch(r"(\S+)[ \t]+(\d+|-)[ \t]+(.+)", line)
        if match is None:
            say(number, "is not an address, a length and a path")
            continue
        path = match[3]
        if why := outside(path):
            say(number, f"the path {_shown(path)} {why}")
        elif not plain(path).startswith("data/"):
            say(number, f"the path {_shown(path)} does not lie under data/")
        else:
            found.append((plain(path), number))
    return found


def _shown(text: str) -> str:
    """Text of a stranger, safe to print, and not too long."""
    safe = "".join(sign if sign.isprintable() else "�" for sign in text[:120])
    return f"“{safe}{'…' if len(text) > 120 else ''}”"
