"""A list of an archive abroad, fetched as signed releases until the archive is not reached any more: it ages.

The archive and its two signers stand outside the node; their keys are invented and gone when the story ends. What a
mirror would serve is read from a folder, by the very client that asks the network.
"""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import msgspec

from vaern.client.releases import Checkpoint, Releases
from vaern.matching import publish
from vaern.node.base.scope import viewing
from vaern.node.demo.lists.invented import QUALITY, SCHEME, bits
from vaern.node.lists.curation import actions
from vaern.node.lists.curation.actions import ListTerms
from vaern.node.lists.rules.lists import Holds, Purpose
from vaern.node.lists.rules.sources import SourceKind
from vaern.node.lists.sources import actions as sources
from vaern.node.lists.sources import fetching, services
from vaern.node.organisations.rules import Role
from vaern.records import Entry, Signal
from vaern.trust import keys, proposing
from vaern.trust.announcing import announce
from vaern.trust.contents import Policy
from vaern.trust.fetching import Source
from vaern.trust.mirrors import Mirror, pieces_of_file
from vaern.trust.repository import Repository, read, sign

if TYPE_CHECKING:
    from collections.abc import Iterator

    from securesystemslib.signer import Key

    from vaern.client.fetching import Fetch
    from vaern.node.demo.seed import Alliance
    from vaern.node.demo.stories import Story
    from vaern.node.lists.models import ListSource

NAME, ADDRESS = "archive-quendara", "https://releases.archive.quendara.example"
SIGNERS = {"archive.quendara": "XQ", "board.ilvania": "XL"}
ONLINE = "machine"
POLICY = Policy(warn_days=7, stop_days=15)
REACHED = timedelta(days=9)
"""So long ago it was fetched last."""

FIRST, ENTRIES = 42, 48


def do(alliance: Alliance) -> Story:
    """Police fetch it twice; since then the archive is silent."""
    curator = alliance.someone("police.nordhavia", Role.CURATOR)
    with TemporaryDirectory() as folder:
        archive = Archive(Path(folder))
        archive.release(range(FIRST))
        terms = ListTerms(title="Archive of Quendara (synthetic)", source="Archive of Quendara", scheme=SCHEME)
        with viewing(curator.organisation.id):
            kept = actions.make(curator, QUALITY, NAME, Holds.FILES, Purpose.KNOWN, terms)
            setting = sources.Setting(
                SourceKind.RELEASES, ADDRESS, NAME, {}, every=24, takes=True, most=1_000, root=archive.root
            )
            sources.set_source(curator, QUALITY, kept, setting)
        fetching.fetch(kept.pk, ask=archive.asked)
        yield alliance.ago(REACHED)
        archive.release(range(ENTRIES))
        fetching.fetch(kept.pk, ask=archive.asked)


class Archive:
    """A publisher with its repository, and what a mirror of it serves."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.repository = Repository(folder / "repository")
        for name, country in {**SIGNERS, ONLINE: "XQ"}.items():
            keys.make(folder / name, f"{name}.example", country)
        with self.repository.writing():
            proposing.begin(self.repository, self._public(*SIGNERS), len(SIGNERS), *self._public(ONLINE))
            self._accept()
            proposing.delegate(self.repository, NAME, self._public(*SIGNERS), len(SIGNERS))
            self._accept()

    @property
    def root(self) -> bytes:
        """With which trust in the archive begins."""
        return (self.repository.metadata / "1.root.json").read_bytes()

    def release(self, numbers: range) -> None:
        """Release a list of some entries, signed by both."""
        entries = [_entry(number) for number in numbers]
        publish(self.folder / "list", entries, name=NAME, whole=True)
        with self.repository.writing():
            proposing.release(self.repository, NAME, self.folder / "list", POLICY)
            self._accept()

    def asked(self, source: ListSource) -> Fetch[Checkpoint]:
        """Return what changed at a source since its checkpoint, as its client finds it."""
        there = Source(Mirror(self._pieces), ADDRESS, NAME, bytes(source.root))
        client = Releases(there, services.folder_of(source.list_id))
        return client.fetch(msgspec.convert(source.checkpoint, Checkpoint) if source.checkpoint else None)

    def _pieces(self, address: str) -> Iterator[bytes]:
        return pieces_of_file(str(self.repository.folder / address.removeprefix(ADDRESS).lstrip("/")))

    def _public(self, *names: str) -> list[Key]:
        return [keys.read_public(self.folder / f"{name}{keys.PUBLIC}") for name in names]

    def _accept(self) -> None:
        """Have what waits signed by both, accept it, and say that it is the newest."""
        for path in self.repository.proposals().values():
            for name in SIGNERS:
                copy = self.folder / path.name
                copy.write_bytes(path.read_bytes())
                sign(copy, keys.read_private(self.folder / name))
                self.repository.collect(read(copy))
        self.repository.accept()
        if self.repository.versions("targets"):
            announce(self.repository, keys.read_private(self.folder / ONLINE))


def _entry(number: int) -> Entry:
    draw = random.Random(3_000 + number)  # noqa: S311 - invented hashes, the same at each start
    signals = (Signal("sha256", draw.randbytes(32)), Signal("pdq", bits(draw), quality=90))
    return Entry(f"archive-{number}", signals, classification="AB"[number % 2], scheme=SCHEME)
