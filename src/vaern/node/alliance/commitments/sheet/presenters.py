"""What the pages of spreadsheets show: faults with their cells, and differences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from vaern.node.alliance.base.words import worded
from vaern.node.alliance.charts.words import figure
from vaern.node.alliance.commitments.presenters import content_facts, difference_table
from vaern.node.alliance.commitments.sheet import labels, queries
from vaern.node.alliance.commitments.words import NOTHING, goal_label
from vaern.node.alliance.files.sheet import comparison
from vaern.node.alliance.rules import definitions
from vaern.node.web.components import Chip
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.alliance.files.sheet.faults import Fault
    from vaern.node.alliance.models import SheetProposal
    from vaern.node.alliance.rules.contents import DeclaredValue

MOST_FAULTS = 200


def faults_table(faults: Sequence[Fault]) -> Table:
    """Return what is wrong with a spreadsheet, each fault with its cell."""
    rows = [
        Row([_place(one), one.said or NOTHING, labels.FAULTS[one.code][0], labels.FAULTS[one.code][1]])
        for one in faults[:MOST_FAULTS]
    ]
    heads = [Column(_("Where")), Column(_("Found")), Column(_("What is wrong")), Column(_("What to do"))]
    return Table(_("What is wrong with the spreadsheet"), heads, rows, id="faults", total=len(faults))


def _place(one: Fault) -> str:
    if not one.sheet:
        return _("The file")
    return f"{one.sheet}!{one.cell}" if one.cell else one.sheet


def difference_context(proposal: SheetProposal) -> dict[str, Any]:
    """Return how a spreadsheet differs from the reply as it stands."""
    before, after = queries.reply_now(proposal.reply), queries.proposed(proposal)
    written = [one for one in before.declared if one.value is not None or one.why]
    pairs, values = comparison.pairs(before.lines, after.lines), comparison.values(written, after.declared)
    return {
        "reply": proposal.reply,
        "round": proposal.reply.round,
        "ends": proposal.ends_at,
        "stale": proposal.revision != proposal.reply.revision,
        "lines": [_line(number, pair) for number, pair in enumerate(pairs, 1) if not pair.is_same],
        "same": sum(pair.is_same for pair in pairs),
        "values": _values(values) if values else None,
    }


def _line(number: int, pair: comparison.Pair) -> dict[str, Any]:
    content = pair.after or pair.before
    if content is None:
        raise ValueError("a pair without either")
    found: dict[str, Any] = {"goal": goal_label(content.goal, content.frame_version)}
    if pair.before is None:
        return {**found, "mark": Chip(_("New"), "info"), "says": content_facts(content, str(number))}
    if pair.after is None:
        return {**found, "mark": Chip(_("Left out"), "warning"), "says": None}
    return {**found, "mark": "", "table": difference_table(pair.before, pair.after, str(number))}


def _values(changed: Sequence[comparison.Values]) -> Table:
    known = definitions.current().by_code
    rows = []
    for one in changed:
        value = one.after or one.before
        if value is not None:
            name = worded(known[value.indicator].name) if value.indicator in known else value.indicator
            rows.append(Row([f"{name}, {value.period}", _said(one.before), _said(one.after)]))
    heads = [Column(_("Value")), Column(_("Before")), Column(_("After"))]
    return Table(_("Declared values"), heads, rows, id="values")


def _said(value: DeclaredValue | None) -> str:
    if value is None:
        return NOTHING
    return value.why if value.value is None else ", ".join(filter(None, (figure(value.value), value.source)))
