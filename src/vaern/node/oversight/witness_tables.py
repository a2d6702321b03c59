"""What the page of the ledger shows of witnesses: who witnesses it, how far each is, and whose this node witnesses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from vaern.node.ledger.witnesses.policies import configured_policy
from vaern.node.ledger.witnesses.queries import newest_witnessed, standings, witnessed_logs
from vaern.node.ledger.witnesses.rules import Problem
from vaern.node.web.components import Chip, Empty, When
from vaern.node.web.tables import Column, Row, Table
from vaern.proofs.policy import PolicyError

if TYPE_CHECKING:
    from vaern.node.ledger.models import WitnessedLog
    from vaern.node.ledger.witnesses.queries import Standing

PROBLEMS = {
    Problem.SILENT: gettext_lazy("Does not answer"),
    Problem.UNKNOWN: gettext_lazy("Does not know this ledger"),
    Problem.REFUSED: gettext_lazy("Answers something else"),
    Problem.UNSIGNED: gettext_lazy("Has not signed"),
    Problem.LARGER: gettext_lazy("Has seen more entries than there are"),
    Problem.OTHER: gettext_lazy("Has seen another history"),
}
"""What people read of a witness's problem."""


SHOWN = 50
"""So many checkpoints are held against the policy for the page: those of two days. The command looks at all."""


def standing() -> dict[str, Any]:
    """Return the tables of the page, how much of the ledger the policy calls witnessed, and whether anything alarms."""
    found, logs = standings(), witnessed_logs()
    policy, faults = None, ""
    try:
        policy = configured_policy()
    except PolicyError as error:
        faults = str(error)
    newest = newest_witnessed(policy, most=SHOWN) if policy else None
    return {
        "witnesses": _witnesses(found),
        "logs": _logs(logs),
        "policy": policy,
        "policy_faults": faults,
        "witnessed_size": newest[1].checkpoint.size if newest else 0,
        "alarming": any(one.alarming for one in found),
        "forked": any(one.fork for one in logs),
    }


def _witnesses(found: list[Standing]) -> Table:
    labels = (_("Witness"), _("State"), _("Entries cosigned"), _("Entries behind"), _("Answered"))
    columns = [Column(label, numeric=2 <= number <= 3) for number, label in enumerate(labels)]
    rows = [
        Row(
            [one.name, _chip(one), one.size, one.behind, When(one.answered_at) if one.answered_at else _("never")],
            tone="bad" if one.alarming else "warning" if one.problem else "",
        )
        for one in found
    ]
    text = _(
        "Whoever runs the node names them in a policy. Until then nobody outside sees when the ledger is rewritten."
    )
    return Table(_("Who witnesses this ledger"), columns, rows, empty=Empty(_("No witness"), text))


def _chip(one: Standing) -> Chip:
    if one.problem:
        return Chip(str(PROBLEMS[Problem(one.problem)]), "bad" if one.alarming else "warning")
    if one.behind:
        return Chip(_("Is asked"), "info")
    return Chip(_("Has cosigned") if one.answered_at else _("Not yet asked"), "good" if one.answered_at else "neutral")


def _logs(found: list[WitnessedLog]) -> Table:
    columns = [
        Column(_("Ledger")),
        Column(_("State")),
        Column(_("Entries cosigned"), numeric=True),
        Column(_("Cosigned")),
    ]
    rows = [
        Row(
            [
                one.origin,
                Chip(_("Two histories"), "bad") if one.fork else Chip(_("One history"), "good"),
                one.size,
                When(one.cosigned_at) if one.cosigned_at else _("never"),
            ],
            tone="bad" if one.fork else "",
        )
        for one in found
    ]
    return Table(_("Ledgers that this node witnesses"), columns, rows, empty=Empty(_("No ledger")))


def waiting(count: int) -> str:
    """Return what the front page says of alarms."""
    return ngettext(
        "A witness has seen another ledger, or a ledger has two histories.",
        "Witnesses have seen another ledger, or ledgers have two histories.",
        count,
    )
