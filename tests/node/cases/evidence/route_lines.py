"""The lines of `tests/node/route_arguments.py` for the evidence register, and the records that they lead to."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from tests.node.cases.evidence.worlds import FACTS
from tests.node.route_arguments import P, Route, Sees, of

from vaern.node.base.sealing import seal
from vaern.node.cases.evidence.facts import sealed
from vaern.node.cases.models import Case, Evidence, EvidenceBag
from vaern.node.cases.models.evidence import SEALED

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation, Person

_OWN = {"sees": Sees.OWNER, "arguments": of("case")}


def _row(name: str, **more: str) -> dict[str, Any]:
    """Of a row of a case: the case, and the row under its name."""
    return {"sees": Sees.OWNER, "arguments": lambda side: {"id": side.more["case"], name: side.more[name], **more}}


LINES = {
    "cases:register-evidence": Route(P.CASE_WORK, **_OWN),
    "cases:export-evidence": Route(P.CASE_EXPORT, **_OWN, step_up=True),
    "cases:evidence": Route(P.CASE_VIEW, **_row("evidence")),
    "cases:check-evidence": Route(P.CASE_WORK, **_row("evidence")),
    "cases:correct-evidence": Route(P.CASE_WORK, **_row("evidence")),
    "cases:evidence-event": Route(P.CASE_WORK, **_row("evidence", event="handed_over")),
    "cases:bag": Route(P.CASE_EXPORT, **_row("bag"), step_up=True),
    "cases:fetch-bag": Route(P.CASE_EXPORT, **_row("bag"), step_up=True),
    "cases:verify-bag": Route(P.CASE_VIEW),
}


def make(organisation: Organisation, case: Case, person: Person) -> dict[str, Any]:
    """Make evidence and a bag of a case, straight into the tables; return their ids."""
    of_it = {"organisation": organisation, "case": case, "number": 1}
    evidence = Evidence.everywhere.create(**of_it, kind="image", facts=sealed(FACTS))
    digest = hashlib.sha256(b"").digest()
    bag = EvidenceBag.everywhere.create(**of_it, made_by=person, files=seal('{"x": "y"}', SEALED), tag_digest=digest)
    return {"evidence": evidence.pk, "bag": bag.pk}
