"""The addresses of the alliance, room by room."""

from __future__ import annotations

from vaern.node.alliance.commitments import urls as commitments
from vaern.node.alliance.commitments.sheet import urls as sheet
from vaern.node.alliance.frame import urls as frame
from vaern.node.alliance.indicators import urls as indicators
from vaern.node.alliance.maturity import urls as maturity
from vaern.node.alliance.meetings import urls as meetings
from vaern.node.alliance.membership import urls as membership
from vaern.node.alliance.progress import urls as progress
from vaern.node.alliance.publishing import urls as publishing
from vaern.node.alliance.statistics import urls as statistics

app_name = "alliance"

urlpatterns = [
    *frame.urlpatterns,
    *indicators.urlpatterns,
    *membership.urlpatterns,
    *commitments.urlpatterns,
    *sheet.urlpatterns,
    *meetings.urlpatterns,
    *progress.urlpatterns,
    *publishing.urlpatterns,
    *statistics.urlpatterns,
    *maturity.urlpatterns,
]
