"""Whole nodes in one process: each with its own database, home and keys; what is not theirs they cannot reach.

with north.on():
    ...                     # the node's own code, on its own database
line.carry(north, south)    # one call from the first to the second, over a line that a test may break
"""

from __future__ import annotations

import dataclasses
import itertools
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.utils import timezone
from tests.node.factories import make_member, make_organisation, make_person, viewer_for

from vaern.client.http import ClientError
from vaern.node.exchange.base import kinds
from vaern.node.exchange.calls import calling
from vaern.node.exchange.calls.composing import compose
from vaern.node.exchange.calls.receiving import keys_of, receive
from vaern.node.exchange.inbox.taking import take_in
from vaern.node.exchange.models import Incoming, Outgoing, Peer
from vaern.node.exchange.peers import actions
from vaern.node.exchange.peers.cards import own_card
from vaern.node.exchange.rules.envelopes import read_line
from vaern.node.exchange.rules.identity import fingerprint, read_card
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.models import Organisation, Person
from vaern.node.organisations.rules import OrganisationKind, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

REASON = Reason(Why.ADMINISTRATION)
_number = itertools.count(1)


@dataclasses.dataclass
class Node:
    """A node of the tests.

    Attributes:
        name: of the node, its host.
        home: its data folder.
        wrapper: the connection to its database.
        answers: whether other nodes can call it.
    """

    name: str
    home: Path
    wrapper: BaseDatabaseWrapper
    answers: bool = True

    @contextmanager
    def on(self) -> Iterator[Node]:
        """Be this node: its database is the database, its configuration and its secrets are those that count."""
        before = connections[DEFAULT_DB_ALIAS]
        connections[DEFAULT_DB_ALIAS] = self.wrapper
        changed = dataclasses.replace(
            settings.CONFIGURATION,
            home=self.home,
            address=f"https://{self.name}",
            exchange_answers=self.answers,
        )
        try:
            with (
                mock.patch.object(settings, "CONFIGURATION", changed),
                mock.patch.object(settings, "SECRET_KEY", f"the secret of {self.name} (synthetic)"),
                mock.patch.object(settings, "DIGEST_KEY", f"the digest key of {self.name} (synthetic)"),
            ):
                yield self
        finally:
            connections[DEFAULT_DB_ALIAS] = before

    def begin(self) -> None:
        """Make its own organisation, with an administrator."""
        with self.on():
            runner = make_organisation(OrganisationKind.SECRETARIAT, runs_node=True)
            make_person(Role.ADMINISTRATOR, runner)

    @property
    def administrator(self) -> Any:
        """The viewer that its administrator is."""
        return viewer_for(Person.everybody.filter(organisation__runs_node=True).get())

    def peer(self, other: Node) -> Peer:
        """How this node has the other; inside `on`."""
        return Peer.objects.get(name=other.name)

    def organisation(self, other: Organisation) -> Organisation:
        """An organisation of another node as this one has it; inside `on`."""
        return Organisation.all_nodes.get(pk=other.pk)


@contextmanager
def further_database() -> Iterator[BaseDatabaseWrapper]:
    """A further database on the server of the tests, a copy of the migrated one."""
    first = connections[DEFAULT_DB_ALIAS]
    name = f"{first.settings_dict['NAME']}_node{next(_number)}"
    template = first.settings_dict["TEST"]["TEMPLATE"]
    server = {key: value for key, value in first.get_connection_params().items() if key in _ADDRESS} | {
        "dbname": "postgres"
    }
    with psycopg.connect(**server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    wrapper = connections.create_connection(DEFAULT_DB_ALIAS)
    wrapper.settings_dict = {**first.settings_dict, "NAME": name}
    try:
        yield wrapper
    finally:
        wrapper.close()
        with psycopg.connect(**server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


_ADDRESS = {"host", "port", "user", "password"}


@contextmanager
def forgotten(node: Node) -> Iterator[None]:
    """Undo afterwards what is done to a node's database, as the tests' own fixture does with the first."""
    with node.on():
        outer = transaction.atomic()
        outer.__enter__()
    try:
        yield
    finally:
        with node.on():
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


@contextmanager
def home() -> Iterator[Path]:
    """A data folder."""
    folder = Path(tempfile.mkdtemp(prefix="vaern-node-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def introduce(first: Node, second: Node, passes: list[str], countries: dict[str, list[str]] | None = None) -> None:
    """Let two nodes become peers, as their people do it: cards both ways, digits by voice, one agreement."""
    allowed = countries or {}
    cards, digits = {}, {}
    for node in (first, second):
        with node.on():
            cards[node.name] = own_card()
            digits[node.name] = fingerprint(read_card(cards[node.name]))
    for node, other in ((first, second), (second, first)):
        with node.on():
            peer = actions.meet(node.administrator, REASON, cards[other.name])
            actions.confirm(
                node.administrator,
                REASON,
                peer,
                digits[other.name],
                accepts=passes,
                sends=passes,
                countries=allowed.get(other.name, []),
            )


class Broken(ClientError):
    """The line broke."""

    def __init__(self) -> None:
        super().__init__("POST https://line.example", "the connection failed", "Try again later.")


class Line:
    """What carries calls between nodes of the tests, as HTTP does between those of the world.

    Attributes:
        calls, answers: every envelope that went over it, as a relay could keep them.
        drops_call, drops_answer: asked before each; true lets it get lost.
    """

    def __init__(self, *nodes: Node) -> None:
        self.nodes = {f"https://{node.name}": node for node in nodes}
        self.calls: list[tuple[bytes, bytes]] = []
        self.answers: list[tuple[bytes, bytes]] = []
        self.drops_call: Callable[[], bool] = lambda: False
        self.drops_answer: Callable[[], bool] = lambda: False

    def send(self, address: str, line: bytes, sealed: bytes) -> tuple[bytes, bytes]:
        """Take an envelope to its node, and its answer back."""
        self.calls.append((line, sealed))
        if self.drops_call():
            raise Broken
        answer = answered(self.nodes[address], line, sealed)
        self.answers.append(answer)
        if self.drops_answer():
            raise Broken
        return answer

    def carry(self, caller: Node, called: Node) -> bool:
        """Let one node call another once; return whether more waits."""
        with caller.on():
            return calling.call(caller.peer(called), self.send)

    def settle(self, *pairs: tuple[Node, Node]) -> None:
        """Call and take in until nothing more happens."""
        more = set(range(len(pairs)))  # between which two a call brings something, for all that is known
        for _ in range(40):
            taken = False
            for number, (caller, called) in enumerate(pairs):
                if number in more or waits(caller, called) or waits(called, caller):
                    (more.add if self.carry(caller, called) else more.discard)(number)
                taken |= took_in(caller, called) | took_in(called, caller)
            if not more and not taken and not any(waits(a, b) or waits(b, a) for a, b in pairs):
                return
        raise AssertionError("the nodes do not come to rest")


def answered(node: Node, line: bytes, sealed: bytes) -> tuple[bytes, bytes]:
    """What a node answers to an envelope; as its door does, without HTTP."""
    from vaern.node.exchange.base import keys
    from vaern.node.exchange.rules.envelopes import from_whom

    with node.on():
        peer = Peer.objects.get(name=from_whom(line))
        direction = read_line(line, keys_of(peer), peer.name, keys.name())
        receive(peer.pk, direction, sealed)
        return compose(peer.pk, direction.call, answers=True)


def took_in(node: Node, peer: Node) -> bool:
    """Let a node take in what it has of a peer."""
    with node.on():
        return bool(take_in(node.peer(peer)))


def waits(node: Node, other: Node) -> bool:
    """Whether a node has something for another."""
    from vaern.node.exchange.calls.composing import is_anything_new

    with node.on():
        return is_anything_new(node.peer(other))


def taken_of(node: Node, other: Node) -> list[Incoming]:
    """What a node has of another, in its order."""
    with node.on():
        return list(Incoming.objects.filter(peer=node.peer(other)).order_by("stream", "sequence"))


def sent_to(node: Node, other: Node) -> list[Outgoing]:
    """What a node has written for another, in its order."""
    with node.on():
        return list(Outgoing.objects.filter(peer=node.peer(other)).order_by("id"))


@contextmanager
def registered(*given: kinds.Kind) -> Iterator[None]:
    """Let kinds of message be known for the length of a test, beside those of the node."""
    with mock.patch.dict(kinds._KINDS):
        kinds.register(*given)
        yield


def committed(node: Node) -> None:
    """Do what waits for a commit on a node, whose transaction the test never ends."""
    with node.on():
        waiting, connection.run_on_commit = connection.run_on_commit, []
        for _ids, function, _robust in waiting:
            function()


def desk(node: Node, kind: OrganisationKind = OrganisationKind.HOTLINE, country: str = "") -> Organisation:
    """Make an organisation on a node."""
    with node.on():
        return make_organisation(kind, member=make_member(country) if country else None)


def now() -> Any:
    """The moment."""
    return timezone.now()
