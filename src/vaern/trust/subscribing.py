"""A subscriber's side: from what a mirror serves to metadata that may be trusted, or a sentence that says why not.

TUF's own client (`tuf.ngclient`) takes its steps in a copy of what was trusted until now. Of that copy is kept what has
the signatures of enough countries, also where the rest is refused: a newer root is never forgotten, and an older
document never accepted after a newer one was seen.
"""

from __future__ import annotations

import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from tuf.api import exceptions
from tuf.api.metadata import Metadata, Root, Snapshot, TargetFile, Targets
from tuf.ngclient import Updater, UpdaterConfig

from vaern.matching import durable
from vaern.trust import counting
from vaern.trust.announcing import SIGNED_AT
from vaern.trust.contents import patterns, role_of
from vaern.trust.faults import TrustError
from vaern.trust.repository import METADATA, ROOT, TARGETS, roles_of
from vaern.trust.repository import read as read_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tuf.ngclient import FetcherInterface

    from vaern.trust.counting import Count

FOLDER = "trust"
"""In the folder of a list that is fetched: the metadata that was accepted."""

_HISTORY = "root_history"
_KEPT = "what is here stays as it was"


@dataclass(frozen=True)
class Trusted:
    """What may be believed of a list now.

    Attributes:
        role: the list's name in the repository.
        version: of its release.
        targets: the files of the release, by path.
        signed_at: when the publisher's machine last said that this is the newest.
        expires: when the first of the documents that people sign ends.
        count: who signed the release.
    """

    role: str
    version: int
    targets: dict[str, TargetFile]
    signed_at: datetime
    expires: datetime
    count: Count

    @property
    def warning(self) -> str:
        """What its publisher has to do soon; empty as long as nothing is due."""
        if self.expires - datetime.now(UTC) > timedelta(days=14):
            return ""
        return f"what people sign of {self.role} ends on {self.expires:%Y-%m-%d}: ask its publisher to have it signed"


def refresh(folder: Path, name: str, mirror: FetcherInterface, address: str, root: bytes | None = None) -> Trusted:
    """Bring the metadata of a list up to what a mirror serves.

    Args:
        folder: of the list; the metadata is kept in it.
        name: of the list in the repository.
        mirror: reads addresses.
        address: of the repository.
        root: a root that was handed over by a way that can be trusted; needed the first time.

    Raises:
        TrustError: the mirror is behind, mixes, or serves what is not signed as it must; what was trusted before stays.
        OSError: something here could not be read or written.
    """
    role = role_of(name)
    kept = folder / FOLDER
    bootstrap = root if root is not None else _bootstrap(kept)
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".vaern-", dir=folder) as stage_:
        stage = Path(stage_)
        _copy(kept, stage)
        whole = False
        try:
            with _explained(address):
                config = UpdaterConfig(max_delegations=8)
                updater = Updater(
                    str(stage), f"{address.rstrip('/')}/{METADATA}/", fetcher=mirror, config=config, bootstrap=bootstrap
                )
                updater.refresh()
                updater.get_targetinfo(f"{role}/current.json")
            whole = True
        finally:
            counted = _keep(stage, kept, role, address, whole=whole)
        return _trusted(stage, role, address, counted)


def _bootstrap(kept: Path) -> bytes:
    """The oldest root that was trusted here: from it on every newer one is verified again."""
    found = sorted((kept / _HISTORY).glob("*.root.json"), key=_number)
    if not found:
        raise TrustError(
            str(kept.parent),
            "there is no root here to begin with",
            "Get root.json from the publisher by a way that you trust, and give it with --trusted-root.",
        )
    return found[0].read_bytes()


def _number(path: Path) -> int:
    match = re.match(r"\d+", path.name)
    return int(match[0]) if match else 0


def _copy(kept: Path, stage: Path) -> None:
    for path in kept.glob("**/*.json"):
        target = stage / path.relative_to(kept)
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, target)


def _keep(stage: Path, kept: Path, role: str, address: str, *, whole: bool) -> Count | None:
    """Keep what enough countries signed; return who signed the list, if it is among that.

    Where TUF's client refused something, what was kept before is left alone: a newer root may know its keys no more.

    Raises:
        TrustError: too few countries signed something.
    """
    root = _keep_roots(stage, kept, address)
    if root is None:
        return None
    for name in ("timestamp", "snapshot"):
        _place(stage / f"{name}.json", kept)
    targets = _document(stage, TARGETS)
    if targets is None or not (whole or _is_new(stage, kept, TARGETS)):
        return None
    _refuse_few(TARGETS, counting.of_role(root, TARGETS, targets), address)
    _place(stage / "targets.json", kept)
    document = _document(stage, role)
    if document is None or role not in roles_of(targets.signed) or not (whole or _is_new(stage, kept, role)):
        return None
    counting.refuse_misfit(address, targets.signed.delegations.keys.values())
    counted = counting.of_role(targets.signed, role, document)
    _refuse_few(role, counted, address)
    _place(stage / f"{role}.json", kept)
    return counted


def _keep_roots(stage: Path, kept: Path, address: str) -> Root | None:
    """Keep the roots, each of which enough countries signed by the keys before it and by its own; return the last."""
    roots = sorted((stage / _HISTORY).glob("*.root.json"), key=_number)
    before: Root | None = None
    for path in roots:
        document = read_document(path)
        result = document.signed.get_root_verification_result(before, document.signed_bytes, document.signatures)
        for one in (result.first, result.second):
            _refuse_few(ROOT, counting.count(one), address)
        counting.refuse_misfit(address, document.signed.keys.values())
        before = document.signed
    if before is not None:
        (kept / _HISTORY).mkdir(parents=True, exist_ok=True)
    for path in roots:
        _place(path, kept / _HISTORY)
    return before


def _is_new(stage: Path, kept: Path, role: str) -> bool:
    path = kept / f"{role}.json"
    return not path.exists() or path.read_bytes() != (stage / path.name).read_bytes()


def _document(stage: Path, role: str) -> Metadata[Any] | None:
    path = stage / f"{role}.json"
    return read_document(path) if path.exists() else None


def _place(path: Path, folder: Path) -> None:
    """Keep a document, unless it is kept already."""
    target = folder / path.name
    if path.exists() and (not target.exists() or target.read_bytes() != path.read_bytes()):
        durable.replace(target, path.read_bytes())


def _refuse_few(role: str, counted: Count, address: str) -> None:
    if not counted.enough:
        raise TrustError(
            f"{address} {role}",
            f"too few signed it: {counted.said}",
            f"Do not use this mirror, and tell the publisher; {_KEPT}.",
        )


def _trusted(stage: Path, role: str, address: str, counted: Count | None) -> Trusted:
    """What TUF's client and the count of countries both accepted."""
    timestamp, snapshot, targets, list_ = (_document(stage, name) for name in ("timestamp", "snapshot", TARGETS, role))
    if counted is None or timestamp is None or snapshot is None or targets is None or list_ is None:
        raise TrustError(
            f"{address} {role}",
            "the repository has no such list, or no release of it yet",
            "Ask its publisher for its name.",
        )
    _refuse_strange(snapshot.signed, targets.signed, list_.signed, role, address)
    last = _document_of_root(stage)
    now = datetime.now(UTC)
    try:
        said = datetime.fromisoformat(str(timestamp.signed.unrecognized_fields[SIGNED_AT]))
        signed_at = min(said if said.tzinfo else said.replace(tzinfo=UTC), now)
    except (KeyError, ValueError):  # another publisher's software: at least it has not ended
        signed_at = now
    return Trusted(
        role,
        list_.signed.version,
        dict(list_.signed.targets),
        signed_at,
        min(one.expires for one in (last, targets.signed, list_.signed)),
        counted,
    )


def _document_of_root(stage: Path) -> Root:
    found: Root = read_document(max((stage / _HISTORY).glob("*.root.json"), key=_number)).signed
    return found


def _refuse_strange(snapshot: Snapshot, targets: Targets, list_: Targets, role: str, address: str) -> None:
    """Refuse what TUF allows and a list has no need of: files under another's name, or in the delegations."""
    delegated = roles_of(targets)
    strange = [path for path in list_.targets if not path.startswith(f"{role}/")]
    others = [
        name
        for name, one in delegated.items()
        if name != role and any(one.is_delegated_path(f"{role}/{rest}") for rest in ("current.json", "x/y", "x/y/z"))
    ]
    meta = snapshot.meta.get(f"{role}.json")
    fits = not targets.targets and not others and not strange and meta is not None and meta.version == list_.version
    if not fits or delegated[role].paths != patterns(role) or list_.delegations is not None:
        raise TrustError(
            f"{address} {role}",
            "its documents say more than one list's signers may say",
            f"Tell its publisher; {_KEPT}.",
        )
    if list_.is_expired():
        raise TrustError(f"{address} {role}", *_ENDED)


_ENDED = (
    "it ended: nobody signed it anew in time, or this mirror no longer gets what is new",
    f"Try another mirror, and ask the publisher; {_KEPT}, and stops when its policy says",
)


@contextmanager
def _explained(address: str) -> Iterator[None]:
    """Say in a sentence what TUF's client refused."""
    try:
        yield
    except (exceptions.RepositoryError, exceptions.DownloadError, ValueError) as error:
        raise TrustError(address, *explained(error)) from error


def explained(error: Exception) -> tuple[str, str]:
    """What was wrong with a mirror, and what to do."""
    said = " ".join(str(error).split())[:300]
    if isinstance(error, exceptions.DownloadHTTPError):
        said = f"it answered {error.status_code}"
    for kind, what, advice in _WHY:
        if isinstance(error, kind):
            return f"{what} ({said})", f"{advice}."
    return f"it is not as a repository must be ({said})", f"{_LEAVE}."


_LEAVE = f"Do not use this mirror, and tell the publisher; {_KEPT}"
_WHY: tuple[tuple[type[Exception], str, str], ...] = (
    (exceptions.ExpiredMetadataError, *_ENDED),
    (
        exceptions.BadVersionNumberError,
        "it is older than what was seen here, or two states are mixed",
        _LEAVE,
    ),
    (exceptions.UnsignedMetadataError, "it is not signed as it must be", _LEAVE),
    (exceptions.DownloadLengthMismatchError, "the mirror sends more than belongs there", _LEAVE),
    (exceptions.LengthOrHashMismatchError, "a file is not what was signed", _LEAVE),
    (exceptions.DownloadHTTPError, "the mirror does not have it", f"Check the address; {_KEPT}"),
    (exceptions.DownloadError, "it could not be read", f"Try again later; {_KEPT}"),
)
"""Which error says what; the first that fits."""
