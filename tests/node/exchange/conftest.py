"""Nodes that a test begins; two of them, north and south, that are peers; and the line between them."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from django.db import DEFAULT_DB_ALIAS, connections
from tests.node.exchange import nodes
from tests.node.exchange.nodes import Line, Node, desk
from tests.node.exchange.notes import Notes

from vaern.node.exchange.peers.directories import send_changed_directories

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

    from vaern.node.organisations.models import Organisation

    Databases = Callable[[int], list[BaseDatabaseWrapper]]
    Begin = Callable[..., list[Node]]


@pytest.fixture(scope="session")
def databases(django_db_setup: None, django_db_blocker: object) -> Iterator[Databases]:
    """Further databases for this process of the tests, made when a test first wants so many."""
    with ExitStack() as stack:
        made: list[BaseDatabaseWrapper] = []

        def some(count: int) -> list[BaseDatabaseWrapper]:
            with django_db_blocker.unblock():  # type: ignore[attr-defined]
                made.extend(stack.enter_context(nodes.further_database()) for _ in range(count - len(made)))
            return made[:count]

        yield some
        stack.enter_context(django_db_blocker.unblock())  # type: ignore[attr-defined]


@pytest.fixture
def begin(db: None, databases: Databases) -> Iterator[Begin]:
    """Begins nodes that do not know each other, as many as are named."""
    with ExitStack() as stack:

        def named(*names: str) -> list[Node]:
            wrappers = [connections[DEFAULT_DB_ALIAS], *databases(len(names) - 1)]
            made = [
                Node(name, stack.enter_context(nodes.home()), wrapper)
                for name, wrapper in zip(names, wrappers, strict=True)
            ]
            for node in made[1:]:  # what is done to the first, the fixture `db` undoes
                stack.enter_context(nodes.forgotten(node))
            for node in made:
                node.begin()
            return made

        yield named


@pytest.fixture
def strangers(begin: Begin) -> tuple[Node, Node]:
    """Two nodes that do not know each other."""
    north, south = begin("north.example", "south.example")
    return north, south


@pytest.fixture
def notes() -> Iterator[Notes]:
    """Notes, as a kind of message that passes."""
    found = Notes()
    with nodes.registered(found.kind, found.taken_back):
        yield found


@pytest.fixture
def pair(strangers: tuple[Node, Node], notes: Notes) -> tuple[Node, Node]:
    """Two nodes that are peers, between which notes pass."""
    nodes.introduce(*strangers, [notes.kind.name])
    return strangers


@pytest.fixture
def line(strangers: tuple[Node, Node]) -> Line:
    """The line between them."""
    return Line(*strangers)


@pytest.fixture
def desks(pair: tuple[Node, Node], line: Line) -> tuple[Organisation, Organisation]:
    """A desk on each node, known to the other."""
    mine, theirs = (desk(node) for node in pair)
    for node in pair:
        with node.on():
            send_changed_directories()
    line.settle(pair)
    return mine, theirs
