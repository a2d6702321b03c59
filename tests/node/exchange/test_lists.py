"""Lists whose recipients live on another node: told at once, fetched by their own source, acknowledged back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from unittest import mock
from uuid import uuid4

import pytest
from django.utils import timezone
from tests.client.serving import Asked, Said, serving
from tests.node.exchange import nodes
from tests.node.exchange.nodes import Line, Node, sent_to, taken_of
from tests.node.factories import make_member, make_organisation
from tests.node.lists.factories import QUALITY, curator
from tests.node.lists.house import NAME, House
from tests.node.lists.test_releases_fetched import of
from tests.node.lists.test_sources import fetched_from

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.models import Release
from vaern.node.casework.releases.terms import Handling, Terms
from vaern.node.exchange.outbox.actions import send as send_message
from vaern.node.exchange.peers import actions as peers
from vaern.node.exchange.releases.arrivals import record_of
from vaern.node.ledger.rules import NODE
from vaern.node.lists.across import following, items, labels, messages, telling
from vaern.node.lists.across.messages import Acknowledged, Recalled, Released
from vaern.node.lists.base import disk
from vaern.node.lists.curation import actions as curation
from vaern.node.lists.models import EntryRecall, HashList, ListEntry, ListNotice, ListSource, RecallEffect
from vaern.node.lists.recalls import tracing
from vaern.node.lists.rules.effects import EffectState, RecallReason
from vaern.node.lists.rules.entries import EntryState
from vaern.node.lists.sources import acknowledging, fetching
from vaern.node.lists.subscribers import actions as subscribers
from vaern.node.lists.subscribers import queries
from vaern.node.organisations.rules import OrganisationKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from uuid import UUID

    from tests.node.exchange.conftest import Begin

    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.once
PASSES = ["list.released"]


@dataclass
class World:
    """A hotline in the north that keeps a list with signed releases, and a curator in the south who may have it."""

    north: Node
    south: Node
    line: Line
    house: House
    desk: Viewer
    address: str

    def rest(self) -> None:
        """Let everything pass."""
        self.line.settle((self.north, self.south))

    def sign(self) -> None:
        """Have a release of the list signed."""
        with self.north.on():
            self.house.release()

    def give(self) -> Release:
        """Release the list to the desk in the south."""
        until = timezone.now() + timedelta(days=90)
        with self.north.on(), viewing(self.house.curator.organisation.id):
            given = Terms(Handling.AMBER, until)
            (made,) = curation.release(self.house.curator, QUALITY, self.house.list, [self.desk.organisation.id], given)
        return made

    def follow(self) -> HashList:
        """Let a list of the desk follow it."""
        with self.south.on():
            return fetched_from(
                self.desk, replace(of(self.address, self.house.alliance.root), account=NAME), "followed"
            )

    def notice(self) -> ListNotice:
        """What the south knows of the list."""
        with self.south.on():
            found: ListNotice = ListNotice.everywhere.select_related("release").get()
        return found

    def fetch(self, hash_list: HashList) -> None:
        """The job that fetches."""
        with self.south.on():
            fetching.fetch(hash_list.pk)
            source = ListSource.everywhere.get(list=hash_list)
            assert source.why == ""
            disk.follow(hash_list.pk)

    def states(self, hash_list: HashList) -> dict[str, str]:
        """The entries of a list in the south."""
        with self.south.on():
            return dict(ListEntry.everywhere.filter(list=hash_list).values_list("ident", "state"))

    def recall(self, ident: str) -> EntryRecall:
        """Recall an entry in the north, and let the job find whom that concerns."""
        with self.north.on():
            with viewing(self.house.curator.organisation.id):
                row = ListEntry.objects.select_related("list").get(list=self.house.list, ident=ident)
                curation.recall(self.house.curator, QUALITY, row, RecallReason.NOT_CSAM)
            found: EntryRecall = EntryRecall.everywhere.get(list=self.house.list, ident=ident)
            tracing.trace(found.pk)
        return found

    def effect(self, recall: EntryRecall) -> RecallEffect:
        """What the keeper's page says of the desk in the south."""
        with self.north.on():
            found: RecallEffect = RecallEffect.everywhere.get(recall=recall, organisation=self.desk.organisation.id)
        return found


@pytest.fixture
def world(begin: Begin, settings: Any, tmp_path: Path) -> Iterator[World]:
    settings.LISTS, settings.LISTS_ASIDE = tmp_path / "lists", tmp_path / "aside"
    settings.RELEASES, settings.RELEASES_KEY = tmp_path / "releases", tmp_path / "keys" / "releases.key"
    settings.SUBSCRIBER_KEYS = tmp_path / "keys"
    north, south = begin("keeper.example", "desk.example")  # the signers of releases are called otherwise
    line = Line(north, south)

    def served(asked: Asked) -> Said:
        path = settings.RELEASES / asked.path.lstrip("/")
        return Said(path.read_bytes()) if path.is_file() else Said(b"not here", 404)

    with serving(served) as server:
        with north.on():
            house = House(tmp_path, settings)
            make_member("QN")
        with south.on():
            desk = curator(organisation=make_organisation(OrganisationKind.HOTLINE))
        nodes.introduce(north, south, PASSES)
        found = World(north, south, line, house, desk, server.base)
        found.rest()
        yield found


def test_a_released_list_is_a_release_on_both_nodes_and_waits_for_who_follows_it(world: World) -> None:
    made = world.give()
    world.rest()
    notice = world.notice()
    assert (notice.release_id, notice.name, notice.version) == (made.pk, NAME, 0)
    assert notice.release.expires_at == made.expires_at
    with world.south.on(), viewing(world.desk.organisation.id):
        (item,) = items.unfollowed_items(world.desk)
        assert NAME in str(item.what)
    world.sign()
    world.rest()
    world.follow()
    with world.south.on(), viewing(world.desk.organisation.id):
        assert items.unfollowed_items(world.desk) == []


def test_a_newer_release_is_fetched_at_once_and_acknowledged(world: World) -> None:
    world.sign()
    world.give()
    world.rest()
    followed = world.follow()
    with world.south.on():
        ListSource.everywhere.update(next_at=timezone.now() + timedelta(days=1))
    world.fetch(followed)
    with world.north.on():
        world.house.add("three")
    with mock.patch.object(following, "fetch_soon") as soon:
        with world.south.on():
            ListSource.everywhere.update(asked_at=timezone.now() - timedelta(hours=1))
        world.sign()
        world.rest()
        soon.assert_called_once_with(followed.pk)
    world.fetch(followed)
    assert set(world.states(followed)) == {"one", "two", "three"}
    with world.south.on(), viewing(world.desk.organisation.id):
        key = acknowledging.signer_of(world.desk.organisation).public_key
        _name, data = acknowledging.take_key(world.desk, QUALITY, followed)
    with world.north.on(), viewing(world.house.curator.organisation.id):
        subscribers.enrol(world.house.curator, QUALITY, world.house.list, data, key.keyid[:8])
    with world.south.on():
        assert acknowledging.acknowledge_all() == 1
        assert following.acknowledge_all() == 1
        assert following.acknowledge_all() == 0
    world.rest()
    with world.north.on(), viewing(world.house.curator.organisation.id):
        (one,) = queries.subscribers_of(world.house.list) or []
        assert (one.standing.version, one.lacking) == (2, 0)


def test_a_source_is_not_asked_more_often_however_often_its_publisher_speaks(world: World) -> None:
    world.sign()
    made = world.give()
    world.rest()
    followed = world.follow()
    world.fetch(followed)
    with mock.patch.object(following, "fetch_soon") as soon:
        for version in (5, 5, 4, 6):
            said = Released(name=NAME, title="again", version=version, roots=world.notice().roots)
            assert forged(world, "list.released", said, made.pk) == "taken_in"
        soon.assert_not_called()
    with world.south.on():
        source = ListSource.everywhere.get(list=followed)
        assert source.next_at == source.asked_at + following.SELDOM
    assert world.notice().version == 6


def test_another_root_is_another_list(world: World) -> None:
    world.sign()
    world.give()
    world.rest()
    world.follow()
    notice = world.notice()
    with world.south.on():
        assert len(following.sources_of(notice)) == 1
        ListSource.everywhere.update(root=b"another")
        assert following.sources_of(notice) == []


def test_a_recall_is_told_at_once_and_acknowledged_when_nothing_matches(world: World) -> None:
    world.sign()
    world.give()
    world.rest()
    followed = world.follow()
    with world.south.on():
        HashList.everywhere.filter(pk=followed.pk).update(lost_percent=100)
    world.fetch(followed)
    recall = world.recall("one")
    assert world.effect(recall).state == EffectState.TO_TELL.value
    world.rest()
    assert world.effect(recall).state == EffectState.TOLD.value
    assert world.states(followed) == {"one": EntryState.RECALLED.value, "two": EntryState.LIVE.value}
    with world.south.on():
        assert EntryRecall.everywhere.get(list=followed).by_source
        assert following.acknowledge_all() == 0, "it is still on disk"
        disk.follow(followed.pk)
        assert following.acknowledge_all() == 1
    world.rest()
    assert world.effect(recall).state == EffectState.ACKNOWLEDGED.value
    assert world.notice().recalled == []


def test_much_is_not_withdrawn_by_a_message(world: World) -> None:
    world.sign()
    world.give()
    world.rest()
    followed = world.follow()
    with world.south.on():
        HashList.everywhere.filter(pk=followed.pk).update(lost_count=0)
    world.fetch(followed)
    recall = world.recall("one")
    world.rest()
    assert world.states(followed)["one"] == EntryState.LIVE.value
    with world.south.on():
        disk.follow(followed.pk)
        assert following.acknowledge_all() == 0
    assert world.effect(recall).state == EffectState.TOLD.value


def test_whoever_follows_nothing_acknowledges_nothing(world: World) -> None:
    world.sign()
    world.give()
    recall = world.recall("one")
    world.rest()
    with world.south.on():
        assert following.acknowledge_all() == 0
    assert world.notice().recalled == ["one"]
    assert world.effect(recall).state == EffectState.TOLD.value


def test_what_a_person_reinstated_a_message_does_not_withdraw_again(world: World) -> None:
    world.sign()
    made = world.give()
    world.rest()
    followed = world.follow()
    with world.south.on():
        HashList.everywhere.filter(pk=followed.pk).update(lost_percent=100)
    world.fetch(followed)
    world.recall("one")
    world.rest()
    with world.south.on(), viewing(world.desk.organisation.id):
        row = ListEntry.objects.select_related("list").get(list=followed, ident="one")
        curation.reinstate(world.desk, QUALITY, row)
    assert forged(world, "list.recalled", Recalled(["one"]), made.pk) == "taken_in"
    assert world.states(followed)["one"] == EntryState.LIVE.value


def forged(world: World, kind: str, body: Any, about: UUID, *, back: bool = False) -> str:
    """Let one node send what its pages would not; return what the other says of it."""
    here, there = (world.south, world.north) if back else (world.north, world.south)
    sender, recipient = world.house.curator.organisation, world.desk.organisation
    if back:
        sender, recipient = recipient, sender
    with here.on():
        send_message(
            kind,
            body,
            sender=here.organisation(sender),
            recipient=here.organisation(recipient),
            about=about,
            by=NODE,
            reason=QUALITY,
        )
    world.rest()
    row = taken_of(there, here)[-1]
    return row.because or row.state


def test_only_what_was_released_between_the_two_is_spoken_of(world: World) -> None:
    made = world.give()
    world.rest()
    assert forged(world, "list.recalled", Recalled(["one"]), uuid4()) == messages.NOT_RELEASED
    assert forged(world, "list.acknowledged", Acknowledged(["one"]), uuid4(), back=True) == messages.UNKNOWN_LIST
    said = forged(world, "list.acknowledged", Acknowledged([], '{"payload": ""}'), made.pk, back=True)
    assert said == messages.UNKNOWN_LETTER
    with world.south.on():
        Release.everywhere.filter(pk=made.pk).update(recalled_at=timezone.now())
    again = Released(name=NAME, title="again", version=9)
    assert forged(world, "list.released", again, made.pk) == messages.NOT_RELEASED


def test_a_release_never_gives_sight_of_a_list_of_this_node(world: World) -> None:
    made = world.give()
    world.rest()
    with world.south.on():
        assert world.notice().release.record == record_of(made.pk)
        assert not HashList.everywhere.filter(pk=record_of(made.pk)).exists()


def test_what_is_owed_has_a_bound(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made = world.give()
    world.rest()
    monkeypatch.setattr(following, "MOST_OWED", 2)
    assert forged(world, "list.recalled", Recalled(["a", "b"]), made.pk) == "taken_in"
    assert forged(world, "list.recalled", Recalled(["a", "b"]), made.pk) == "taken_in"
    assert forged(world, "list.recalled", Recalled(["c"]), made.pk) == messages.TOO_MANY_OWED


def test_a_notice_ends_with_its_release(world: World) -> None:
    world.give()
    world.rest()
    with world.south.on():
        assert following.end_notices() == 0
        Release.everywhere.update(expires_at=timezone.now())
        assert following.end_notices() == 1


def test_signing_waits_for_no_peer(world: World) -> None:
    world.give()
    world.rest()
    with world.north.on():
        peers.suspend(world.north.administrator, nodes.REASON, world.north.peer(world.south))
    before = len(sent_to(world.north, world.south))
    world.sign()
    assert len(sent_to(world.north, world.south)) == before
    with world.north.on():
        peers.resume(world.north.administrator, nodes.REASON, world.north.peer(world.south))
        telling.tell_all()
        telling.tell_all()
    world.rest()
    assert len(sent_to(world.north, world.south)) == before + 1
    assert world.notice().version == 1


def test_a_list_that_cannot_travel_is_released_to_nobody(world: World) -> None:
    with world.north.on():
        peer = world.north.peer(world.south)
        peers.agree(world.north.administrator, nodes.REASON, peer, accepts=PASSES, sends=[], countries=[])
    with pytest.raises(Refusal):
        world.give()


def test_each_refusal_is_said_in_words() -> None:
    codes = {value for name, value in vars(messages).items() if isinstance(value, str) and value.startswith("list_")}
    assert codes == labels.PROBLEMS.keys()
