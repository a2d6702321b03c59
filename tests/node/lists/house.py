"""A node with a list, or a subset, whose releases organisations of two countries sign, and who subscribes to them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from tests.node.lists.factories import QUALITY, add, curator, entry_of, make_list
from tests.node.lists.subsets import make_subset
from tests.trust.alliance import Alliance, fetched

from vaern.matching import List
from vaern.node.base.scope import viewing
from vaern.node.ledger.models import Entry
from vaern.node.lists.base.disk import follow
from vaern.node.lists.signing import actions, acts, repository
from vaern.trust import keys
from vaern.trust.acknowledging import acknowledge
from vaern.trust.repository import Repository, sign

if TYPE_CHECKING:
    from pathlib import Path

    from vaern.node.lists.base.signed import Signed
    from vaern.node.lists.models import ListSubset

NAME = "known-here"


class House:
    """A node with a list, whose releases two of three countries sign; the signers are elsewhere."""

    def __init__(self, folder: Path, settings: Any) -> None:
        self.folder = folder
        self.alliance = Alliance(folder / "alliance")
        self.alliance.repository = Repository(settings.RELEASES)
        assert repository.announce_due() == 0  # makes the key, and there is nothing yet to announce
        for half in ("", keys.PUBLIC):
            shutil.copyfile(f"{settings.RELEASES_KEY}{half}", f"{self.alliance.folder / 'online'}{half}")
        self.alliance.begin()
        self.alliance.delegate(NAME, ("north", "south", "east"), 2)
        self.curator = curator()
        self.list = make_list(self.curator, NAME)
        self.add("one", "two")

    def add(self, *idents: str) -> None:
        add(self.curator, self.list, *(entry_of(ident) for ident in idents))
        follow(self.list.pk)

    def subset(self, name: str = "part") -> ListSubset:
        """Make a subset of the list's open entries, whose releases two of three countries sign too."""
        self.list.refresh_from_db()
        made = make_subset(self.curator, self.list, name)
        follow(self.list.pk)
        self.alliance.delegate(name, ("north", "south", "east"), 2)
        return made

    def propose(self, what: Signed | None = None) -> None:
        with viewing(self.curator.organisation.id):
            actions.propose(self.curator, QUALITY, what or self.list)

    def signed(self, *names: str, what: Signed | None = None) -> bytes:
        """Download the proposal, and have it signed elsewhere."""
        with viewing(self.curator.organisation.id):
            name, data = actions.take_out(self.curator, QUALITY, what or self.list)
        path = self.folder / name
        path.write_bytes(data)
        for one in names:
            sign(path, keys.read_private(self.alliance.folder / one))
        return path.read_bytes()

    def hand_in(self, data: bytes, what: Signed | None = None) -> bool:
        with viewing(self.curator.organisation.id):
            return actions.hand_in(self.curator, QUALITY, what or self.list, data)

    def subscriber(self) -> set[str]:
        """What a subscriber holds after a fetch."""
        fetched(self.folder / "client", self.alliance.repository.folder, self.alliance.root, NAME)
        opened = List.open(self.folder / "client", verify=True)
        return {ident for ident in ("one", "two", "three") if opened.by_id(ident)}

    def acts(self) -> list[str]:
        known = {act.code for act in acts.ACTS}
        return [code for code in Entry.objects.order_by("pk").values_list("act", flat=True) if code in known]

    def release(self, what: Signed | None = None) -> None:
        """Propose the list, or a subset, as it is, and have two countries sign it."""
        self.propose(what)
        assert self.hand_in(self.signed("north", "south", what=what), what)

    def letter(self, name: str = "south", what: Signed | None = None) -> bytes:
        """What a subscriber sends who fetches now; each holds a copy of their own."""
        of = (what or self.list).name
        folder = self.folder / f"desk-{name}-{of}"
        fetched(folder, self.alliance.repository.folder, self.alliance.root, of)
        return acknowledge(folder, of, keys.read_private(self.alliance.folder / name))

    def key_file(self, name: str = "south") -> bytes:
        """The public half of a subscriber's key."""
        return (self.alliance.folder / f"{name}{keys.PUBLIC}").read_bytes()
