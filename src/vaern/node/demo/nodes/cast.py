"""The people of the story at the node where they live, as viewers, and how the others' organisations are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.demo.alliance import BODIES, address
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.models import Organisation, Person
from vaern.node.organisations.queries import viewer_of
from vaern.node.organisations.rules import Role

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer

LOOK = Reason(Why.ASSESSMENT)
FIND = Reason(Why.VICTIM_IDENTIFICATION)
GROUND = "Accord of the synthetic alliance, art. 4 (invented)"

HOTLINE, POLICE, AUTHORITY, PLATFORM = "hotline.nordhavia", "police.nordhavia", "authority.nordhavia", "morrowpost"
SAFELINE, THEIR_POLICE, THEIR_AUTHORITY = "safeline.vestrovia", "police.vestrovia", "authority.vestrovia"

FREJA, YASMIN, MIKKEL = ("Freja", HOTLINE), ("Yasmin", POLICE), ("Mikkel", POLICE)
KAROLINE, TAMSIN = ("Karoline", AUTHORITY), ("Tamsin", PLATFORM)
ILSE, PRIYA, ANSELM = ("Ilse", SAFELINE), ("Priya", THEIR_POLICE), ("Anselm", THEIR_POLICE)
ROSALIND = ("Rosalind", THEIR_AUTHORITY)
ASTA = ("Asta", "secretariat")


def person(who: tuple[str, str]) -> Person:
    """Return somebody by first name and place; they live on this node."""
    return Person.everybody.select_related("organisation").get(email=address(*who), is_active=True)


def viewer(who: tuple[str, str]) -> Viewer:
    """Return somebody as a viewer."""
    return viewer_of(person(who))


def runs_node() -> Viewer:
    """Return the administrator of the organisation that runs this node."""
    own = Organisation.objects.get(runs_node=True)
    body = next(body for body in BODIES if body.name == own.name)
    name = next(name for name, roles in body.people if Role.ADMINISTRATOR in roles)
    return viewer((name.split(maxsplit=1)[0], body.host))


def organisation(host: str) -> Organisation:
    """Return an organisation by its host, of whichever node it is."""
    name = next(body.name for body in BODIES if body.host == host)
    return Organisation.all_nodes.get(name=name)
