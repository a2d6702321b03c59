"""Files go in pieces: they arrive byte for byte over any line, nothing waits for them, what is hostile ends them."""

from __future__ import annotations

import itertools
import random
import resource
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from unittest import mock
from uuid import UUID, uuid4

import msgspec
import pytest
from django.db import transaction
from django.test import TestCase
from tests.node.exchange import nodes
from tests.node.exchange.nodes import REASON, Line, Node, desk, sent_to, taken_of, took_in
from tests.node.exchange.notes import Note, Notes, put_down, write

from vaern.node.base.refusals import Refusal
from vaern.node.exchange.base.kinds import Delivery, Kind
from vaern.node.exchange.calls.composing import compose
from vaern.node.exchange.models import IncomingFile, OutgoingFile
from vaern.node.exchange.models.inbox import Kept
from vaern.node.exchange.outbox.actions import send
from vaern.node.exchange.peers.directories import send_changed_directories
from vaern.node.exchange.pieces import coming, ending, leaving, queries, store
from vaern.node.exchange.rules import pieces as rules
from vaern.node.exchange.rules.canonical import Malformed
from vaern.node.exchange.rules.pieces import Piece, cut, manifest_of, missing, percent, with_room
from vaern.node.ledger.rules import NODE
from vaern.node.organisations.rules import OrganisationKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.node.exchange.models import Outgoing
    from vaern.node.organisations.models import Organisation

AMONG = frozenset({OrganisationKind.HOTLINE, OrganisationKind.POLICE})
SMALL = 1_000
LINES = "".join(f"{number:06} of a register that is text\n" for number in range(1_200)).encode()
"""About forty pieces of a thousand bytes."""


@dataclass
class Parcels:
    """Two peers between which a kind passes that brings a file, and what came of it."""

    north: Node
    south: Node
    line: Line
    sender: Organisation
    recipient: Organisation
    came: list[bytes] = field(default_factory=list)

    def take(self, delivery: Delivery) -> None:
        """Take a file in."""
        assert delivery.file is not None
        self.came.append(delivery.file)

    def send(self, data: bytes, about: UUID | None = None, kind: str = "test.parcel") -> Outgoing:
        """Write a parcel in the north."""
        with self.north.on(), transaction.atomic():
            return send(
                kind,
                Note("a parcel"),
                sender=self.sender,
                recipient=self.north.organisation(self.recipient),
                about=about or uuid4(),
                by=NODE,
                reason=REASON,
                file=data,
            )

    def call(self) -> None:
        """Let the north call once, and the south take in."""
        self.line.carry(self.north, self.south)
        took_in(self.south, self.north)

    def rest(self) -> None:
        """Let everything pass."""
        for _ in range(20):
            try:
                return self.line.settle((self.north, self.south))
            except AssertionError:
                continue
        raise AssertionError("the nodes do not come to rest")

    @property
    def said(self) -> str:
        """What the south keeps of the last message."""
        row = taken_of(self.south, self.north)[-1]
        return f"{row.state} {row.because}".strip()

    def have(self) -> int:
        """How many pieces the south has."""
        with self.south.on():
            return len(IncomingFile.objects.get().held)


@pytest.fixture
def parcels(pair: tuple[Node, Node], line: Line) -> Iterator[Parcels]:
    north, south = pair
    found = Parcels(north, south, line, desk(north), desk(south, OrganisationKind.POLICE))
    kind = Kind(
        "test.parcel",
        "A parcel",
        {1: Note},
        take=found.take,
        senders=AMONG,
        recipients=AMONG,
        brings=100_000,
        owed=True,
    )
    with nodes.registered(kind), mock.patch.object(rules, "PIECE", SMALL):
        for node in pair:
            with node.on():
                send_changed_directories()
        line.settle(pair)
        yield found


def files(node: Node, way: str) -> int:
    """How many pieces lie under a node's home."""
    with node.on():
        return sum(1 for one in store.folder(way).rglob("*") if one.is_file())


# Arriving -------------------------------------------------------------------------------------------------------------


def test_a_file_arrives_byte_for_byte_and_nothing_of_it_is_left(parcels: Parcels) -> None:
    sent = parcels.send(LINES)
    with TestCase.captureOnCommitCallbacks(execute=True):
        parcels.rest()
    assert parcels.came == [LINES]
    assert parcels.said == "taken_in"
    with parcels.south.on():
        assert not IncomingFile.objects.exists()
    assert files(parcels.north, store.OUT) == 0
    with parcels.north.on():
        assert bytes(OutgoingFile.objects.get().key) == b""
        assert sent_to(parcels.north, parcels.south)[-1].result == "taken_in"
        assert queries.leaving([sent.about])[sent.about].done  # type: ignore[list-item,index]


def test_case_21_the_line_breaks_ten_times_while_a_file_goes(parcels: Parcels) -> None:
    parcels.send(LINES)
    parcels.call()
    broken = 0
    fails = [name for name in ("drops_call", "drops_answer") for _ in range(5)]
    random.Random(10).shuffle(fails)
    for name in fails:
        before = parcels.have()
        with mock.patch.object(parcels.line, name, return_value=True) as breaks:
            parcels.line.carry(parcels.north, parcels.south)
            broken += breaks.call_count
        assert parcels.have() >= before
    parcels.rest()
    assert broken == 10
    assert parcels.came == [LINES]


@pytest.mark.once
def test_fifty_megabytes_arrive_over_a_line_that_breaks_ten_times(parcels: Parcels) -> None:
    data = random.Random(50).randbytes(50_000_000)
    kind = Kind(
        "test.large",
        "A large one",
        {1: Note},
        take=parcels.take,
        senders=AMONG,
        recipients=AMONG,
        brings=rules.LARGEST_FILE,
        owed=True,
        looks=lambda _data: "",
    )
    breaks = {4, 5, 9, 12, 13, 14, 20, 22, 25, 31}
    calls = itertools.count(1)
    parcels.line.drops_call = parcels.line.drops_answer = lambda: next(calls) in breaks
    with nodes.registered(kind), mock.patch.object(rules, "PIECE", 512 * 1_024):
        parcels.send(data, kind="test.large")
        parcels.rest()
    assert next(calls) > max(breaks)
    assert parcels.came == [data]


def test_what_is_written_meanwhile_does_not_wait_for_it(parcels: Parcels) -> None:
    about = uuid4()
    parcels.send(LINES, about)
    for _ in range(3):
        parcels.call()
    assert 0 < parcels.have() < len(LINES) // SMALL
    write(parcels.north, parcels.sender, parcels.recipient, "meanwhile", about)
    parcels.call()
    assert put_down(parcels.south) == ["meanwhile"]
    assert parcels.came == []
    parcels.rest()
    assert parcels.came == [LINES]


def test_both_sides_know_how_much_has_come(parcels: Parcels) -> None:
    about = uuid4()
    parcels.send(LINES, about)
    shown = []
    parcels.call()
    for _ in range(3):
        parcels.call()
        with parcels.north.on():
            there = queries.leaving([about])[about]
        with parcels.south.on():
            here = queries.coming([about])[about]
        assert (there.percent, there.stopped) == (here.percent, "")
        shown.append(here.percent)
    assert shown == sorted(set(shown))
    assert shown[-1] < 100


def test_a_node_that_cannot_be_called_fetches_the_pieces(parcels: Parcels) -> None:
    parcels.send(LINES)
    for _ in range(40):
        parcels.line.carry(parcels.south, parcels.north)
        took_in(parcels.south, parcels.north)
    assert parcels.came == [LINES]


# Faults ---------------------------------------------------------------------------------------------------------------


def test_case_22_the_receiver_dies_between_two_pieces(parcels: Parcels) -> None:
    parcels.send(LINES)
    parcels.call()
    parcels.call()
    real = coming.take

    def dies(*given: Any) -> None:
        real(*given)
        if given[0].name == parcels.north.name:
            raise Died

    with mock.patch.object(coming, "take", dies):
        for _ in range(2):
            with pytest.raises(Died):
                parcels.line.carry(parcels.north, parcels.south)
    assert parcels.have() == 0
    assert files(parcels.south, store.IN) > 0
    parcels.rest()
    assert parcels.came == [LINES]


class Died(BaseException):
    """The process is gone."""


def test_pieces_that_the_disk_lost_are_asked_for_again(parcels: Parcels) -> None:
    parcels.send(LINES)
    for _ in range(4):
        parcels.call()
    with parcels.south.on():
        lost = sorted(one for one in store.folder(store.IN).rglob("*") if one.is_file())
        lost[0].unlink()
        lost[1].write_bytes(b"torn")
    parcels.rest()
    assert parcels.came == [LINES]


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """Let the system itself refuse larger files to this process, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_case_24_the_disk_is_full_while_a_file_comes(parcels: Parcels) -> None:
    about = uuid4()
    parcels.send(LINES, about)
    parcels.call()
    parcels.call()
    with no_file_larger_than(SMALL // 2):
        parcels.line.carry(parcels.north, parcels.south)
    assert parcels.have() == 0
    assert files(parcels.south, store.IN) == 0
    with parcels.north.on():
        assert queries.leaving([about])[about].stopped == rules.DISK
        assert not leaving.is_asked(parcels.north.peer(parcels.south))
    write(parcels.north, parcels.sender, parcels.recipient, "goes on")
    parcels.call()
    assert put_down(parcels.south) == ["goes on"]
    with parcels.south.on():
        IncomingFile.objects.update(paused_until=None)
    parcels.line.carry(parcels.south, parcels.north)
    parcels.rest()
    assert parcels.came == [LINES]


def test_a_sender_without_room_writes_nothing(parcels: Parcels) -> None:
    with no_file_larger_than(SMALL // 2), pytest.raises(Refusal):
        parcels.send(LINES)
    assert files(parcels.north, store.OUT) == 0


def test_a_disk_that_is_nearly_full_asks_for_nothing(parcels: Parcels) -> None:
    about = uuid4()
    parcels.send(LINES, about)
    with mock.patch.object(store, "SPARE", 1 << 60):
        parcels.call()
        parcels.call()
        assert parcels.have() == 0
    with parcels.north.on():
        assert queries.leaving([about])[about].stopped == rules.DISK


def test_what_the_sender_has_no_longer_is_refused(parcels: Parcels) -> None:
    parcels.send(LINES)
    parcels.call()
    with parcels.north.on():
        for row in OutgoingFile.objects.all():
            store.remove(store.OUT, row.pk)
    parcels.rest()
    assert parcels.said == f"refused {rules.GONE}"
    assert parcels.came == []


def test_files_beyond_the_room_of_a_peer_wait_for_those_before(parcels: Parcels) -> None:
    abouts = [uuid4(), uuid4()]
    for about in abouts:
        parcels.send(LINES, about)
    with mock.patch.object(rules, "with_room", lambda sizes: with_room(sizes, len(LINES) + 1)):
        parcels.call()
        parcels.call()
        with parcels.north.on():
            stopped = [queries.leaving([about])[about].stopped for about in abouts]
        assert stopped == ["", rules.ROOM]
        parcels.rest()
    assert parcels.came == [LINES, LINES]


def test_what_is_over_is_swept(parcels: Parcels) -> None:
    parcels.send(LINES)
    for _ in range(3):
        parcels.call()
    with parcels.south.on():
        stray = store.folder(store.IN) / "999999"
        stray.mkdir(parents=True)
        (stray / "0").write_bytes(b"left by a crash")
        assert ending.sweep() == 0  # it may be a transaction that is open
        with mock.patch.object(store, "SETTLED_AFTER", -1.0):
            assert ending.sweep() == 1
        assert not stray.exists()
    parcels.rest()
    assert parcels.came == [LINES]


# A hostile peer -------------------------------------------------------------------------------------------------------


def changed_pieces(parcels: Parcels, change: Any) -> Any:
    """Let the north send other pieces than it has."""
    real = leaving.asked

    def asked(*given: Any) -> list[Piece]:
        return [two for one in real(*given) for two in change(one)]

    return mock.patch("vaern.node.exchange.calls.composing.leaving.asked", asked)


def test_case_23_pieces_are_of_another_file(parcels: Parcels) -> None:
    parcels.send(LINES)
    parcels.call()
    parcels.call()
    with changed_pieces(parcels, lambda one: [msgspec.structs.replace(one, data=b"x" * SMALL)]):
        parcels.call()
    assert parcels.said == f"refused {rules.WRONG}"
    with parcels.south.on():
        assert not IncomingFile.objects.exists()


def test_more_pieces_than_were_said_and_pieces_twice_change_nothing(parcels: Parcels) -> None:
    parcels.send(LINES)
    parcels.call()

    def more(one: Piece) -> list[Piece]:
        return [one, one, msgspec.structs.replace(one, message=uuid4())]

    with changed_pieces(parcels, more):
        parcels.rest()
    assert parcels.came == [LINES]

    def beyond(one: Piece) -> list[Piece]:
        return [msgspec.structs.replace(one, number=1_000)]

    parcels.send(LINES)
    parcels.call()
    parcels.call()
    with changed_pieces(parcels, beyond):
        parcels.call()
    assert parcels.said == f"refused {rules.WRONG}"


def test_a_whole_that_is_not_what_was_announced_is_refused(parcels: Parcels) -> None:
    other = msgspec.structs.replace(manifest_of(LINES, SMALL), sha256="0" * 64)
    with mock.patch.object(leaving, "manifest", return_value=other):
        parcels.send(LINES)
    parcels.rest()
    assert parcels.said == f"refused {rules.NOT_WHOLE}"
    assert parcels.came == []


PICTURES = (b"\x89PNG\r\n\x1a\n" + bytes(5_000), b"a line\n" * 200 + b"\xff\xd8\xff\xe0\0\x10JFIF\0" * 90)


@pytest.mark.parametrize("data", PICTURES)
def test_media_enter_on_neither_side(parcels: Parcels, data: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        parcels.send(data)
    assert refused.value.code == rules.CONTENT
    with mock.patch.object(leaving, "manifest", lambda _kind, data: manifest_of(data, SMALL)):
        parcels.send(data)
    parcels.rest()
    assert parcels.said == f"refused {rules.CONTENT}"
    assert parcels.came == []


def test_a_file_larger_than_its_kind_has_is_fetched_by_nobody(parcels: Parcels) -> None:
    with pytest.raises(Refusal) as refused:
        parcels.send(LINES * 3)
    assert refused.value.code == rules.TOO_LARGE
    with mock.patch.object(leaving, "manifest", lambda _kind, data: manifest_of(data, SMALL)):
        parcels.send(LINES * 3)
    parcels.call()
    assert parcels.said == f"refused {rules.TOO_LARGE}"
    with parcels.south.on():
        assert not IncomingFile.objects.exists()


def test_a_message_that_lacks_its_file_and_one_that_has_none_are_refused(parcels: Parcels, notes: Notes) -> None:
    write(parcels.north, parcels.sender, parcels.recipient, "without", kind="test.parcel")
    parcels.call()
    assert parcels.said == f"refused {rules.NONE}"
    with mock.patch.object(leaving, "manifest", return_value=manifest_of(LINES, SMALL)):
        parcels.send(LINES, kind=notes.kind.name)
    parcels.call()
    assert parcels.said == f"refused {rules.NONE}"


def test_a_size_that_does_not_fit_the_pieces_is_malformed(parcels: Parcels) -> None:
    wrong = msgspec.structs.replace(manifest_of(LINES, SMALL), size=len(LINES) * 2)
    with mock.patch.object(leaving, "manifest", return_value=wrong):
        parcels.send(LINES)
    parcels.call()
    assert parcels.said.startswith("refused malformed")
    with pytest.raises(Malformed):
        rules.check(wrong)


def test_a_peer_gets_pieces_of_what_was_sent_to_it_alone(parcels: Parcels) -> None:
    sent = parcels.send(LINES)
    with parcels.south.on():
        peer = parcels.south.peer(parcels.north)
        leaving.note(peer, [rules.Want(message=sent.message, have=0, missing=[0])])
        assert leaving.asked(peer, 1_000_000) == []
        compose(peer.pk, "0" * 32)


# The rules ------------------------------------------------------------------------------------------------------------


def test_a_file_is_its_pieces() -> None:
    for size in (1, SMALL - 1, SMALL, SMALL + 1, 10 * SMALL):
        data = LINES[:size]
        manifest = manifest_of(data, SMALL)
        rules.check(manifest)
        parts = cut(data, SMALL)
        assert b"".join(parts) == data
        assert all(rules.is_piece(manifest, number, part) for number, part in enumerate(parts))
        assert not rules.is_piece(manifest, len(parts), b"")
        assert missing(len(parts), range(len(parts))) == []


def test_a_hundred_percent_is_all() -> None:
    assert [percent(have, 3) for have in range(4)] == [0, 33, 66, 100]
    assert percent(999, 1_000) == 99
    assert percent(0, 0) == 0


def test_every_message_kept_before_its_file_is_waiting(parcels: Parcels) -> None:
    parcels.send(LINES)
    parcels.call()
    assert Kept(taken_of(parcels.south, parcels.north)[-1].state) is Kept.WAITS
