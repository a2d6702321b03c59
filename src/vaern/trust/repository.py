"""The folder of a TUF repository, as its publisher keeps it.

    REPOSITORY/
      metadata/     what was accepted, by version: 1.root.json, 4.targets.json, 7.NAME.json …; timestamp.json; served
      targets/      the files of the lists, their hash before their name; served
      proposed/     what waits for signatures

Signatures are collected here and given elsewhere: a proposal is a file that travels. What is accepted is accepted as a
whole: no client ever sees a delegation without the list that its new keys signed.
"""

from __future__ import annotations

import fcntl
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import DelegatedRole, Metadata, Root, Targets
from tuf.api.serialization.json import JSONSerializer

from vaern.matching import durable
from vaern.trust import counting
from vaern.trust.contents import stored
from vaern.trust.faults import TrustError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from securesystemslib.signer import CryptoSigner, Key

    from vaern.trust.counting import Count

ROOT, TARGETS = "root", "targets"
RELEASES_KEPT = 2
"""Of each list, so many releases keep their files."""

METADATA, TARGET_FILES, PROPOSED = "metadata", "targets", "proposed"

_VERSIONED = re.compile(r"(\d{1,9})\.([a-z0-9-]+)\.json")


def read(path: Path) -> Metadata[Any]:
    """One document of metadata, its signatures not verified.

    Raises:
        TrustError: it is none.
        OSError: it could not be read.
    """
    return decoded(path.read_bytes(), str(path))


def decoded(data: bytes, where: str) -> Metadata[Any]:
    """One document of metadata out of bytes that came from somewhere, its signatures not verified.

    Raises:
        TrustError: it is none.
    """
    try:
        return Metadata.from_bytes(data)
    except (RepositoryError, ValueError, RecursionError) as error:
        raise TrustError(where, "this is no metadata of TUF", "Ask who sent it for the file again.") from error


def written(document: Metadata[Any]) -> bytes:
    """A document as it is kept and served."""
    return document.to_bytes(JSONSerializer(compact=False, validate=True))


def root_as_written(data: bytes) -> bytes:
    """A root that was handed over, in the one form in which repositories write it: its fingerprint is that of the file.

    Raises:
        TrustError: it is none.
    """
    document = decoded(data, "root.json")
    if not isinstance(document.signed, Root):
        raise TrustError("root.json", "this is another document", "The publisher's root.json is needed.")
    return written(document)


def roles_of(targets: Targets) -> dict[str, DelegatedRole]:
    """The lists of some delegations, and who signs each."""
    return dict((targets.delegations.roles or {}) if targets.delegations else {})


def sign(path: Path, signer: CryptoSigner) -> Metadata[Any]:
    """Add a signature to a proposal, in its place.

    Raises:
        TrustError: it is no proposal that people sign.
        OSError: it could not be read or written.
    """
    document = read(path)
    if not isinstance(document.signed, Root | Targets):
        raise TrustError(
            str(path), f"this is a {document.signed.type}, which the publisher's own machine signs", "Leave it."
        )
    document.sign(signer, append=True)
    durable.replace(path, written(document))
    return document


class Repository:
    """A repository on disk.

    Attributes:
        folder: where.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.metadata, self.targets, self.proposed = (folder / name for name in (METADATA, TARGET_FILES, PROPOSED))

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only one who changes it."""
        for folder in (self.metadata, self.targets, self.proposed):
            folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def newest(self, role: str) -> Metadata[Any] | None:
        """The newest accepted document of a role; None before the first."""
        found = self.versions(role)
        return read(found[max(found)]) if found else None

    def versions(self, role: str) -> dict[int, Path]:
        """The accepted documents of a role, by version."""
        return {version: path for version, name, path in _documents(self.metadata) if name == role}

    def proposals(self) -> dict[str, Path]:
        """What waits for signatures, by role."""
        return {name: path for _, name, path in _documents(self.proposed)}

    def root(self) -> Root:
        """The newest root.

        Raises:
            TrustError: there is none yet.
        """
        found = self.newest(ROOT)
        if found is None:
            raise TrustError(
                str(self.folder),
                "this repository has no root yet",
                "Have proposed/1.root.json signed, and accept it: `vaern lists sign`, `vaern lists repository accept`.",
            )
        return cast("Root", found.signed)

    def delegations(self) -> Targets:
        """The newest delegations: which lists there are, and who signs them.

        Raises:
            TrustError: there are none yet.
        """
        self.root()
        found = self.newest(TARGETS)
        if found is None:
            raise TrustError(
                str(self.folder),
                "this repository has no delegations yet",
                "Have proposed/1.targets.json signed, and accept it.",
            )
        return cast("Targets", found.signed)

    def propose(self, role: str, signed: Root | Targets) -> Path:
        """Put a document where signatures are collected; it takes the place of an earlier proposal for the role."""
        for name, path in self.proposals().items():
            if name == role:
                path.unlink()
        path = self.proposed / f"{signed.version}.{role}.json"
        durable.replace(path, written(Metadata(signed)))
        return path

    def collect(self, document: Metadata[Any]) -> str:
        """Take over the signatures of a proposal that came back; return its role.

        Raises:
            TrustError: it is not what was proposed, or nothing of it was signed by anybody who may.
        """
        for role, path in self.proposals().items():
            mine = read(path)
            if mine.signed_bytes != document.signed_bytes:
                continue
            mine.signatures.update(
                {
                    keyid: document.signatures[keyid]
                    for keyid in self._holding(role, document)
                    if keyid in document.signatures
                }
            )
            durable.replace(path, written(mine))
            return role
        raise TrustError(
            str(self.folder),
            "what came back is not what waits for signatures here",
            "Somebody changed it, or another proposal took its place: send the one in proposed/ again.",
        )

    def accept(self) -> tuple[str, ...]:
        """Accept what enough countries signed; return the roles.

        A list is accepted by itself, the root and the delegations together with all that they would make invalid. A
        list that shall have other signers waits for them.
        """
        accepted = []
        targets, waiting = self.newest(TARGETS), self.proposals()
        after = roles_of(read(waiting[TARGETS]).signed) if TARGETS in waiting else None
        for role, path in waiting.items():
            if role in {ROOT, TARGETS} or targets is None or not self._follows(role, path):
                continue
            if after is not None and after.get(role) != roles_of(targets.signed).get(role):
                continue
            document = read(path)
            if role in roles_of(targets.signed) and counting.of_role(targets.signed, role, document).enough:
                self._move(path)
                accepted.append(role)
        return (*accepted, *self._accept_together())

    def tidy(self) -> int:
        """Remove target files that neither the last releases of a list name nor its proposal; return how many went.

        Subscribers may be in the middle of the release before the last.
        """
        gone = 0
        for folder in sorted(path for path in self.targets.iterdir() if path.is_dir()):
            role = folder.name
            accepted = self.versions(role)
            kept = [accepted[version] for version in sorted(accepted)[-RELEASES_KEPT:]]
            proposal = self.proposals().get(role)
            documents = [read(path) for path in [*kept, *([proposal] if proposal else [])]]
            named = {self.targets / stored(one) for found in documents for one in found.signed.targets.values()}
            for path in [path for path in folder.rglob("*") if path.is_file() and path not in named]:
                path.unlink()
                gone += 1
            for path in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
                if not any(path.iterdir()):
                    path.rmdir()
        return gone

    def counts(self) -> dict[str, tuple[Count, ...]]:
        """Who signed each proposal: for the root by the keys there were and those that shall be."""
        proposed = {role: read(path) for role, path in self.proposals().items()}
        return {role: self._counts(role, document, proposed) for role, document in proposed.items()}

    def _accept_together(self) -> tuple[str, ...]:
        paths = {role: path for role, path in self.proposals().items() if self._follows(role, path)}
        if not {ROOT, TARGETS} & paths.keys():
            return ()
        proposed = {role: read(path) for role, path in paths.items()}
        root, targets = (proposed.get(role) or self.newest(role) for role in (ROOT, TARGETS))
        if root is None or targets is None:
            return ()
        wanted = {role: document for role, document in ((ROOT, root), (TARGETS, targets)) if role in proposed}
        for role in roles_of(targets.signed):
            document = self.newest(role)
            if role in proposed and self._enough(role, proposed[role], proposed):
                wanted[role] = proposed[role]
            elif document and not counting.of_role(targets.signed, role, document).enough:
                return ()  # its new keys have not signed it yet
        if not all(self._enough(role, document, proposed) for role, document in wanted.items()):
            return ()
        if TARGETS not in proposed and not counting.of_role(root.signed, TARGETS, targets).enough:
            return ()
        for role in sorted(wanted, key=lambda role: (role == ROOT, role == TARGETS)):  # clients look for the root first
            self._move(paths[role])
        return tuple(wanted)

    def _enough(self, role: str, document: Metadata[Any], proposed: dict[str, Metadata[Any]]) -> bool:
        counts = self._counts(role, document, proposed)
        return bool(counts) and all(one.enough for one in counts)

    def _counts(self, role: str, document: Metadata[Any], proposed: dict[str, Metadata[Any]]) -> tuple[Count, ...]:
        found = []
        for delegator in self._delegators(role, proposed):
            try:
                found.append(counting.of_role(delegator, role, document))
            except ValueError:
                return ()
        return tuple(found)

    def _delegators(self, role: str, proposed: dict[str, Metadata[Any]]) -> list[Root | Targets]:
        """By whose keys a proposal has to be signed, all of them."""
        if role == ROOT:
            found = [self.newest(ROOT), proposed.get(ROOT)]
        elif role == TARGETS:
            found = [proposed.get(ROOT) or self.newest(ROOT)]
        else:
            found = [proposed.get(TARGETS) or self.newest(TARGETS)]
        return [document.signed for document in found if document is not None]

    def _holding(self, role: str, document: Metadata[Any]) -> dict[str, Key]:
        """The keys whose signatures under a document hold, by any that may sign it now or shall."""
        proposed = {name: read(path) for name, path in self.proposals().items()}
        delegators = self._delegators(role, proposed) + self._delegators(role, {})
        found: dict[str, Key] = {}
        for delegator in delegators:
            try:
                found |= delegator.get_verification_result(role, document.signed_bytes, document.signatures).signed
            except ValueError:  # it knows no such role
                continue
        return found

    def _follows(self, role: str, path: Path) -> bool:
        version: int = read(path).signed.version
        return version == max(self.versions(role), default=0) + 1

    def _move(self, path: Path) -> None:
        path.rename(self.metadata / path.name)
        durable.sync_folder(self.metadata)


def _documents(folder: Path) -> list[tuple[int, str, Path]]:
    if not folder.is_dir():
        return []
    found = [(_VERSIONED.fullmatch(path.name), path) for path in folder.iterdir()]
    return sorted((int(match[1]), match[2], path) for match, path in found if match)
