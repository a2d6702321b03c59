"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.casework.workstations.views_graded import addresses
from vaern.node.victims.sheet import views
from vaern.node.victims.sheet.views_graded import PAGES

urlpatterns = [
    path("series/", views.series_list, name="series-list"),
    path("series/<uuid:id>/", views.series, name="series"),
    path("series/<uuid:id>/files/", views.files, name="series-files"),
    path("series/<uuid:id>/graph/", views.graph, name="series-graph"),
    path("series/<uuid:id>/timeline/", views.timeline, name="series-timeline"),
    path("series/<uuid:id>/workstation/", views.workstation, name="series-workstation"),
    *addresses(PAGES),
    path("series/<uuid:id>/keep/", views.keep, name="keep-series"),
    path("series/<uuid:id>/work/", views.work, name="work-on-series"),
    path("series/<uuid:id>/leave/", views.leave, name="leave-series"),
]
