"""BagIt in (RFC 8493): whether a bag is complete and valid, and everything that is wrong with it, at once.

Stricter than the Library of Congress' own reader, which takes `BagIt-Version : 1.0` for a declaration, and held to
their conformance suite by `tests/conformance/test_bagit.py`. `fetch.txt` is never followed: a bag with holes is
*incomplete*, with the reason. Versions before the standard (0.93 to 0.97) are read as mildly as they were written.
Writing is in `bagit_write`. Decision: `docs/decisions/0027-evidence-and-bags.md`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING, TypeVar

from vaern.formats import bagit_tags as tags
from vaern.formats.bagit_compare import Found, compare, compare_size, judge_manifests
from vaern.formats.bagit_holdings import holding_at
from vaern.formats.bagit_paths import decoded, outside
from vaern.formats.bagit_report import Kind, Remark, Report, printable
from vaern.formats.source import Torn

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from vaern.formats.bagit_holdings import Holding, Member

__all__ = ["Remark", "Report", "verify", "verify_held"]

_T = TypeVar("_T")

LARGEST_TAG_FILE = 1 << 27
"""Bytes. A manifest of a million files has about this size."""

LARGEST_KEPT = 1 << 26
"""Bytes of files that a caller may have kept, in all."""

_TAG_NAMES = {"bagit.txt", "bag-info.txt", "package-info.txt", "fetch.txt"}
_RANK = {"error": 0, "missing": 1, "warning": 2}


def verify(path: str | os.PathLike[str], *, keep: Callable[[str], bool] | None = None) -> Report:
    """Reads a bag that lies at a path: a folder, a zip, a tar.

    Args:
        path: where it lies.
        keep: says which files' contents to return, by their path in the bag.

    Raises:
        FormatError: there is nothing that could hold a bag.
    """
    return verify_held(holding_at(path), keep=keep)


def verify_held(holding: Holding, *, keep: Callable[[str], bool] | None = None) -> Report:
    """Reads a bag from what holds it; never raises for what is in it."""
    reading = _Reading(holding)
    try:
        reading.list_members()
        reading.read_tags()
        reading.digest(keep or (lambda _: False))
        compare(reading.found)
        compare_size(reading.found, is_whole=all(one.kind != "missing" for one in reading.remarks))
    except Torn as torn:
        reading.say("", 0, str(torn))
    return reading.report()


class _Reading:
    """One bag while it is read: twice from beginning to end, so that a tar may be packed and is never unpacked."""

    def __init__(self, holding: Holding) -> None:
        self.holding = holding
        self.base = ""
        self.raw: dict[str, bytes] = {}
        self.kept: dict[str, bytes] = {}
        self.remarks: list[Remark] = []
        self.found = Found(self.say)

    def say(self, file: str, line: int, reason: str, kind: Kind = "error") -> None:
        """Adds a remark."""
        self.remarks.append(Remark(file, line, reason, kind))

    def list_members(self) -> None:
        """First walk: the names, and the tag files' contents."""
        seen: list[str] = []
        troubles: list[tuple[str, str]] = []
        sizes: dict[str, int] = {}
        for member in self.holding.members():
            seen.append(member.path)
            why = outside(member.path)
            if member.trouble or why:
                troubles.append((member.path, member.trouble or f"the path {why}"))
            elif not member.is_folder:
                sizes[member.path] = member.size
                if _is_tag_name(member.path):
                    self.raw[member.path] = _whole(member)
        self.base = _base(seen)
        self.found.sizes = self._within(sizes)
        self.raw = {path: raw for path, raw in self._within(self.raw).items() if "/" not in path}
        for path, trouble in troubles:
            self.say(printable(path.removeprefix(self.base)), 0, trouble)
        self._judge_names(seen)

    def _within(self, files: dict[str, _T]) -> dict[str, _T]:
        """The files in the bag's folder, by their path in it."""
        return {path[len(self.base) :]: one for path, one in files.items() if path.startswith(self.base)}

    def _judge_names(self, seen: list[str]) -> None:
        for path, count in Counter(seen).items():
            if count > 1 and not path.endswith("/"):
                self.say(printable(path.removeprefix(self.base)), 0, f"is there {count} times")
            if not path.startswith(self.base):
                self.say(printable(path), 0, "lies beside the bag's folder; an archive holds one bag and nothing else")
        if not any(path.startswith(f"{self.base}data/") for path in seen):
            self.say("data", 0, "the folder is missing")

    def read_tags(self) -> None:
        """The declaration first, because it names the encoding of the others."""
        if "bagit.txt" in self.raw:
            self.found.declared = tags.declaration(self.raw["bagit.txt"], self._sayer("bagit.txt"))
        else:
            self.say("bagit.txt", 0, "is missing, so this is no bag")
        encoding = self.found.declared.encoding
        if encoding.upper() not in {"UTF-8", "UTF8"}:
            self.say("bagit.txt", 2, f"the tag files are {encoding}; UTF-8 is what all tools read", "warning")
        for path in sorted(self.raw):
            self._read_tag(path, self._sayer(path), old=self.found.declared.is_old)
        judge_manifests(self.found)

    def _read_tag(self, path: str, say: Callable[..., None], *, old: bool) -> None:
        if path == "bagit.txt":
            return
        text = tags.text_of(self.raw[path], self.found.declared.encoding, say)
        if manifest := tags.manifest_named(path):
            tags.read_manifest(manifest, text, say, old=old)
            self.found.manifests.append(manifest)
        elif path == "fetch.txt":
            self.found.elsewhere = {decoded(name): line for name, line in tags.read_fetch(text, say)}
            self.say(path, 0, "says that files lie elsewhere; it is never followed", "warning")
        elif path == "bag-info.txt" or old:
            self.found.info = tags.read_info(text, say, old=old)

    def _sayer(self, file: str) -> Callable[..., None]:
        def say(line: int, reason: str, *, warning: bool = False) -> None:
            self.say(file, line, reason, "warning" if warning else "error")

        return say

    def digest(self, keep: Callable[[str], bool]) -> None:
        """Second walk: the digests of every file, and the contents that the caller wants."""
        wanted = {one.algorithm for one in self.found.manifests if one.is_known}
        left = LARGEST_KEPT
        for member in self.holding.members():
            path = member.path.removeprefix(self.base)
            if path not in self.found.sizes or path in self.found.digests or member.trouble:
                continue
            is_kept = keep(path) and self.found.sizes[path] <= left
            self.found.digests[path], content = self._digested(path, member, wanted, is_kept=is_kept)
            if is_kept:
                left -= len(content)
                self.kept[path] = content

    def _digested(self, path: str, member: Member, names: set[str], *, is_kept: bool) -> tuple[dict[str, str], bytes]:
        hashes = {name: hashlib.new(tags.ALGORITHMS[name], usedforsecurity=False) for name in names}
        content = bytearray()
        try:
            for chunk in member.chunks():
                for one in hashes.values():
                    one.update(chunk)
                if is_kept:
                    content += chunk
        except Torn as torn:
            self.say(printable(path), 0, str(torn))
        return {name: one.hexdigest() for name, one in hashes.items()}, bytes(content)

    def report(self) -> Report:
        """What was found, errors first; each remark once."""
        payload = self.found.payload
        return Report(
            name=self.holding.name,
            version=self.found.declared.version,
            encoding=self.found.declared.encoding,
            algorithms=tuple(sorted(one.algorithm for one in self.found.lists)),
            files=len(payload),
            octets=sum(self.found.sizes[path] for path in payload),
            info=tuple((label, value) for label, value, _ in self.found.info),
            remarks=tuple(sorted(dict.fromkeys(self.remarks), key=lambda one: _RANK[one.kind])),
            kept=self.kept,
        )


def _is_tag_name(path: str) -> bool:
    """Whether a file is one of the tag files that BagIt defines, in a bag's folder or one folder deep in an archive."""
    *folders, name = path.split("/")
    return len(folders) <= 1 and (name in _TAG_NAMES or tags.manifest_named(name) is not None)


def _base(paths: list[str]) -> str:
    """The bag's folder within what holds it: "" if the bag lies there itself, else the name and `/`."""
    if "bagit.txt" in paths:
        return ""
    folders = [path.removesuffix("bagit.txt") for path in paths if path.count("/") == 1 and path.endswith("/bagit.txt")]
    if folders:
        return folders[0]
    first = {path.split("/")[0] for path in paths}
    is_one = len(first) == 1 and all("/" in path for path in paths) and first != {"data"}
    return f"{first.pop()}/" if is_one else ""


def _whole(member: Member) -> bytes:
    """A tag file's bytes.

    Raises:
        Torn: it is damaged, or larger than any tag file.
    """
    read = bytearray()
    for chunk in member.chunks():
        read += chunk
        if len(read) > LARGEST_TAG_FILE:
            raise Torn(f"{printable(member.path)} is larger than {LARGEST_TAG_FILE:,} bytes, which no tag file is")
    return bytes(read)
