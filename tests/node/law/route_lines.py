"""The lines of `tests/node/route_arguments.py` for rows of law, and a row that they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.node.route_arguments import P, Route, Sees

from vaern.node.law.models import LawRow

if TYPE_CHECKING:
    from tests.node.route_arguments import Side

    from vaern.node.organisations.models import Organisation


def _row(side: Side) -> dict[str, Any]:
    return {"id": side.more["row_number"]}


def _register(_side: Side) -> dict[str, Any]:
    return {"register": "instruments"}


LINES = {
    "law:registers": Route(P.LAW_VIEW),
    "law:rows": Route(P.LAW_VIEW, Sees.NO_RECORD, _register),
    "law:export": Route(P.LAW_VIEW, Sees.NO_RECORD, _register),
    "law:row": Route(P.LAW_VIEW, Sees.EVERYBODY, _row),
    "law:verify": Route(P.LAW_KEEP, Sees.EVERYBODY, _row),
    "law:verify-list": Route(P.LAW_KEEP, Sees.NO_RECORD, _register),
    "law:correct": Route(P.LAW_KEEP, Sees.EVERYBODY, _row),
    "law:withdraw": Route(P.LAW_KEEP, Sees.EVERYBODY, _row),
    "law:add": Route(P.LAW_KEEP, Sees.NO_RECORD, lambda _side: {"register": "instruments", "table": "party"}),
}


def make(_organisation: Organisation) -> dict[str, Any]:
    """Name a row that came with the node: rows are everybody's."""
    return {"row_number": LawRow.objects.filter(table="party").order_by("id")[0].pk}
