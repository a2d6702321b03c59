"""The addresses of the alliance, room by room."""

from __future__ import annotations

from vaern.node.alliance.indicators import urls as indicators
from vaern.node.alliance.meetings import urls as meetings
from vaern.node.alliance.progress import urls as progress

app_name = "alliance"

urlpatterns = [*indicators.urlpatterns, *meetings.urlpatterns, *progress.urlpatterns]
