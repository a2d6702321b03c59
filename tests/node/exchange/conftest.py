"""Two nodes, north and south, that are peers; and the line between them."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from django.db import DEFAULT_DB_ALIAS, connections
from tests.node.exchange import nodes
from tests.node.exchange.nodes import Line, Node
from tests.node.exchange.notes import Notes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper


@pytest.fixture(scope="session")
def second(django_db_setup: None, django_db_blocker: object) -> Iterator[BaseDatabaseWrapper]:
    """A second database for this process of the tests."""
    with django_db_blocker.unblock(), nodes.second_database() as wrapper:  # type: ignore[attr-defined]
        yield wrapper


@pytest.fixture
def strangers(db: None, second: BaseDatabaseWrapper) -> Iterator[tuple[Node, Node]]:
    """Two nodes that do not know each other."""
    with ExitStack() as stack:
        north = Node("north.example", stack.enter_context(nodes.home()), connections[DEFAULT_DB_ALIAS])
        south = Node("south.example", stack.enter_context(nodes.home()), second)
        stack.enter_context(nodes.forgotten(south))
        north.begin()
        south.begin()
        yield north, south


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
