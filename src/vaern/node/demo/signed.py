"""Signed releases of the shared list: police of two countries sign, two desks fetch them, and one is overdue.

The desks stand outside the node and the signers sign outside it, with the very functions of the command line. Their
keys are invented and gone when the story ends.
"""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from django.conf import settings

from vaern.node.base.scope import viewing
from vaern.node.demo.alliance import BODIES
from vaern.node.demo.results import LIST
from vaern.node.ledger.rules import Reason, Why
from vaern.node.lists.base.disk import follow
from vaern.node.lists.models import HashList
from vaern.node.lists.signing import actions as signing
from vaern.node.lists.signing import repository as releases
from vaern.node.lists.subscribers import actions as subscribers
from vaern.node.organisations.rules import Role
from vaern.trust import keys, proposing
from vaern.trust.acknowledging import acknowledge
from vaern.trust.fetching import Source, fetch
from vaern.trust.mirrors import Mirror
from vaern.trust.repository import ROOT, read, sign

if TYPE_CHECKING:
    from securesystemslib.signer import Key

    from vaern.node.demo.seed import Alliance
    from vaern.node.demo.stories import Story
    from vaern.node.organisations.viewers import Viewer
    from vaern.trust.repository import Repository

QUALITY = Reason(Why.LIST_QUALITY)
SIGNERS = ("police.nordhavia", "police.vestrovia", "police.thalvia")
NEEDED = 2
"""Of so many countries."""

DESKS = {"field-desk.thalvia": "XT", "border-desk.quendara": "XQ"}
"""Who fetches the releases and is no organisation of the node, with their countries; the second one is late."""

PROMPT, LATE = DESKS


def do(alliance: Alliance) -> Story:
    """Let the shared list go out in releases, and its subscribers say which they use."""
    yield alliance.ago(timedelta(days=60))
    curator = alliance.someone("hub", Role.CURATOR)
    with TemporaryDirectory() as folder:
        outside = Outside(Path(folder))
        outside.begin()
        yield timedelta(hours=3)
        outside.release(curator)
        outside.enrol(curator)
        yield timedelta(days=1)
        outside.acknowledge(curator, PROMPT, LATE)
        yield alliance.ago(timedelta(days=11))  # what was recalled a day ago has to reach them
        outside.release(curator)
        yield timedelta(hours=26)
        outside.acknowledge(curator, PROMPT)
        yield alliance.ago(timedelta(hours=16))
        outside.propose(curator)
        outside.hand_in(curator, SIGNERS[0])  # the second country has yet to sign
        releases.announce_due()


class Outside:
    """Those who sign and those who subscribe, each with a key and, the desks, a copy of the list.

    Attributes:
        folder: of all of them, for as long as the story is told.
        repository: the node's.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.repository: Repository = releases.opened()
        countries = {body.host: body.country for body in BODIES}
        for host in SIGNERS:
            keys.make(folder / host, f"{host}.example", countries[host])
        for host, country in DESKS.items():
            keys.make(folder / host, f"{host}.example", country)

    def begin(self) -> None:
        """Begin the repository, and have the list in it, as the signers agreed at the command line."""
        if self.repository.versions(ROOT):  # of a database that was made anew
            shutil.rmtree(self.repository.folder)
        releases.signer()  # the node's key, which the root names
        online = keys.read_public(settings.RELEASES_KEY.with_name(settings.RELEASES_KEY.name + keys.PUBLIC))
        with self.repository.writing():
            proposing.begin(self.repository, self._public(*SIGNERS), NEEDED, online)
            self._accept()
            proposing.delegate(self.repository, LIST, self._public(*SIGNERS), NEEDED)
            self._accept()

    def _public(self, *hosts: str) -> list[Key]:
        return [keys.read_public(self.folder / f"{host}{keys.PUBLIC}") for host in hosts]

    def _accept(self) -> None:
        """Have what waits signed by all, and accept it."""
        for path in self.repository.proposals().values():
            for host in SIGNERS:
                copy = Path(shutil.copyfile(path, self.folder / path.name))
                sign(copy, keys.read_private(self.folder / host))
                self.repository.collect(read(copy))
        self.repository.accept()
        releases.announce(self.repository)

    def propose(self, viewer: Viewer) -> None:
        """Propose the list as it is now."""
        shared = _shared()
        follow(shared.pk)
        with viewing(viewer.organisation.id):
            signing.propose(viewer, QUALITY, shared)

    def hand_in(self, viewer: Viewer, *hosts: str) -> None:
        """Take the proposal to some who sign it, and hand in what comes back."""
        with viewing(viewer.organisation.id):
            for host in hosts:
                name, data = signing.take_out(viewer, QUALITY, _shared())
                path = self.folder / name
                path.write_bytes(data)
                sign(path, keys.read_private(self.folder / host))
                signing.hand_in(viewer, QUALITY, _shared(), path.read_bytes())

    def release(self, viewer: Viewer) -> None:
        """Propose the list and have two countries sign it."""
        self.propose(viewer)
        self.hand_in(viewer, *SIGNERS[:NEEDED])

    def enrol(self, viewer: Viewer) -> None:
        """Enrol the desks, each of which read its key's id out."""
        with viewing(viewer.organisation.id):
            for host, key in zip(DESKS, self._public(*DESKS), strict=True):
                data = (self.folder / f"{host}{keys.PUBLIC}").read_bytes()
                subscribers.enrol(viewer, QUALITY, _shared(), data, key.keyid[:8])

    def acknowledge(self, viewer: Viewer, *desks: str) -> None:
        """Let desks fetch the newest release, and hand in what they acknowledge."""
        root = (self.repository.metadata / f"1.{ROOT}.json").read_bytes()
        releases.announce_due()  # as the node does each half day
        files = []
        for host in desks:
            copy = self.folder / f"{host}-{LIST}"
            fetch(copy, Source(Mirror(), str(self.repository.folder), LIST, root))
            files.append((f"{host}.json", acknowledge(copy, LIST, keys.read_private(self.folder / host))))
        with viewing(viewer.organisation.id):
            subscribers.hand_in(viewer, QUALITY, _shared(), files)


def _shared() -> HashList:
    return HashList.everywhere.get(name=LIST)
