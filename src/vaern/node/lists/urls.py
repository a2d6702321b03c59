"""Addresses of the app, room by room."""

from __future__ import annotations

from vaern.node.lists.comparing import urls as comparing
from vaern.node.lists.curation import urls as curation
from vaern.node.lists.feedback import urls as feedback
from vaern.node.lists.figures import urls as figures
from vaern.node.lists.indicators import urls as indicators
from vaern.node.lists.intake import urls as intake
from vaern.node.lists.lookups import urls as lookups
from vaern.node.lists.quarantine import urls as quarantine
from vaern.node.lists.recalls import urls as recalls
from vaern.node.lists.signing import urls as signing
from vaern.node.lists.sources import urls as sources
from vaern.node.lists.subscribers import urls as subscribers
from vaern.node.lists.subsets import urls as subsets
from vaern.node.lists.upward import urls as upward
from vaern.node.lists.votes import urls as votes

app_name = "lists"

urlpatterns = [
    *curation.urlpatterns,
    *intake.urlpatterns,
    *comparing.urlpatterns,
    *quarantine.urlpatterns,
    *sources.urlpatterns,
    *subsets.urlpatterns,
    *votes.urlpatterns,
    *recalls.urlpatterns,
    *lookups.urlpatterns,
    *figures.urlpatterns,
    *signing.urlpatterns,
    *subscribers.urlpatterns,
    *indicators.urlpatterns,
    *feedback.urlpatterns,
    *upward.urlpatterns,
]
