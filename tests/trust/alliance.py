"""A repository with its signers, and a subscriber: invented organisations and countries, lists of random digests."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.formats.values import value_of

from vaern.matching import List, publish
from vaern.records import Entry, Signal
from vaern.trust import keys, proposing
from vaern.trust.announcing import announce
from vaern.trust.fetching import Fetched, Source, fetch
from vaern.trust.mirrors import Mirror
from vaern.trust.repository import Repository, read, sign

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from securesystemslib.signer import Key

    from vaern.trust.contents import Policy

NAME = "hotline"


@dataclass
class Alliance:
    """Three organisations of three countries, one more of the first country, and the machine that publishes."""

    folder: Path
    repository: Repository = field(init=False)

    def __post_init__(self) -> None:
        self.repository = Repository(self.folder / "repository")
        self.folder.mkdir(exist_ok=True)
        for name, country in (("north", "XN"), ("south", "XS"), ("east", "XE"), ("second", "XN"), ("online", "XN")):
            keys.make(self.folder / name, f"{name}.example", country)

    def public(self, *names: str) -> list[Key]:
        return [keys.read_public(self.folder / f"{name}{keys.PUBLIC}") for name in names]

    def begin(self, threshold: int = 2, signers: Iterable[str] = ("north", "south", "east")) -> None:
        """A repository with one list, which two of three countries sign."""
        names = tuple(signers)
        with self.repository.writing():
            proposing.begin(self.repository, self.public(*names), threshold, *self.public("online"))
        self.signed("north", "south")
        self.accept()
        self.delegate(NAME, names, threshold)

    def delegate(
        self, name: str, signers: Iterable[str], threshold: int, by: Iterable[str] = ("north", "south")
    ) -> None:
        with self.repository.writing():
            proposing.delegate(self.repository, name, self.public(*signers), threshold)
        self.signed(*by)
        self.accept()

    def propose(self, folder: Path, name: str = NAME, policy: Policy | None = None) -> None:
        with self.repository.writing():
            proposing.release(self.repository, name, folder, policy)

    def release(self, folder: Path, *signers: str, name: str = NAME, policy: Policy | None = None) -> tuple[str, ...]:
        self.propose(folder, name, policy)
        self.signed(*(signers or ("north", "south")))
        return self.accept()

    def signed(self, *names: str) -> None:
        """Each signs a copy of what waits, elsewhere; the copies come back."""
        for name in names:
            for path in self.repository.proposals().values():
                copy = self.folder / f"{name}-{path.name}"
                shutil.copyfile(path, copy)
                sign(copy, keys.read_private(self.folder / name))
                self.repository.collect(read(copy))

    def accept(self, now: datetime | None = None) -> tuple[str, ...]:
        with self.repository.writing():
            accepted = self.repository.accept()
            if self.repository.versions("targets"):
                announce(self.repository, keys.read_private(self.folder / "online"), now=now)
        return accepted

    def announce(self, now: datetime | None = None) -> None:
        with self.repository.writing():
            announce(self.repository, keys.read_private(self.folder / "online"), now=now)

    @property
    def root(self) -> bytes:
        return (self.repository.metadata / "1.root.json").read_bytes()

    def mirror(self, name: str = "mirror") -> Path:
        """A copy as a mirror has it."""
        place = self.folder / name
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        for part in ("metadata", "targets"):
            if (self.repository.folder / part).exists():
                shutil.copytree(self.repository.folder / part, place / part)
        return place


def changed(folder: Path, added: Iterable[int] = (), withdrawn: Iterable[int] = (), name: str = "Known") -> None:
    """Change a list on disk."""
    entries = [Entry(f"e{number}", (Signal("md5", value_of(number, 16)),)) for number in added]
    publish(folder, entries, name=name, withdrawn=[f"e{number}" for number in withdrawn])


def fetched(folder: Path, mirror: Path, root: bytes | None = None, name: str = NAME, **days: int) -> Fetched:
    """Fetch from a mirror that is a folder."""
    return fetch(folder, Source(Mirror(), str(mirror), name, root), **days)


def held(folder: Path, most: int = 40) -> set[int] | None:
    """The entries that a list has; None without a list."""
    if not (folder / "current.json").exists():
        return None
    opened = List.open(folder, verify=True)
    return {number for number in range(most) if opened.by_id(f"e{number}")}


def forced(alliance: Alliance) -> None:
    """What a thief of the publisher's machine and its key does: accept whatever waits, signed or not."""
    for path in alliance.repository.proposals().values():
        path.rename(alliance.repository.metadata / path.name)
    alliance.announce()
