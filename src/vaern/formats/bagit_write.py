"""BagIt out (RFC 8493): a bag of small files in memory, and a zip of it that is the same bytes for the same bag.

Nothing is compressed and every date is the same, because a compressor's version or a clock would change the bytes. The
zip unpacks with any tool; `sha256sum -c manifest-sha256.txt` checks it.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import TYPE_CHECKING

from vaern.formats.bagit_paths import coded, folded, unportable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ALGORITHMS = ("sha256", "sha512")
TAG_MANIFEST = "tagmanifest-sha256.txt"
"""Whoever stamps or signs this one file has stamped the whole bag: it lists the manifests, which list the payload."""

LONGEST_VALUE = 10_000
_FIRST_DATE = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_FILE = 0o100644 << 16


class BagError(ValueError):
    """What was asked for is no bag, or none that every system could unpack."""


def bag(
    payload: Mapping[str, bytes],
    info: Sequence[tuple[str, str]] = (),
    *,
    tag_files: Mapping[str, bytes] | None = None,
) -> dict[str, bytes]:
    """Lays out a bag of version 1.0.

    Args:
        payload: contents by path, without `data/`.
        info: labels and values of `bag-info.txt`; `Payload-Oxum` is added.
        tag_files: further files beside `data/`, as a README; listed in the tag manifests.

    Returns:
        All files of the bag, by path in it, sorted.

    Raises:
        BagError: an empty payload, or a name or a label that cannot be written.
    """
    if not payload:
        raise BagError("a bag needs a payload")
    files = {f"data/{path}": content for path, content in payload.items()}
    octets = sum(map(len, files.values()))
    beside = {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": _info([*info, ("Payload-Oxum", f"{octets}.{len(files)}")]),
    }
    for path, content in (tag_files or {}).items():
        if path.startswith(("data/", "manifest-", "tagmanifest-")) or path in {*beside, "data", "fetch.txt"}:
            raise BagError(f"{path!r} is not the name of a further tag file")
        beside[path] = content
    _check_names([*files, *beside])
    beside |= {f"manifest-{name}.txt": _manifest(files, name) for name in ALGORITHMS}
    listed = dict(beside)
    beside |= {f"tagmanifest-{name}.txt": _manifest(listed, name) for name in ALGORITHMS}
    return dict(sorted({**files, **beside}.items()))


def zipped(base: str, files: Mapping[str, bytes]) -> bytes:
    """A zip with one folder that holds the files; the same bytes for the same files.

    Raises:
        BagError: a name that cannot be written.
    """
    if why := unportable(base) or ("is more than one folder" if "/" in base else ""):
        raise BagError(f"the folder's name {base!r} {why}")
    _check_names(files)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(files):
            info = zipfile.ZipInfo(f"{base}/{path}", _FIRST_DATE)
            info.create_system, info.external_attr = _UNIX, _FILE
            archive.writestr(info, files[path])
    return out.getvalue()


def _manifest(files: Mapping[str, bytes], algorithm: str) -> bytes:
    lines = (f"{hashlib.new(algorithm, files[path]).hexdigest()}  {coded(path)}\n" for path in sorted(files))
    return "".join(lines).encode("utf-8")


def _info(elements: Sequence[tuple[str, str]]) -> bytes:
    for label, value in elements:
        is_label = label and label == label.strip() and label.isprintable() and ":" not in label
        if not is_label or not value.isprintable() or value != value.strip() or len(value) > LONGEST_VALUE:
            raise BagError(f"{label!r} or its value cannot be a line of bag-info.txt")
    return "".join(f"{label}: {value}\n" for label, value in elements).encode("utf-8")


def _check_names(paths: Sequence[str] | Mapping[str, bytes]) -> None:
    seen: dict[str, str] = {}
    for path in paths:
        if why := unportable(path):
            raise BagError(f"the path {path!r} {why}")
        if other := seen.setdefault(folded(path), path) != path and seen[folded(path)]:
            raise BagError(f"{path!r} and {other!r} are one file on some systems")
    for path in paths:
        parts = path.split("/")
        if any(folded("/".join(parts[:n])) in seen for n in range(1, len(parts))):
            raise BagError(f"{path!r} lies in a folder that is a file too")
