"""Building a list package out of what the readers yield, in memory that does not grow with the list's text."""

from __future__ import annotations

import hashlib
import os
import struct
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self

import msgspec
import numpy as np

from vaern.frames import FRAME
from vaern.matching import digests, identities
from vaern.matching.files import ArrayFile, beside, map_bytes, write_array
from vaern.matching.index import HammingIndex
from vaern.matching.packages import FORMAT, MANIFEST, ListPackageError, Manifest, Purpose, written
from vaern.matching.versions import Outdated, Versions, microseconds
from vaern.records import PDQ_BYTES, VALUE_KINDS, Entry, Problem, Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import numpy.typing as npt

    Compared = tuple[npt.NDArray[np.uint32], dict[str, npt.NDArray[np.uint32]]]
    Compare = Callable[[npt.NDArray[np.uint32], npt.NDArray[np.uint64]], Compared]

DISTANCE = 31
"""The distance in use for PDQ (facebook/ThreatExchange, `pdq/README.md`)."""

_RECORD = {
    kind: np.dtype([("value", "u1", length), ("row", "<u4")])
    for kind, length in {**digests.LENGTHS, "pdq": PDQ_BYTES}.items()
} | {"frames": np.dtype([("frame", FRAME), ("row", "<u4")])}
"""A searchable signal on its way to its index, with the number of its entry."""

_IDENTITY = np.dtype([("digest", "<u8"), ("at", "<i8"), ("recalled", "u1")])
_PACKED = struct.Struct("<8sqB")
_LENGTHS = {**digests.LENGTHS, "pdq": PDQ_BYTES}
_PLAIN = {kind: length for kind, length in _LENGTHS.items() if kind not in VALUE_KINDS}
_ENCODE = msgspec.json.Encoder().encode


def build_package(  # noqa: PLR0913 - each says something else about the list
    folder: str | Path,
    items: Iterable[Entry | Problem],
    *,
    name: str,
    release: str | None = None,
    purpose: Purpose = "known",
    distance: int = DISTANCE,
    sources: Sequence[str | Path] = (),
    strict: bool = False,
    allow_empty: bool = True,
    on_item: Callable[[Entry | Problem], None] | None = None,
) -> Manifest:
    """Build a package and put it at `folder`, which must not exist yet.

    Args:
        folder: the package to be.
        items: what the readers of `vaern.formats` yield. Of items with one id that say when they were changed, the
            latest counts; else a later recalled one withdraws the earlier; otherwise both stand.
        name: of the list.
        release: of this state of it; by default the first twelve digits of the package's checksum.
        purpose: see `Manifest`.
        distance: bits, for PDQ.
        sources: the files that the items come from: named in the manifest, with checksums.
        strict: refuse the list at the first problem.
        allow_empty: build a list in which nothing can ever be found, too.
        on_item: called for each item, for a progress bar.

    Raises:
        ListPackageError: the folder exists, a problem in strict mode, or a distance outside of 0 to 256.
        EmptyListError: no item is an entry with a signal or a recall, and `allow_empty` is not set.
        OSError: it could not be written.
    """
    folder = Path(folder)
    if os.path.lexists(folder):
        raise _exists(folder)
    if not 0 <= distance <= 8 * PDQ_BYTES:
        raise ListPackageError(f"a distance of {distance} bits: PDQ values differ by 0 to 256")
    with beside(folder) as fresh:
        with Writer(fresh, strict=strict) as writer:
            for item in items:
                writer.write(item)
                if on_item:
                    on_item(item)
            manifest = writer.finish(
                name=name, release=release or "", purpose=purpose, distance=distance, sources=_sources(sources)
            )
        if not (manifest.signals or manifest.recalled or allow_empty):
            raise EmptyListError(manifest.problems)
        (fresh / MANIFEST).write_bytes(written(manifest))
        close_to_change(fresh)
        try:
            fresh.rename(folder)
        except OSError as error:
            if os.path.lexists(folder):  # another build was faster
                raise _exists(folder) from error
            raise
    return manifest


def close_to_change(folder: Path) -> None:
    """Nobody is to write into the files of a package."""
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o444)


class EmptyListError(ListPackageError):
    """A list in which nothing could ever be found.

    Attributes:
        problems: how many there were; usually they are why.
    """

    def __init__(self, problems: int) -> None:
        self.problems = problems
        why = "the files hold no entry with a signal" if not problems else f"all there was is {problems:,} problem"
        super().__init__(
            f"nothing could be loaded: {why}{'s' if problems > 1 else ''}; mend the files or say what is in them "
            "(--format, --kind, --column), or build an empty list on purpose with --allow-empty"
        )


def _exists(folder: Path) -> ListPackageError:
    return ListPackageError(f"{folder} exists; a package is never changed: choose another folder, or remove it first")


class Writer:
    """Writes entries and problems as they come, and spools signals by kind until `finish` sorts them.

    Args:
        folder: where; it exists.
        strict: refuse the list at the first problem.
        unique: of several items with one id exactly one counts: see `Versions`.
    """

    def __init__(self, folder: Path, *, strict: bool = False, unique: bool = False) -> None:
        self._folder, self._strict, self._unique = folder, strict, unique
        self._spools: dict[str, BinaryIO] = {}
        self._files = {name: (folder / name).open("wb") for name in ("entries.jsonl", "problems.jsonl")}
        self._at = (folder / "at.spool").open("wb")
        self._identities = (folder / "identities.spool").open("wb")
        self._versions = Versions(folder / "versions.spool", unique=unique)
        self._written = self._rows = self._problems = self._quarantined = 0
        self._opaque: dict[str, int] = {}
        self._recalled: dict[str, tuple[int, str]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for file in (*self._spools.values(), *self._files.values(), self._at, self._identities):
            file.close()
        self._versions.close()

    def write(self, item: Entry | Problem, at: int = 0, turn: int = 0) -> None:
        """Write one item.

        Args:
            item: an entry or a problem.
            at: when the list took the entry up, in microseconds since 1970; by default when its source changed it.
            turn: what has a later turn counts before what has an earlier one.
        """
        if isinstance(item, Problem):
            if self._strict:
                raise ListPackageError(f"{item.file}:{item.line}: {item.reason}; without --strict the rest would load")
            self._problems += 1
            self._quarantined += item.quarantined
            self._files["problems.jsonl"].write(msgspec.json.encode(item) + b"\n")
            return
        line = _ENCODE(item) + b"\n"
        self._at.write(self._written.to_bytes(8, "little"))
        self._files["entries.jsonl"].write(line)
        self._written += len(line)
        if not item.recalled:
            row, spools = self._rows.to_bytes(4, "little"), self._spools
            for signal in item.signals:
                kind, value = signal.kind, signal.value
                if len(value) == _PLAIN.get(kind) and kind in spools:  # nearly all: for these the rest is dear
                    spools[kind].write(value + row)
                else:
                    self._spool(signal, row)
        elif not self._unique:
            self._recalled[item.id] = (self._rows, item.updated)
        at = at or (microseconds(item.updated) if item.updated else 0)
        digest = identities.whole_digest(item.id)
        self._identities.write(_PACKED.pack(digest[:8], at, item.recalled))
        self._versions.add(self._rows, item, digest, turn)
        self._rows += 1

    def _spool(self, signal: Signal, row: bytes) -> None:
        """Set a signal aside to be sorted; one that cannot be searched, or is of a wrong length, is only counted."""
        kind, value = signal.kind, signal.value
        if kind == "vpdq" and not len(value) % FRAME.itemsize:
            step = FRAME.itemsize
            spool = self._spool_of("frames")
            for at in range(0, len(value), step):
                spool.write(value[at : at + step] + row)
            return
        if kind in VALUE_KINDS:
            value = digests.digest_of(signal)
        if len(value) == _LENGTHS.get(kind, -1):
            self._spool_of(kind).write(value + row)
        else:
            self._opaque[kind] = self._opaque.get(kind, 0) + 1

    def _spool_of(self, kind: str) -> BinaryIO:
        if kind not in self._spools:
            self._spools[kind] = (self._folder / f"{kind}.spool").open("wb")
        return self._spools[kind]

    def finish(  # noqa: PLR0913 - each says something else about the list
        self,
        *,
        name: str,
        release: str,
        purpose: Purpose,
        distance: int,
        sources: tuple[dict[str, str | int], ...] = (),
        part: int = 0,
        compare: Compare | None = None,
    ) -> Manifest:
        """Sort the signals, write the indexes, remove the spools.

        Args:
            name, release, purpose, distance, sources, part: see `Manifest`.
            compare: asked with the rows that stand or recall, once it is known which do, and with the digests of
                their ids: gives those of them that say nothing new, and arrays to keep in the package.
        """
        self._flush()
        outdated = self._versions.outdated()
        self._say_twice(outdated)
        identity = self._take("identities", _IDENTITY)
        recalls, withdrawn_later = identity["recalled"] > 0, self._marked(outdated.withdrawn)
        replaced = self._marked(outdated.replaced)
        shown = ~(replaced | withdrawn_later)
        withdrawn = recalls if self._unique else self._marked(self._withdrawn()) | withdrawn_later
        if not self._unique:
            shown &= ~withdrawn | recalls
        kept: dict[str, npt.NDArray[np.uint32]] = {}
        if compare:
            same, kept = compare(_numbers(shown), identity["digest"][shown])
            shown[same], replaced[same] = False, True
        replaced &= ~withdrawn
        gone = withdrawn | replaced
        at = np.append(self._take("at", np.dtype("<u8")), np.uint64(self._written))
        arrays = {"entries": [write_array(self._folder / "entries-at.bin", at.astype(np.uint64))]}
        known = identity["digest"][shown], identity["at"][shown], _numbers(shown)
        arrays["identities"] = identities.write(self._folder, *known)
        del identity, known
        arrays |= {key: [write_array(self._folder / f"{key}.bin", array)] for key, array in kept.items()}
        counts = dict(self._opaque)
        for kind, dtype in _RECORD.items():
            found, arrays_of_kind = self._index(kind, dtype, gone)
            arrays |= arrays_of_kind
            if found:
                counts["vpdq frames" if kind == "frames" else kind] = found
        manifest = Manifest(
            format=FORMAT,
            name=name,
            release=release,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            purpose=purpose,
            distance=distance,
            sources=sources,
            entries=self._rows,
            recalled=int(np.count_nonzero(withdrawn)),
            replaced=int(np.count_nonzero(replaced)),
            signals=counts,
            problems=self._problems,
            quarantined=self._quarantined,
            files={file: _sha256(self._folder / file) for file in self._files},
            arrays=arrays,
            index_files={file: _sha256(self._folder / file) for file in ("pdq/index.json", "frames/index.json")},
            part=part,
        )
        return msgspec.structs.replace(manifest, release=release or manifest.checksum[:12]).sealed()

    def _marked(self, rows: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
        """Some rows, as a mark for each row."""
        marked = np.zeros(self._rows, bool)
        marked[rows] = True
        return marked

    def _flush(self) -> None:
        """What was written can be read back: by `compare`, and to be sorted."""
        for file in (*self._spools.values(), *self._files.values(), self._at, self._identities):
            file.flush()
        self._versions.flush()

    def digests(self) -> npt.NDArray[np.uint64]:
        """The digests of the ids of all that was written up to now."""
        self._identities.flush()
        digests: npt.NDArray[np.uint64] = np.fromfile(self._folder / "identities.spool", _IDENTITY)["digest"]
        return digests

    def lines(self, rows: npt.NDArray[np.uint32]) -> Iterator[bytes]:
        """Some entries as they were written, without the end of the line; only while `finish` asks `compare`."""
        at = np.append(np.fromfile(self._folder / "at.spool", "<u8"), np.uint64(self._written))
        entries = map_bytes(self._folder / "entries.jsonl")
        for row in rows.tolist():
            yield bytes(entries[at[row] : at[row + 1]]).rstrip()

    def _index(
        self, kind: str, dtype: np.dtype[np.void], gone: npt.NDArray[np.bool_]
    ) -> tuple[int, dict[str, list[ArrayFile]]]:
        """Write what finds the signals of one kind, without the rows that are gone.

        Returns how many there are, and the array files.
        """
        spool = self._take(kind, dtype)
        spool = spool[~gone[spool["row"]]] if gone.any() else spool
        found = len(spool)
        if kind == "pdq":
            values, rows = np.ascontiguousarray(spool["value"]), spool["row"].astype(np.int64)
            del spool  # the largest there is, while the index is built beside it
            HammingIndex.build(values, rows, copy=False).save(self._folder / "pdq")
            return found, {}
        if kind == "frames":
            HammingIndex.build(spool["frame"]["pdq"]).save(self._folder / "frames")
            quality = np.minimum(spool["frame"]["quality"], 255).astype(np.uint8)
            arrays = {"entry": spool["row"], "quality": quality}
            files = [write_array(self._folder / f"frames-{key}.bin", array) for key, array in arrays.items()]
            return found, {"frames": files}
        return found, ({kind: digests.write(self._folder, kind, spool["value"], spool["row"])} if found else {})

    def _take(self, name: str, dtype: np.dtype[np.void] | np.dtype[np.uint64]) -> npt.NDArray[np.void]:
        """Read a spool and remove it."""
        path = self._folder / f"{name}.spool"
        array: npt.NDArray[np.void] = np.fromfile(path, dtype) if path.exists() else np.empty(0, dtype)
        path.unlink(missing_ok=True)
        return array

    def _withdrawn(self) -> npt.NDArray[np.uint32]:
        """The numbers of the recalls, and of what stands before them and is not known to be newer."""
        if not self._recalled:
            return np.empty(0, np.uint32)
        gone = []
        with (self._folder / "entries.jsonl").open("rb") as file:
            for row, line in enumerate(file):
                entry = msgspec.json.decode(line, type=Entry)
                at, updated = self._recalled.get(entry.id, (-1, ""))
                newer = bool(updated and entry.updated) and microseconds(entry.updated) > microseconds(updated)
                if entry.recalled or (row <= at and not newer):
                    gone.append(row)
        return np.array(gone, np.uint32)

    def _say_twice(self, outdated: Outdated) -> None:
        """What stands twice with one time is a problem: nobody can say which counts."""
        place = self._folder / "entries.jsonl"
        with (self._folder / "problems.jsonl").open("ab") as file:
            for one, other in outdated.twice.tolist():
                reason = (
                    f"the entry has the same id and the same time of change as the one in line {other + 1}; both count"
                )
                problem = Problem(place.name, one + 1, reason)
                if self._strict:
                    raise ListPackageError(f"{problem.file}:{problem.line}: {reason}; without --strict both would load")
                file.write(msgspec.json.encode(problem) + b"\n")
                self._problems += 1


def _numbers(marked: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint32]:
    return np.flatnonzero(marked).astype(np.uint32)


def _sources(paths: Sequence[str | Path]) -> tuple[dict[str, str | int], ...]:
    return tuple({"file": str(path), "size": Path(path).stat().st_size, "sha256": _sha256(path)} for path in paths)


def _sha256(path: str | Path) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
