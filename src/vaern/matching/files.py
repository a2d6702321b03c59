"""An index on disk: one raw little-endian file an array, and a JSON file that says what they are.

Nothing is pickled and nothing in it is code. The files are mapped, so opening costs the same for a thousand rows and
for a hundred million. The kernels stay within bounds whatever the files hold (see `kernels`), so a damaged index may
give wrong answers but not wrong reads; `verify` finds the damage.
"""

from __future__ import annotations

import errno
import hashlib
import mmap
import os
import re
import weakref
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import numpy.typing as npt

from vaern.matching.plan import BANDS, LANES, WIDTH
from vaern.matching.segment import Segment
from vaern.matching.swap import swap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

FORMAT = "vaern-hamming-index/2"
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_MANIFEST = "index.json"
_ARRAYS = {
    "words": ("<u8",),
    "ids": ("<i8", "<u4"),
    "starts": ("<u4",),
    "sketches": ("<u2",),
    "ranks": ("|u1", "<u2", "<u4"),
    "removed": ("|u1",),
}
_DTYPES = {dtype for dtypes in _ARRAYS.values() for dtype in dtypes}
_SMALL = 1 << 16
"""Bytes up to which a file is read, not mapped: a mapped one holds a descriptor, and of small ones there are many."""


class IndexFormatError(ValueError):
    """A folder that is not an index, is of another version, or is damaged."""


class ArrayFile(msgspec.Struct, frozen=True):
    """One array on disk.

    Attributes:
        file: its name in the folder.
        dtype, shape: as NumPy writes them.
        sha256: of the file's bytes, hexadecimal.
    """

    file: str
    dtype: str
    shape: tuple[int, ...]
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What an index folder holds: for each segment its arrays by name."""

    format: str
    segments: tuple[dict[str, ArrayFile], ...]


def save(segments: Iterable[Segment], folder: str | Path) -> None:
    """Write segments to a folder beside the target, then put it in the target's place."""
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / _MANIFEST).is_file())):
        raise IndexFormatError(f"{folder} exists and is not an index; choose another folder")
    with beside(folder) as fresh:
        manifest = Manifest(FORMAT, tuple(_save_segment(*pair, fresh) for pair in enumerate(segments)))
        (fresh / _MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
        put_in_place(fresh, folder)


@contextmanager
def beside(folder: Path) -> Iterator[Path]:
    """A fresh folder on the same file system as `folder`, to write in and then to rename: whole or not at all.

    Nobody else's folder can have its name, and what is not renamed is gone after, unless the process is killed: then
    a hidden folder `.vaern-*` is left, which may be deleted.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        with TemporaryDirectory(prefix=".vaern-", dir=folder.parent, ignore_cleanup_errors=True) as private:
            fresh = Path(private) / "new"  # within, because a temporary folder is closed to others and a list is not
            fresh.mkdir()
            yield fresh
    except OSError as error:
        if error.filename is None and error.errno in _NO_ROOM:  # which a system does not say of a file that is open
            error.filename = str(folder)
        raise


def put_in_place(fresh: Path, folder: Path) -> None:
    """Put what `beside` gave in the place of `folder`, which is never missing. Readers keep what they have mapped."""
    if not folder.exists():
        fresh.rename(folder)
        return
    if swap(fresh, folder):
        return  # the old one now lies where `fresh` did, and goes with it
    old = fresh.with_name("old")
    folder.rename(old)  # a file system that cannot swap: `folder` is missing for a moment
    try:
        fresh.rename(folder)
    except BaseException:
        old.rename(folder)
        raise


def write_array(path: Path, array: npt.NDArray[Any]) -> ArrayFile:
    """Write one array, little endian, and say what it is."""
    array = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    data: Any = array.reshape(-1).view(np.uint8)
    path.write_bytes(data)
    return ArrayFile(path.name, array.dtype.str, array.shape, hashlib.sha256(data).hexdigest())


def map_array(folder: Path, what: ArrayFile, *, verify: bool) -> npt.NDArray[Any]:
    """Map one array read-only, after a look at its name and size; `verify` also compares its checksum."""
    if not re.fullmatch(r"[\w-]+\.bin", what.file, re.ASCII) or what.dtype not in _DTYPES:
        raise IndexFormatError(f"{folder} names {what.file!r} of type {what.dtype!r}, which is no array of an index")
    dtype, path = np.dtype(what.dtype), folder / what.file
    expected, size = int(np.prod(what.shape, dtype=object)) * dtype.itemsize, path.stat().st_size
    if size != expected or min(what.shape, default=0) < 0:
        raise IndexFormatError(
            f"{path} has {size} bytes where {expected} were expected: build it again or copy it again"
        )
    data = map_bytes(path)
    if verify and hashlib.sha256(data).hexdigest() != what.sha256:
        raise IndexFormatError(f"{path} was changed after it was written: its checksum differs; copy or build it again")
    return np.frombuffer(data, dtype).reshape(what.shape)


def map_bytes(path: Path) -> memoryview:
    """Map a file read-only. A small one is read instead, for a mapped one holds a descriptor."""
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size <= _SMALL:
            return memoryview(file.read())
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


class Pieces:
    """The bytes of a file that does not change, read piece by piece.

    Of a mapped file every page that was looked at counts as memory of each process, with those beside it: the entries
    of a list are several times as large as what finds them, and one of them is wanted for a hit. A small file is held.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self._from = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        close = weakref.finalize(self, os.close, self._from)
        self._size = os.fstat(self._from).st_size
        self._held: bytes | None = None
        if self._size <= _SMALL:
            self._held = os.pread(self._from, self._size, 0)
            close()

    def piece(self, first: int, end: int) -> bytes:
        """The bytes from one place up to another; none where the file has no such."""
        if not 0 <= first <= end <= self._size:
            return b""
        return os.pread(self._from, end - first, first) if self._held is None else self._held[first:end]


def map_rows(
    folder: Path, files: Iterable[ArrayFile], rows: list[tuple[str, tuple[int, ...]]], *, verify: bool
) -> list[npt.NDArray[Any]]:
    """Map arrays that have a row each for the same things; `rows` says the type and shape of a row of each."""
    arrays = [map_array(folder, file, verify=verify) for file in files]
    lengths = {array.shape[:1] for array in arrays}
    if [(array.dtype.str, array.shape[1:]) for array in arrays] != rows or len(lengths) != 1 or () in lengths:
        raise IndexFormatError(f"{folder}: arrays do not fit each other; build it again or copy it again")
    return arrays


def load(folder: str | Path, *, verify: bool = False) -> tuple[Segment, ...]:
    """Map the segments of a folder, all of one state: when it is replaced meanwhile, those of the new one."""
    folder = Path(folder)
    while True:
        with _held(folder) as still_there:
            try:
                segments = _load(folder, verify=verify)
            except (IndexFormatError, OSError):
                if still_there():
                    raise
            else:
                if still_there():
                    return segments


@contextmanager
def _held(folder: Path) -> Iterator[Callable[[], bool]]:
    """Hold a folder open, so that no other is taken for it; gives a question: does its name still name it?"""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:  # what is wrong is said by who reads it
        yield lambda: True
        return

    def still_there() -> bool:
        try:
            return os.path.samestat(os.fstat(descriptor), folder.stat())
        except FileNotFoundError:
            return False

    try:
        yield still_there
    finally:
        os.close(descriptor)


def _load(folder: Path, *, verify: bool) -> tuple[Segment, ...]:
    try:
        manifest = msgspec.json.decode((folder / _MANIFEST).read_bytes(), type=Manifest)
        if manifest.format != FORMAT:
            raise IndexFormatError(
                f"{folder} is of format {manifest.format!r}; this version reads {FORMAT!r}: build it again"
            )
        return tuple(_load_segment(folder, arrays, verify=verify) for arrays in manifest.segments)
    except FileNotFoundError as error:
        raise IndexFormatError(f"{folder} is not an index, or not all of it: {error.filename} is missing") from error
    except IndexFormatError:
        raise
    except (ValueError, KeyError) as error:
        raise IndexFormatError(f"{folder / _MANIFEST} cannot be read: {error}") from error


def _save_segment(number: int, segment: Segment, folder: Path) -> dict[str, ArrayFile]:
    arrays = {name: getattr(segment, name) for name in _ARRAYS}
    return {
        name: write_array(folder / f"{number}-{name}.bin", array) for name, array in arrays.items() if array is not None
    }


def _load_segment(folder: Path, arrays: dict[str, ArrayFile], *, verify: bool) -> Segment:
    mapped = {name: map_array(folder, arrays[name], verify=verify) for name in _ARRAYS if name in arrays}
    if any(array.ndim != (2 if name == "starts" else 1) for name, array in mapped.items()):
        raise IndexFormatError(f"{folder}: an array of a segment has another shape than it must; build the index again")
    segment = Segment(mapped["words"], mapped.get("ids"), *(mapped[name] for name in list(_ARRAYS)[2:]))
    rows, bands = segment.rows, segment.bands
    fits = (
        all(arrays[name].dtype in _ARRAYS[name] for name in mapped)
        and len(segment.words) == 4 * rows
        and (segment.ids is None or segment.ids.shape == (rows,))
        and segment.starts.shape in {(0, 1), (BANDS, (1 << WIDTH) + 1)}
        and segment.sketches.shape == (bands * (rows + LANES),)
        and segment.ranks.shape == (bands * rows,)
        and segment.removed.shape in {(0,), (rows,)}
        and (rows > 0 or not bands)
    )
    if not fits:
        raise IndexFormatError(f"{folder}: the arrays of a segment do not fit each other; build the index again")
    return segment
