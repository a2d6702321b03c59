"""What the desk computes: groups of meetings, and which country signs point to. Pure; no Django."""

from __future__ import annotations

import enum
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from vaern.node.crosscheck.rules.weights import Weights

Node = TypeVar("Node", bound="Hashable")


class Because(enum.StrEnum):
    """Why the desk thinks that two sides should talk: what it can see, and nothing else."""

    MANY_KEYS = "many_keys"
    SPECIFIC_KEY = "specific_key"
    MANY_MEMBERS = "many_members"
    ONE_IDENTIFIED = "one_identified"


NUDGED_AGAIN_AFTER = timedelta(days=30)
"""How long the desk waits before it suggests the same again."""


class Sign(NamedTuple):
    """Something that points to a country.

    Attributes:
        code: of the weights: hypothesis, held, address, host.
        country: two letters.
    """

    code: str
    country: str


class Line(NamedTuple):
    """One line of an explanation.

    Attributes:
        code: of the sign.
        points, of: given, and the most that there are.
        signs: how many such signs point to this country.
    """

    code: str
    points: float
    of: int
    signs: int


class Proposal(NamedTuple):
    """A country, and why.

    Attributes:
        country: two letters.
        points: from 0 to 100; the sum of the lines.
        lines: what they are made of.
    """

    country: str
    points: float
    lines: tuple[Line, ...]


def propose(signs: Sequence[Sign], weights: Weights) -> list[Proposal]:
    """Return the countries that signs point to, the likeliest first.

    The points of each kind of sign are shared among the countries that its signs point to, by their number; a kind
    without signs gives nothing to anybody, so that few signs make a low score and not a sure one.
    """
    counted = Counter(sign for sign in signs if sign.code in weights.country and sign.country)
    overall = Counter(sign.code for sign in counted.elements())
    found = []
    for country in sorted({sign.country for sign in counted}):
        lines = tuple(
            Line(code, round(of * counted[Sign(code, country)] / overall[code], 1), of, counted[Sign(code, country)])
            for code, of in weights.country.items()
            if counted[Sign(code, country)]
        )
        found.append(Proposal(country, round(sum(line.points for line in lines), 1), lines))
    return sorted(found, key=lambda proposal: (-proposal.points, proposal.country))


class Groups(Generic[Node]):
    """Connected components, built edge by edge (disjoint sets with path halving, Tarjan and van Leeuwen 1984)."""

    def __init__(self) -> None:
        self._parent: dict[Node, Node] = {}

    def join(self, one: Node, other: Node) -> None:
        """Join the groups of two nodes."""
        self._parent[self.of(one)] = self.of(other)

    def of(self, node: Node) -> Node:
        """Return the representative of a node's group."""
        parent = self._parent
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node


def components(edges: Iterable[tuple[Node, Node]]) -> list[frozenset[Node]]:
    """Return the connected components of a graph, in no particular order."""
    groups: Groups[Node] = Groups()
    nodes: set[Node] = set()
    for one, other in edges:
        groups.join(one, other)
        nodes |= {one, other}
    found: dict[Node, set[Node]] = {}
    for node in nodes:
        found.setdefault(groups.of(node), set()).add(node)
    return [frozenset(group) for group in found.values()]
