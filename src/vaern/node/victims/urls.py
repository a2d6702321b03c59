"""The addresses of victims, room by room."""

from __future__ import annotations

from vaern.node.external.views import addresses
from vaern.node.organisations.rules import Permission
from vaern.node.victims.appeals import urls as appeals
from vaern.node.victims.clues import urls as clues
from vaern.node.victims.grouping import urls as grouping
from vaern.node.victims.sharing import urls as sharing
from vaern.node.victims.sheet import urls as sheet
from vaern.node.victims.wishes import urls as wishes

app_name = "victims"

urlpatterns = [
    *grouping.urlpatterns,
    *sheet.urlpatterns,
    *clues.urlpatterns,
    *sharing.urlpatterns,
    *appeals.urlpatterns,
    *wishes.urlpatterns,
    *addresses("series", "series/<uuid:id>", Permission.SERIES_WORK),
]
