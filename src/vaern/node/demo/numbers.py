"""External identifiers of the demonstration: what invented systems call a case, a series, a report and an entry.

No number is of anybody: they are counted, and marked as synthetic where there is a place for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.base.scope import viewing
from vaern.node.cases.models import Case
from vaern.node.demo.results import LIST
from vaern.node.external import actions
from vaern.node.external.sealed_values import Given
from vaern.node.ledger.rules import Reason, Why
from vaern.node.lists.models import ListEntry
from vaern.node.organisations.rules import Role
from vaern.node.reports.models import Report

if TYPE_CHECKING:
    from vaern.node.demo.seed import Alliance
    from vaern.node.external.kinds import Carrier
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.victims.models import Series

WORK = Reason(Why.INVESTIGATION)
SERIES_NUMBER = "SYN-0042-17"
"""Of a series in a database abroad that does not exist; a case has it, too."""


def do(alliance: Alliance) -> None:
    """Note some; the same at each first start."""
    mikkel = alliance.someone("police.nordhavia", Role.INVESTIGATOR)
    yasmin = alliance.someone("police.nordhavia", Role.IDENTIFIER)
    freja = alliance.someone("hotline.nordhavia", Role.ANALYST)
    case = Case.everywhere.get(organisation=mikkel.organisation, reference="NH-0412")
    report = Report.everywhere.filter(organisation=freja.organisation, document="cybertipline").order_by("created_at")
    one = alliance.marked["series"]
    _note(yasmin, one, Given("icse_series", SERIES_NUMBER, along="amber+strict", note="synthetic"))
    _slip(yasmin, one)
    _note(mikkel, case, Given("icse_series", SERIES_NUMBER.replace("-", " "), along="amber+strict"))
    _note(mikkel, case, Given("national", "0412", "XA", "Desk of Nordhavia"))
    for found in report[:1]:
        _note(freja, found, Given("iccam_item", "SYN 900 117", along="amber"))


def of_entries(alliance: Alliance) -> None:
    """Note what an invented database calls an entry of the shared list, once that is there."""
    aoife = alliance.someone("hub", Role.CURATOR)
    with viewing(aoife.organisation.id):
        entry = ListEntry.objects.select_related("list").get(list__name=LIST, ident="random-7")
    _note(aoife, entry, Given("icse_series", SERIES_NUMBER, along="amber", note="synthetic"))


def _note(viewer: Viewer, record: Carrier, given: Given) -> None:
    with viewing(viewer.organisation.id):
        actions.add(viewer, WORK, record, given)


def _slip(viewer: Viewer, series: Series) -> None:
    """One that was of another series, and is withdrawn."""
    with viewing(viewer.organisation.id):
        made = actions.add(viewer, WORK, series, Given("ncmec_victim", "SYN-7", along="amber+strict"))
        actions.withdraw(viewer, WORK, series, made.pk, "it was the number of another series")
