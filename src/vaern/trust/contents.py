"""What a release of a list consists of: its state, its policy, and the files of its parts, as targets.

NAME/current.json         the state, as `vaern.matching.current` writes it
NAME/policy.json          how long it may be used without news
NAME/PART/list.json …     the files of each part; they never change, and come once
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from tuf.api.metadata import TOP_LEVEL_ROLE_NAMES, TargetFile

from vaern.matching import List
from vaern.matching.current import CURRENT, Current, Part
from vaern.matching.packages import ListPackageError
from vaern.trust.faults import TrustError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

POLICY = "policy.json"
MOST_STATE = 1 << 20
"""Bytes of the largest state or policy that is read."""

_NAME = re.compile("[a-z0-9][a-z0-9-]{0,62}")
_FILE = re.compile(r"(?:pdq/|frames/)?[\w][\w.-]*", re.ASCII)


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long a list may be used after its source last said that it is the newest.

    Attributes:
        warn_days: from then on whoever uses it is warned; 0 for never.
        stop_days: from then on it must not be used; 0 for never.
    """

    warn_days: int = 3
    stop_days: int = 14

    def stricter(self, warn: int | None, stop: int | None) -> Policy:
        """The same, or what the desk itself asks for where that is less."""
        return Policy(_less(self.warn_days, warn), _less(self.stop_days, stop))

    @property
    def fits(self) -> bool:
        """Whether it warns before it stops, and neither is in the past."""
        return self.warn_days >= 0 <= self.stop_days and not 0 < self.stop_days <= self.warn_days


def _less(one: int, other: int | None) -> int:
    given = [days for days in (one, other or 0) if days > 0]
    return min(given, default=0)


@dataclass(frozen=True)
class Contents:
    """One release, before it is signed.

    Attributes:
        state: of the list.
        policy: of its use offline.
        files: by target path, where each file of its parts lies.
    """

    state: Current
    policy: Policy
    files: dict[str, Path]

    @property
    def small(self) -> dict[str, bytes]:
        """By target path, the files that are made for the release."""
        return {
            CURRENT: self.state.sealed().written(),
            POLICY: msgspec.json.format(msgspec.json.encode(self.policy)),
        }


def role_of(name: str) -> str:
    """The name of a list as that of a role.

    Raises:
        TrustError: it cannot be one.
    """
    if not _NAME.fullmatch(name) or name in TOP_LEVEL_ROLE_NAMES:
        raise TrustError(
            name,
            "a list cannot have this name in a repository",
            "Use a-z, 0-9 and hyphens, such as hotline-dk.",
        )
    return name


def patterns(role: str) -> list[str]:
    """What a list's signers may say something of: its own files."""
    return [f"{role}/*", f"{role}/*/*", f"{role}/*/*/*"]


def contents(role: str, folder: Path, policy: Policy, *, sequence: int) -> Contents:
    """What a list on disk would be as a release.

    Args:
        role: its name in the repository.
        folder: a list that changes, or a package.
        policy: of its use offline.
        sequence: the number of the release, where the list has none of its own.

    Raises:
        TrustError: the policy stops before it warns.
        ListPackageError: the folder holds no list, or one of a format that cannot be released.
        OSError: it could not be read.
    """
    if not policy.fits:
        raise TrustError(
            str(folder),
            f"the policy warns after {policy.warn_days} days and stops after {policy.stop_days}",
            "Warn before the stop.",
        )
    opened = List.open(folder)
    if opened.unsealed:
        raise ListPackageError(f"{folder} cannot be released: {opened.unsealed}")
    parts = [part.package for part in opened.parts]
    state = opened.current or Current(
        name=opened.name,
        release=opened.release,
        sequence=sequence,
        created=opened.created,
        purpose=opened.purpose,
        distance=opened.distance,
        parts=tuple(Part(package.manifest.checksum[:16], package.manifest.seal) for package in parts),
        entries=opened.entries,
    )
    files = {}
    for part, package in zip(state.parts, parts, strict=True):
        for path in sorted(package.folder.rglob("*")):
            if path.is_file():
                files[f"{role}/{part.id}/{path.relative_to(package.folder).as_posix()}"] = path
    return Contents(msgspec.structs.replace(state, freshness=None), policy, files)


def target_of(path: str, file: Path) -> TargetFile:
    """A file as a target: its length and SHA-256."""
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
        return TargetFile(opened.seek(0, 2), {"sha256": digest}, path)


def stored(target: TargetFile) -> str:
    """Where in the folder of targets a target lies: its hash before its name, as TUF's consistent snapshots want."""
    folder, _, name = target.path.rpartition("/")
    return f"{folder}/{target.hashes['sha256']}.{name}"


def of_part(role: str, part: Part, targets: Mapping[str, TargetFile]) -> Iterator[tuple[str, TargetFile]]:
    """The files of one part, by their names within it.

    Raises:
        TrustError: one of them has no name that a file of a part has.
    """
    before = f"{role}/{part.id}/"
    for path, target in targets.items():
        if path.startswith(before):
            name = path.removeprefix(before)
            if not _FILE.fullmatch(name) or ".." in name:
                raise TrustError(path, "no part of a list has such a file", "Tell its publisher.")
            yield name, target
