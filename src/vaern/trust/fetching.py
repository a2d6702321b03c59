"""Fetching a release: the files that are not here yet, each as it was signed, and then the list."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from tuf.api import exceptions

from vaern.matching.adopting import adopt, decoded
from vaern.matching.current import CURRENT, Current, Freshness
from vaern.trust.contents import MOST_STATE, POLICY, Policy, of_part, stored
from vaern.trust.faults import TrustError
from vaern.trust.repository import TARGET_FILES
from vaern.trust.subscribing import explained, refresh

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tuf.api.metadata import TargetFile
    from tuf.ngclient import FetcherInterface

    from vaern.matching.current import Part
    from vaern.trust.subscribing import Trusted


_TELL = "Tell its publisher."


class Fetched(NamedTuple):
    """What a fetch brought.

    Attributes:
        list: as it is now.
        trusted: by what it is believed.
        policy: that holds: the publisher's, or the desk's where that is stricter.
        files, bytes: how many came.
    """

    list: Current
    trusted: Trusted
    policy: Policy
    files: int
    bytes: int


class Source(NamedTuple):
    """From where a list comes.

    Attributes:
        mirror: reads addresses.
        address: of the repository.
        name: of the list in it.
        root: handed over by a way that can be trusted; None where one is kept with the list.
    """

    mirror: FetcherInterface
    address: str
    name: str
    root: bytes | None = None


def fetch(
    folder: Path,
    source: Source,
    *,
    warn_days: int | None = None,
    stop_days: int | None = None,
    on_bytes: Callable[[int], None] | None = None,
) -> Fetched:
    """Bring a list to the newest release; only the parts that are not here yet come.

    Args:
        folder: the list; created where it is missing.
        source: from where.
        warn_days, stop_days: of this desk, where they are less than the publisher's policy.
        on_bytes: called with how many bytes came, for a progress bar.

    Raises:
        TrustError: something is not signed, not fresh or not what was signed; the list stays as it was.
        ListPackageError: the folder holds another kind of list.
        OSError: something here could not be read or written.
    """
    trusted = refresh(folder, source.name, source.mirror, source.address, source.root)
    taking = _Taking(source, on_bytes)
    state = decoded(taking.small(_target(trusted, CURRENT, source)), f"{source.address} {trusted.role}")
    policy = _policy(taking.small(_target(trusted, POLICY, source)), source).stricter(warn_days, stop_days)
    freshness = Freshness.aged(trusted.signed_at, policy.warn_days, policy.stop_days)
    wanted = {part.id: dict(of_part(trusted.role, part, trusted.targets)) for part in state.parts}
    _refuse_unlisted(trusted, wanted, source)

    def is_whole(part: Part, place: Path) -> bool:
        return all(_length(place / name) == target.length for name, target in wanted[part.id].items())

    def fill(part: Part, place: Path) -> None:
        for name, target in wanted[part.id].items():
            taking.into(target, place / name)

    after = adopt(folder, msgspec.structs.replace(state, freshness=freshness), is_whole, fill)
    return Fetched(after, trusted, policy, taking.files, taking.bytes)


class _Taking:
    """Files as they come, with their counts."""

    def __init__(self, source: Source, on_bytes: Callable[[int], None] | None) -> None:
        self._source, self._on_bytes = source, on_bytes
        self.files = self.bytes = 0

    def small(self, target: TargetFile) -> bytes:
        """A file that is read whole."""
        if target.length > MOST_STATE:
            raise TrustError(target.path, f"{target.length} bytes are more than it may have", _TELL)
        parts: list[bytes] = []
        self._take(target, parts.append)
        return b"".join(parts)

    def into(self, target: TargetFile, path: Path) -> None:
        """A file on the disk."""
        path.parent.mkdir(exist_ok=True)
        with path.open("wb") as file:
            self._take(target, file.write)

    def _take(self, target: TargetFile, write: Callable[[bytes], object]) -> None:
        """Read no more than was signed, and compare the hash.

        Raises:
            TrustError: it is longer, shorter, another, or cannot be read.
        """
        address = f"{self._source.address.rstrip('/')}/{TARGET_FILES}/{stored(target)}"
        digest, size = hashlib.sha256(), 0
        try:
            for piece in self._source.mirror.fetch(address):
                size += len(piece)
                if size > target.length:
                    raise exceptions.DownloadLengthMismatchError(f"more than {target.length} bytes")
                digest.update(piece)
                write(piece)
                if self._on_bytes:
                    self._on_bytes(len(piece))
            if size != target.length or digest.hexdigest() != target.hashes["sha256"]:
                raise exceptions.LengthOrHashMismatchError(f"{size} of {target.length} bytes")
        except (exceptions.DownloadError, exceptions.LengthOrHashMismatchError) as error:
            raise TrustError(address, *explained(error)) from error
        self.files += 1
        self.bytes += size


def _target(trusted: Trusted, name: str, source: Source) -> TargetFile:
    try:
        return trusted.targets[f"{trusted.role}/{name}"]
    except KeyError:
        raise TrustError(f"{source.address} {trusted.role}", f"the release has no {name}", _TELL) from None


def _policy(data: bytes, source: Source) -> Policy:
    try:
        found = msgspec.json.decode(data, type=Policy)
    except ValueError as error:
        where = f"{source.address} {source.name}"
        raise TrustError(where, f"its policy cannot be read ({error})", _TELL) from error
    if not found.fits:
        raise TrustError(f"{source.address} {source.name}", "its policy stops before it warns", _TELL)
    return found


def _refuse_unlisted(trusted: Trusted, wanted: dict[str, dict[str, TargetFile]], source: Source) -> None:
    for path, target in trusted.targets.items():
        if "sha256" not in target.hashes:
            raise TrustError(path, "it is signed without a SHA-256", _TELL)
    for id_, files in wanted.items():
        if "list.json" not in files:
            raise TrustError(f"{source.address} {trusted.role}", f"the release lacks part {id_}", _TELL)


def _length(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1
