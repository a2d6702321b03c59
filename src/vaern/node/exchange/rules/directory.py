"""What is taken of another node's list of organisations. Pure.

The list says who lives on that node. It is the peer's word about its own house, and nothing else: an id that is ours,
or another peer's, stays whose it is; a country that was not agreed is left out; an older list never replaces a newer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import msgspec

from vaern.node.exchange.rules.messages import Country, Number
from vaern.node.organisations.rules import OrganisationKind, Regime

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

MOST_ORGANISATIONS = 2_000
LONGEST_NAME = 200

HERE = "id_of_ours"
ANOTHERS = "id_of_another"
COUNTRY = "country_not_agreed"
TWICE = "id_twice"


class Listed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An organisation, as the node says on which it lives."""

    id: UUID
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_NAME)]
    kind: OrganisationKind
    regime: Regime
    country: Country = ""


class Directory(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All organisations of a node that take part in the exchange.

    Attributes:
        number: grows with each list of a node.
        organisations: those that are open; whoever is not on the list any more is closed.
    """

    number: Number
    organisations: Annotated[list[Listed], msgspec.Meta(max_length=MOST_ORGANISATIONS)]


@dataclass(frozen=True)
class Judged:
    """What becomes of a list.

    Attributes:
        taken: what is entered or brought up to date.
        left_out: by id, the code of why not.
    """

    taken: list[Listed]
    left_out: dict[UUID, str]


def judge(
    directory: Directory, node: str, *, nodes: Mapping[UUID, str], countries: Collection[str], known: Collection[str]
) -> Judged:
    """Return what is taken of a list, and what is not.

    Args:
        directory: of a peer.
        node: the peer's name.
        nodes: of the ids on the list that are in use here, whose node each lives on, "" for this one.
        countries: codes that were agreed for this peer; an organisation of no country, as a hub's, needs none.
        known: codes of the countries that the directory here has.
    """
    taken: list[Listed] = []
    left_out: dict[UUID, str] = {}
    seen: set[UUID] = set()
    for one in directory.organisations:
        home = nodes.get(one.id)
        if one.id in seen:
            left_out[one.id] = TWICE
        elif home is not None and home != node:
            left_out[one.id] = ANOTHERS if home else HERE
        elif one.country and (one.country not in countries or one.country not in known):
            left_out[one.id] = COUNTRY
        else:
            taken.append(one)
        seen.add(one.id)
    twice = {id for id, why in left_out.items() if why == TWICE}
    return Judged([one for one in taken if one.id not in twice], left_out)


def name_for(listed: Listed, node: str, taken: Collection[str]) -> str:
    """Return how an organisation of a peer is called here: with its node behind its name if that name is somebody's.

    Args:
        listed: the organisation; a peer may list many of one name, so its id stands there too where that is needed.
        node: the peer.
        taken: what others are called here.
    """
    for behind in ("", f" ({node[:100]})"):
        found = f"{listed.name[: LONGEST_NAME - len(behind)]}{behind}"
        if found not in taken:
            return found
    behind = f" ({node[:100]}, {listed.id})"
    return f"{listed.name[: LONGEST_NAME - len(behind)]}{behind}"
