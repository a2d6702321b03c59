"""List packages: one hash list as a folder, immutable, checksummed, mapped by every process that matches.

    LIST/
      list.json           what it is: name, release, purpose, distance, counts, checksums of all other files
      entries.jsonl       every entry as it came, signals included; recalled ones too
      entries-at.bin      where in entries.jsonl each begins
      ids-*, changed-*    which entries there are, by id and by when they changed (`identities`)
      md5-*.bin ...       exact digests (`digests`); of text, such as addresses, its SHA-256
      pdq/                the Hamming index; ids are entry numbers
      frames/             the Hamming index over frames of videos; ids are frame numbers
      frames-*.bin        of which entry each frame is, and its quality
      problems.jsonl      what could not be used, and where it stood

A package is never changed. A new state of a list is a new release, beside the old one or in its place.

`list.json` holds a checksum of itself, so that what a list *is* (known or known-good, within which distance) stands
under it as its content does. Format 1 had none: such a package opens, and `unsealed` says what that means.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from vaern.matching import digests, identities
from vaern.matching.files import ArrayFile, IndexFormatError, Pieces, map_rows
from vaern.matching.index import HammingIndex
from vaern.records import PDQ_BYTES, Entry

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from vaern.matching.digests import DigestTable

FORMAT, UNSEALED_FORMAT = "vaern-list/2", "vaern-list/1"
MANIFEST = "list.json"
Purpose = Literal["known", "removal", "known-good", "negative"]


class ListPackageError(ValueError):
    """A folder that is not a list package, is of another version, or is damaged; or a list that cannot be built."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a list package is.

    Attributes:
        format: `FORMAT`, or `UNSEALED_FORMAT` of a package that an older version built.
        name: of the list, the same over all releases.
        release: of this state of it.
        created: when it was built, ISO 8601 in UTC.
        purpose: `known`: a hit is a finding. `removal`: a finding too, of what is to be removed; it says nothing of
            what is to be reported: intimate images of adults, what survivors wish to have removed. `known-good`: a hit
            may be ignored. `negative`: what was taken for known material and is none; a hit is a warning.
        distance: the most bits by which a PDQ value may differ for a hit.
        sources: the files it was built from, with size and SHA-256.
        entries, recalled: how many lines, and how many of them are withdrawn and never match.
        replaced: how many of them a later version of the same entry replaced; they do not match either.
        signals: searchable signals by kind; opaque ones are counted too, and kept, but not compared.
        problems, quarantined: what the readers could not use; of that, junk signals.
        files: SHA-256 of the files that are not arrays.
        arrays: the array files.
        index_files: SHA-256 of the manifests of the Hamming indexes, which hold the checksums of their arrays.
        part: of a part of a list that changes (`current`): for which state of it the part was made.
        seal: SHA-256 of this manifest as it is written, with an empty seal.
    """

    format: str
    name: str
    release: str
    created: str
    purpose: Purpose
    distance: int
    sources: tuple[dict[str, str | int], ...]
    entries: int
    recalled: int
    signals: dict[str, int]
    problems: int
    quarantined: int
    files: dict[str, str]
    arrays: dict[str, list[ArrayFile]]
    index_files: dict[str, str]
    replaced: int = 0
    part: int = 0
    seal: str = ""

    @property
    def checksum(self) -> str:
        """SHA-256 over all that the package is and holds: the same whenever, wherever and as what release it is built.

        In format 1 over its content alone.
        """
        if self.format != UNSEALED_FORMAT:
            sources = tuple({**source, "file": ""} for source in self.sources)
            return _sha256(msgspec.structs.replace(self, release="", created="", sources=sources, seal=""))
        parts = [f"{name} {value}" for name, value in sorted({**self.files, **self.index_files}.items())]
        parts += [f"{array.file} {array.sha256}" for files in self.arrays.values() for array in files]
        return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()

    @property
    def unsealed(self) -> str:
        """Why nobody can tell whether this manifest is as it was written; empty where one can."""
        if self.format != UNSEALED_FORMAT:
            return ""
        return (
            f"it is of format {UNSEALED_FORMAT!r}, in which its name, purpose and distance stand under no checksum; "
            "build it again"
        )

    def sealed(self) -> Manifest:
        """The same with its seal."""
        return msgspec.structs.replace(self, seal=_sha256(msgspec.structs.replace(self, seal="")))


_ENTRY = msgspec.json.Decoder(Entry)
_AT = struct.Struct("<2Q")
"""Where an entry begins and ends, in bytes of `entries.jsonl`: two rows of `entries-at.bin`."""


def written(manifest: Manifest) -> bytes:
    """The bytes of `list.json`."""
    return msgspec.json.format(msgspec.json.encode(manifest))


def _sha256(manifest: Manifest) -> str:
    return hashlib.sha256(written(manifest)).hexdigest()


@dataclass(frozen=True)
class Frames:
    """The frames of the videos of a list.

    Attributes:
        index: over their PDQ values; ids are frame numbers.
        entry: uint32 [frames], the entry's number; frames of one entry stand together.
        quality: uint8 [frames].
    """

    index: HammingIndex
    entry: npt.NDArray[np.uint32]
    quality: npt.NDArray[np.uint8]


class ListPackage:
    """A list package on disk, opened for matching.

    Attributes:
        folder: where it is.
        manifest: what it is; `name`, `release`, `purpose` and `distance` are at hand directly.
        tables: exact digests by kind, those kinds that the list has.
        pdq: the Hamming index over PDQ values; ids are entry numbers.
        frames: the frames of its videos.
        identities: its entries by id, those that were replaced left out; and by when they changed, recalls among them.
    """

    def __init__(self, folder: Path, manifest: Manifest, *, verify: bool) -> None:
        self.folder, self.manifest = folder, manifest
        self.name, self.release = manifest.name, manifest.release
        self.purpose, self.distance = manifest.purpose, manifest.distance
        arrays = manifest.arrays
        self.tables: dict[str, DigestTable] = {
            kind: digests.load(folder, kind, arrays[kind], verify=verify) for kind in digests.LENGTHS if kind in arrays
        }
        self.pdq = HammingIndex.open(folder / "pdq", verify=verify)
        entry, quality = map_rows(folder, arrays["frames"], [("<u4", ()), ("|u1", ())], verify=verify)
        self.frames = Frames(HammingIndex.open(folder / "frames", verify=verify), entry, quality)
        (at,) = map_rows(folder, arrays["entries"], [("<u8", ())], verify=verify)
        # Opened now: another package may lie here later. Read, for mapped they would be a tenth of a process's memory.
        self._at, self._entries = Pieces(folder / arrays["entries"][0].file), Pieces(folder / "entries.jsonl")
        self.identities = identities.load(folder, arrays["identities"], verify=verify)
        for key, files in arrays.items() if verify else ():
            if key.startswith("gone-"):
                map_rows(folder, files, [("<u4", ())], verify=True)
        _refuse_misfit(self, len(at) - 1)

    @classmethod
    def open(cls, folder: str | Path, *, verify: bool = False) -> ListPackage:
        """Open a package; nothing but its manifest is read until it is needed.

        Args:
            folder: the package.
            verify: read all of it now and compare checksums.

        Raises:
            ListPackageError: not a package, of another version, damaged, or a checksum differs.
            OSError: it could not be read.
        """
        folder = Path(folder)
        try:
            manifest = _read_manifest(folder / MANIFEST)
            if verify:
                _compare(folder, {**manifest.files, **manifest.index_files})
            return cls(folder, manifest, verify=verify)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise ListPackageError(
                f"{folder} is not a list package, or not all of it: {error.filename} is missing. "
                "`vaern lists build` makes one"
            ) from error
        except ListPackageError:
            raise
        except IndexFormatError as error:
            raise ListPackageError(str(error)) from error
        except (ValueError, KeyError) as error:
            raise ListPackageError(f"{folder / MANIFEST} cannot be read: {error}") from error

    def line(self, number: int) -> bytes:
        """The entry of a number as it is written, without the end of the line."""
        return self._line(number).rstrip()

    def _line(self, number: int) -> bytes:
        first = 8 * number
        at = self._at.piece(first, first + _AT.size)
        return self._entries.piece(*_AT.unpack(at)) if at else b""

    def entry(self, number: int) -> Entry:
        """The entry of a number that `tables`, `pdq` or `frames` gave."""
        if not 0 <= number < self.manifest.entries:
            raise ListPackageError(f"{self.folder} is damaged: an index names entry {number}; see `vaern lists verify`")
        try:
            return _ENTRY.decode(self._line(number))
        except ValueError as error:
            raise ListPackageError(f"{self.folder} is damaged at entry {number}; see `vaern lists verify`") from error


def _read_manifest(path: Path) -> Manifest:
    data = path.read_bytes()
    manifest = msgspec.json.decode(data, type=Manifest)
    if manifest.format not in (FORMAT, UNSEALED_FORMAT):
        raise ListPackageError(f"{path.parent} is of format {manifest.format!r}; this version reads {FORMAT!r}")
    if manifest.format == FORMAT and data != written(manifest.sealed()):
        raise ListPackageError(f"{path} was changed after it was written: its seal differs; copy or build it again")
    return manifest


def _refuse_misfit(package: ListPackage, entries: int) -> None:
    """What the manifest says has types; here it must also fit the arrays, and what reads it."""
    manifest, frames = package.manifest, package.frames
    sources = [{key: type(value) for key, value in source.items()} for source in manifest.sources]
    fits = (
        0 <= manifest.distance <= 8 * PDQ_BYTES
        and manifest.entries == entries
        and len(frames.index) == len(frames.entry)
        and all(source == {"file": str, "size": int, "sha256": str} for source in sources)
    )
    if not fits:
        raise ListPackageError(f"{package.folder / MANIFEST} does not fit its list; copy or build it again")


def _compare(folder: Path, files: dict[str, str]) -> None:
    """Compare the checksums of files that are not arrays."""
    for name, expected in files.items():
        with (folder / name).open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != expected:
                raise ListPackageError(
                    f"{folder / name} was changed after it was written: its checksum differs; copy or build it again"
                )
