"""A list of a repository whose releases organisations of several countries sign (TUF): what each new release changes.

What is not signed by enough countries, is older than what was seen, frozen or mixed is refused by `vaern.trust`, and
nothing comes. A release that was read already is only looked at for its age. Of a later one comes what it differs in
from the one that was read last, as long as the parts of that are here; else all of it.
"""

from __future__ import annotations

import os
from contextlib import nullcontext, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import msgspec

from vaern.client.fetching import Fetch
from vaern.client.http import ClientError
from vaern.client.mirrors import LIMITS, mirror_at
from vaern.matching import List, ListPackage, ListPackageError
from vaern.matching.current import PARTS, Part
from vaern.matching.differences import differences
from vaern.matching.files import IndexFormatError
from vaern.trust.faults import TrustError
from vaern.trust.fetching import Source
from vaern.trust.fetching import fetch as fetch_release
from vaern.trust.mirrors import Mirror

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from vaern.client.http import Limits
    from vaern.matching.current import Current
    from vaern.records import Entry, Problem
    from vaern.trust.fetching import Fetched


class Checkpoint(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which release was read: a plain value that the caller stores.

    Attributes:
        version: of the release.
        signed_at: when its publisher last said that this is the newest; ISO 8601 in UTC.
        warn_at, stop_at: from when on whoever uses it is warned, and must not use it; empty for never.
        signers: who signed it, in words.
        parts: of which it consists: of a later release only what differs from them is to be read.
    """

    version: int = 0
    signed_at: str = ""
    warn_at: str = ""
    stop_at: str = ""
    signers: str = ""
    parts: tuple[Part, ...] = ()


class Releases:
    """The releases of one list.

    Args:
        source: the repository, or a mirror of it, the name of the list in it, and the publisher's root.json, got by a
            way that can be trusted.
        folder: where the release lies, with all that was seen of its metadata; it belongs to this list alone. None
            for somebody who only tries: nothing is kept.
        held: further checkpoints from which somebody may go on, and whose parts are therefore kept.
    """

    def __init__(self, source: Source, folder: Path | None, *, held: Iterable[Checkpoint] = ()) -> None:
        self._source, self._folder, self._held = source, folder, tuple(held)

    def fetch(self, checkpoint: Checkpoint | None = None) -> Fetch[Checkpoint]:
        """What a new release changes, or all of it; nothing where it is the one that was read.

        Whether all of it comes (`whole`) is known once the first entry came, or the end: see `_changes`.
        """
        return Fetch(checkpoint or Checkpoint(), self._run, whole=True)

    def _run(self, fetch: Fetch[Checkpoint]) -> Generator[Entry | Problem, None, None]:
        with TemporaryDirectory() if self._folder is None else nullcontext(str(self._folder)) as folder:
            yield from self._read(fetch, Path(folder))

    def _read(self, fetch: Fetch[Checkpoint], folder: Path) -> Iterator[Entry | Problem]:
        _keep(folder, (fetch.checkpoint, *self._held))
        try:
            found = fetch_release(folder, self._source)
            if found.trusted.version == fetch.checkpoint.version:
                fetch.whole = False
            elif (changes := _changes(folder, found.list, fetch.checkpoint.parts)) is not None:
                fetch.whole = False
                yield from changes
            else:
                yield from List.open(folder, verify=True).live()
        except TrustError as error:
            raise ClientError(error.where, error.what, error.advice) from error
        except (ListPackageError, OSError) as error:
            said = str(error).replace(str(folder), "the release")
            raise ClientError(self._source.address, f"it cannot be read ({said})", "Tell its publisher.") from error
        fetch.pages += 1
        fetch.checkpoint = _behind(found)


def over_http(address: str, name: str, root: bytes, *, limits: Limits = LIMITS) -> Source:
    """A list of a repository on the network.

    Args:
        address: of the repository, or of a mirror of it.
        name: of the list in it.
        root: with which trust in it begins.
        limits: see `client.http.Limits`.

    Raises:
        ClientError: the address is not valid.
    """
    return Source(Mirror(mirror_at(address, limits=limits)), address, name, root)


def _keep(folder: Path, checkpoints: Iterable[Checkpoint]) -> None:
    """Keep the parts of releases from which somebody goes on, which no state names any more, for an hour from now."""
    for checkpoint in checkpoints:
        for part in checkpoint.parts:
            with suppress(FileNotFoundError):
                os.utime(folder / PARTS / part.id)


def _changes(folder: Path, now: Current, parts: tuple[Part, ...]) -> Iterator[Entry] | None:
    """Return what a list is other in than it was; None where that cannot be told, because its parts of then are gone.

    A part that only one of the two has is compared with its checksums, as all parts are that are read.
    """
    try:
        before = List.of_current(folder, msgspec.structs.replace(now, parts=parts), {}) if parts else None
        only = {part.id for part in parts} ^ {part.id for part in now.parts}
        if before is None or len(only) == len(parts) + len(now.parts):  # nothing in common: all of it is as soon read
            return None
        for id_ in only:
            ListPackage.open(folder / PARTS / id_, verify=True)
    except (ListPackageError, IndexFormatError, OSError, KeyError):
        return None
    return differences(before, List.open(folder))


def _behind(found: Fetched) -> Checkpoint:
    fresh = found.list.freshness
    return Checkpoint(
        found.trusted.version,
        found.trusted.signed_at.isoformat(timespec="seconds"),
        fresh.expires_at if fresh else "",
        fresh.stop_at if fresh else "",
        found.trusted.count.said,
        found.list.parts,
    )
