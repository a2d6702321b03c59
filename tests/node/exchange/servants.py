"""The servant of a node of `processes.py`: it does what it reads, line by line, by the node's own actions.

A line in is `{"do": NAME, "given": {…}}`, a line out `{"said": …}`, or `{"problem": "…"}` where it failed.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import traceback
from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Callable


def begin(country: str) -> dict[str, str]:
    """Make the organisations of a node, with somebody who works at each; return its card and its digits."""
    from tests.node.factories import make_member, make_organisation, make_person

    from vaern.node.exchange.peers.cards import own_card
    from vaern.node.exchange.rules.identity import fingerprint, read_card
    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.rules import OrganisationKind, Role

    runner = Organisation.objects.get(runs_node=True)
    make_person(Role.ADMINISTRATOR, runner)
    for code in COUNTRIES:
        make_member(code)
    if country:
        home = make_member(country)
        for kind, role in ((OrganisationKind.HOTLINE, Role.ANALYST), (OrganisationKind.POLICE, Role.INVESTIGATOR)):
            make_person(role, make_organisation(kind, member=home))
    card = own_card()
    return {"card": base64.b64encode(card).decode(), "digits": fingerprint(read_card(card))}


COUNTRIES = ("QM", "QN")


def meet(card: str, digits: str, countries: list[str], *, to_hub: bool, from_hub: bool) -> None:
    """Become the peer of a node: take its card, type its digits, and agree."""
    from tests.node.factories import viewer_for

    from vaern.node.crosscheck.rules.hub_messages import ENROLLED, SECRET
    from vaern.node.exchange.base.kinds import kinds
    from vaern.node.exchange.peers import actions
    from vaern.node.ledger.rules import Reason, Why
    from vaern.node.organisations.models import Person

    by, why = viewer_for(Person.everybody.get(organisation__runs_node=True)), Reason(Why.ADMINISTRATION)
    always = {name for name, kind in kinds().items() if kind.by_agreement} - {ENROLLED, SECRET}
    sends = always | ({ENROLLED} if to_hub else set() if from_hub else {SECRET})
    accepts = always | ({ENROLLED} if from_hub else set() if to_hub else {SECRET})
    peer = actions.meet(by, why, base64.b64decode(card))
    actions.confirm(by, why, peer, digits, accepts=accepts, sends=sends, countries=countries)


def desk(kind: str) -> Any:
    """Who works at the organisation of a kind on this node."""
    from tests.node.factories import viewer_for

    from vaern.node.organisations.models import Person

    return viewer_for(Person.everybody.get(organisation__kind=kind, organisation__member__isnull=False))


def there(kind: str) -> Any:
    """An organisation of a kind on another node, as somebody for whom only that counts."""
    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer

    return Viewer(Organisation.all_nodes.exclude(node="").get(kind=kind, member__isnull=False), frozenset())


def listed() -> int:
    """How many desks of other nodes this one knows."""
    from vaern.node.organisations.models import Organisation

    return Organisation.all_nodes.exclude(node="").filter(active=True, member__isnull=False).count()


def forward(count: int) -> int:
    """Let reports arrive at the hotline, and forward each to the police of the other country."""
    from tests.node.reports.forwarding.worlds import arrive, send

    hotline, police = desk("hotline"), there("police")
    for _ in range(count):
        send(hotline, arrive(hotline, url=f"https://host.example/{uuid4()}"), police)
    return count


def bodies(count: int) -> list[str]:
    """What the newest messages said, each as it is signed: for a peer that carries the same bytes otherwise."""
    import msgspec

    from vaern.node.base.sealing import unseal_bytes
    from vaern.node.exchange.models import Outgoing
    from vaern.node.exchange.models.outbox import PURPOSE
    from vaern.node.exchange.rules.canonical import canonical
    from vaern.node.exchange.rules.messages import Message

    rows = Outgoing.objects.filter(kind="report.forwarded").order_by("-id")[:count]
    return [canonical(msgspec.json.decode(unseal_bytes(row.sealed, PURPOSE), type=Message)).decode() for row in rows]


STEPS: dict[str, Callable[..., Any]] = {
    "begin": begin,
    "meet": meet,
    "listed": listed,
    "forward": forward,
    "bodies": bodies,
}


def main() -> int:
    """Answer each line until there is none."""
    output = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # whatever else prints, prints into the log
    import django

    django.setup()
    from django.db import close_old_connections, connection

    for line in sys.stdin:
        wanted = json.loads(line)
        close_old_connections()
        try:
            answer = {"said": STEPS[wanted["do"]](**wanted["given"])}
        except Exception as error:  # whoever asked says which step it was, and stops
            traceback.print_exc()
            connection.close()
            answer = {"problem": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer, default=str), file=output, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
