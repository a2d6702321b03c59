"""The lines of `tests/node/route_arguments.py` for external identifiers, of each kind of record that carries them.

The pages about an identifier name one of the report of a side; of a series, a case and an entry there is none, and they
answer as for nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.node.route_arguments import P, Route, Sees, of

from vaern.arrivals import External
from vaern.node.external.models import ExternalIdentifier
from vaern.node.external.passage import take_in
from vaern.node.reports.models import Report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.node.route_arguments import Side

    from vaern.node.organisations.models import Organisation

OF = {
    "reports": ("report", P.REPORT_ASSESS),
    "victims": ("series", P.SERIES_WORK),
    "cases": ("case", P.CASE_WORK),
}
NONE = "the identifiers of the walk are of a report"


def _lines() -> Iterator[tuple[str, Route]]:
    for app, (record, work) in OF.items():
        yield f"{app}:add-external", Route(work, Sees.OWNER, of(record))

        def one(side: Side, record: str = record, which: str = "external") -> dict[str, Any]:
            return {"id": getattr(side, record, None) or side.more[record], "identifier": side.more[which]}

        def gone(side: Side, record: str = record) -> dict[str, Any]:
            return one(side, record, "withdrawn_external")

        for name, arguments in (("correct", one), ("withdraw", one), ("restore", gone)):
            never = "" if record == "report" else NONE
            yield f"{app}:{name}-external", Route(work, Sees.OWNER, arguments, never=never)
    yield "lists:add-external", Route(P.HASHLIST_WORK, Sees.OWNER, _entry)
    for name in ("correct", "withdraw", "restore"):
        yield f"lists:{name}-external", Route(P.HASHLIST_WORK, Sees.OWNER, _of_entry, never=NONE)


def _entry(side: Side) -> dict[str, Any]:
    return {"id": side.more["list"], "number": side.more["list_entry_number"]}


def _of_entry(side: Side) -> dict[str, Any]:
    return {**_entry(side), "identifier": side.more["external"]}


LINES = dict(_lines())
"""Of pages, by the names of their routes."""

OPERATIONS = {
    "GET /api/reports/identified": Route(P.REPORT_EXPORT, step_up=False),
    "GET /api/series/identified": Route(P.SERIES_VIEW),
    "GET /api/hash-lists/entries/identified": Route(P.HASHLIST_WORK),
}
"""Of the API, by the names of its operations."""


def make(organisation: Organisation) -> dict[str, Any]:
    """Note two identifiers on the report of an organisation, of which one was withdrawn."""
    report = Report.everywhere.filter(organisation=organisation).order_by("created_at", "pk")[0]
    take_in(report, [External("ncmec_report", "8675309"), External("other", "gone")])
    one, gone = ExternalIdentifier.everywhere.filter(record=report.pk).order_by("number")
    gone.withdrawn_at = gone.noted_at
    gone.save()
    return {"external": one.pk, "withdrawn_external": gone.pk}
