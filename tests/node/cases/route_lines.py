"""The lines of `tests/node/route_arguments.py` for cases, room by room, and the records that they name."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from tests.node.cases.evidence import route_lines as evidence_lines
from tests.node.factories import make_person
from tests.node.route_arguments import P, Route, Sees, of, release_to

from vaern.node.cases.base.locks import digest, sealed
from vaern.node.cases.models import Case, Held, Link, Party, Statement, Task
from vaern.node.organisations.rules import ROLES
from vaern.node.reports.base.codes import fresh_code

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.node.route_arguments import Side

    from vaern.node.organisations.models import Organisation

_OWN = {"sees": Sees.OWNER, "arguments": of("case")}
_RELEASED = {"sees": Sees.RECIPIENT, "arguments": of("case")}


def _row(name: str, field: str) -> dict[str, Any]:
    """Of a row of a case: the case, and the row under the name that the route gives it."""
    arguments: Callable[[Any], dict[str, Any]] = lambda side: {"id": side.more["case"], name: side.more[field]}  # noqa: E731
    return {"sees": Sees.OWNER, "arguments": arguments}


WORK = {
    "cases:cases": Route(P.CASE_VIEW),
    "cases:new": Route(P.CASE_WORK),
    "cases:handed-over": Route(P.CASE_VIEW),
    "cases:case": Route(P.CASE_VIEW, **_RELEASED),
    "cases:edit": Route(P.CASE_WORK, **_OWN),
    "cases:move": Route(P.CASE_WORK, Sees.OWNER, lambda side: {"id": side.more["case"], "event": "start"}),
    "cases:keep": Route(P.CASE_WORK, **_OWN),
    "cases:erase": Route(P.CASE_ERASE, **_OWN, step_up=True),
    "cases:add-party": Route(P.CASE_WORK, **_OWN),
    "cases:category": Route(P.CASE_WORK, **_row("party", "party")),
    "cases:erase-party": Route(P.CASE_WORK, **_row("party", "party")),
    "cases:add-statement": Route(P.CASE_WORK, **_OWN),
    "cases:correct": Route(P.CASE_WORK, **_row("statement", "statement")),
    "cases:add-identifier": Route(P.CASE_WORK, **_OWN),
    "cases:remove-identifier": Route(P.CASE_WORK, **_row("held", "identifier")),
    "cases:add-task": Route(P.CASE_WORK, **_OWN),
    "cases:task": Route(P.CASE_WORK, **_row("task", "task")),
    "cases:task-done": Route(P.CASE_WORK, **_row("task", "task")),
    "cases:task-open": Route(P.CASE_WORK, **_row("task", "task")),
    "cases:link": Route(P.CASE_WORK, **_OWN),
    "cases:unlink": Route(P.CASE_WORK, **_row("link", "link_number")),
    "cases:merge": Route(P.CASE_WORK, **_OWN),
    "cases:separate": Route(P.CASE_WORK, **_OWN),
    "cases:hand-over": Route(P.CASE_RELEASE, **_OWN, step_up=True),
    "cases:take-back": Route(P.CASE_RELEASE, **_OWN, step_up=True),
    "cases:accept": Route(P.CASE_WORK, **_OWN),
    "cases:drop": Route(P.CASE_WORK, **_OWN),
    "cases:release": Route(P.CASE_RELEASE, **_OWN, step_up=True),
    "cases:recall": Route(
        P.CASE_RELEASE, Sees.OWNER, lambda side: {"id": side.more["case"], "recipient": side.recipient}, step_up=True
    ),
}

OUTCOMES = {
    "cases:outcomes": Route(P.CASE_VIEW),
    "cases:outcome": Route(P.CASE_WORK, **_OWN),
    "cases:silence": Route(P.CASE_WORK, **_OWN),
    "cases:speak": Route(P.CASE_WORK, **_OWN),
}

LINES: dict[str, Route] = {**WORK, **OUTCOMES, **evidence_lines.LINES}
"""Of pages, by the names of their routes."""


def make(organisation: Organisation) -> dict[str, Any]:
    """Make a case of any organisation, straight into the tables, with a row of each kind; return their ids."""
    person = make_person(next(role for role, rule in ROLES.items() if organisation.kind in rule.kinds), organisation)
    end = timezone.localdate() + timedelta(days=90)
    of_it = {"organisation": organisation}
    case, other = (
        Case.everywhere.create(**of_it, code=fresh_code(), review_date=end, synthetic=True) for _ in range(2)
    )
    of_it = {"organisation": organisation, "case": case}
    words = {"sealed": sealed("K-0042"), "digest": digest("K-0042")}
    party = Party.everywhere.create(**of_it, number=1, category="suspect", kept_until=end, **words)
    statement = Statement.everywhere.create(
        **of_it, number=1, nature="fact", source="a", credibility="1", sealed=sealed("Words"), author=person
    )
    mail = sealed('{"kind":"email","value":"a@b.example"}')
    held = Held.everywhere.create(**of_it, kind="email", sealed=mail, digest=digest("a"))
    task = Task.everywhere.create(**of_it, number=1, sealed=sealed("Ask"), owner=person, due_on=end, made_by=person)
    link = Link.everywhere.create(**of_it, other=other)
    return {
        "case": case.pk,
        "party": party.pk,
        "statement": statement.pk,
        "identifier": held.pk,
        "task": task.pk,
        "link_number": link.pk,
        **evidence_lines.make(organisation, case, person),
    }


def release(side: Side, recipient: Organisation) -> None:
    """Release the case to one more organisation."""
    release_to(Case.everywhere.get(pk=side.more["case"]), recipient)
