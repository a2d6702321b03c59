"""What the pages of the frame show: words in the reader's language, each with what they rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.alliance.base.words import worded
from vaern.node.alliance.frame.labels import basis
from vaern.node.alliance.maturity.presenters import how_many
from vaern.node.alliance.rules import definitions, frame
from vaern.node.web.components import Link
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from vaern.node.alliance.models import Maturity, Membership


def declaration_context() -> dict[str, Any]:
    """Return what the page of the declaration shows."""
    one = frame.declaration()
    return {
        "name": worded(one.name),
        "date": one.date,
        "basis": basis(one.basis, one.source),
        "actions_basis": basis(one.actions_basis, one.actions_source),
        "targets": [_target(target) for target in one.targets],
    }


def _target(target: frame.Target) -> dict[str, Any]:
    capabilities = frame.model_response().capabilities
    return {
        "code": target.code,
        "number": target.number,
        "text": worded(target.text),
        "basis": basis(target.basis, target.source),
        "named": target.named_by_source,
        "goals": [_goal(goal) for goal in target.goals],
        "actions": [(action.code, worded(action.text)) for action in target.actions],
        "capabilities": [(number, worded(capabilities[number].name)) for number in target.capabilities],
    }


def _goal(goal: frame.Goal) -> dict[str, Any]:
    known = definitions.current().by_code
    codes = goal.measure.indicators if goal.measure else ()
    return {
        "code": goal.code,
        "number": goal.number,
        "text": worded(goal.text),
        "basis": basis(goal.basis, goal.source),
        "remark": worded(goal.remark) if goal.remark else "",
        "indicators": [Link(worded(known[code].name), reverse("alliance:indicator", args=[code])) for code in codes],
    }


def capabilities_context(members: Sequence[Membership], stands: Mapping[tuple[UUID, int], Maturity]) -> dict[str, Any]:
    """Return what the page of the capabilities shows: the targets that each serves, what members declare of it."""
    model, targets = frame.model_response(), frame.declaration().targets
    rows = [
        Row(
            [
                one.number,
                worded(one.name),
                worded(area.name),
                ", ".join(target.number for target in targets if one.number in target.capabilities) or "–",
                how_many(one.number, members, stands),
            ]
        )
        for area in model.areas
        for one in area.capabilities
    ]
    table = Table(
        caption=_("The 21 capabilities"),
        id="capabilities",
        rows=rows,
        columns=[
            Column(_("Number"), numeric=True),
            Column(_("Capability")),
            Column(_("Area")),
            Column(_("Policy targets that it serves")),
            Column(_("Declared by members")),
        ],
    )
    return {
        "name": worded(model.name),
        "date": model.date,
        "basis": basis(model.basis, model.source),
        "remark": worded(model.remark),
        "table": table,
    }


def history_context() -> dict[str, Any]:
    """Return what the page of the real alliance's history shows."""
    told = frame.history()
    founders = told.founding_members
    return {
        "note": worded(told.note),
        "founding_date": told.founding_date,
        "events": [(one.date, worded(one.text), basis(one.basis, one.source)) for one in told.events],
        "founders": sorted(worded(one.name) for one in founders.countries),
        "founders_basis": basis(founders.basis, founders.source),
        "how_many": ngettext("%(n)s country", "%(n)s countries", len(founders.countries))
        % {"n": len(founders.countries)},
    }
