"""The servant of a node of `processes.py`: it does what it reads, line by line, by the node's own actions.

A line in is `{"do": NAME, "given": {…}}`, a line out `{"said": …}`, or `{"problem": "…"}` where it failed.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def begin(country: str) -> dict[str, str]:
    """Make the organisations of a node, with somebody who works at each; return its card and its digits."""
    from tests.node.exchange import deeds

    from vaern.node.exchange.peers.cards import own_card
    from vaern.node.exchange.rules.identity import fingerprint, read_card

    deeds.found(country)
    card = own_card()
    return {"card": base64.b64encode(card).decode(), "digits": fingerprint(read_card(card))}


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


def act(deed: str, count: int = 1, **given: Any) -> Any:
    """Do something that people do, some times; return what came of the last."""
    from tests.node.exchange import deeds

    said = None
    for _ in range(count):
        said = deeds.DEEDS[deed](**given)
    return said


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


STEPS: dict[str, Callable[..., Any]] = {"begin": begin, "meet": meet, "act": act, "bodies": bodies}


def main() -> int:
    """Answer each line until there is none."""
    output = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # whatever else prints, prints into the log
    import django

    django.setup()
    from vaern.node.demo.nodes.playing import answers

    for answer in answers(sys.stdin, STEPS):
        print(json.dumps(answer, default=str), file=output, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
