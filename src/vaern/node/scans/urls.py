"""Addresses of the app."""

from __future__ import annotations

from django.urls import path

from vaern.node.casework.workstations.views_graded import addresses
from vaern.node.scans import views, views_releases
from vaern.node.scans.views_graded import PAGES

app_name = "scans"

urlpatterns = [
    path("scans/", views.scans, name="scans"),
    path("scans/new/", views.bring_in, name="bring-in"),
    path("scans/<uuid:id>/", views.scan, name="scan"),
    path("scans/<uuid:id>/finish/", views.finish, name="finish"),
    path("scans/<uuid:id>/review/", views.review, name="review"),
    path("scans/<uuid:id>/findings/<int:number>/same/", views.same, name="same"),
    path("scans/<uuid:id>/reopen/", views.reopen, name="reopen"),
    path("scans/<uuid:id>/keep/", views.prolong, name="prolong"),
    path("scans/<uuid:id>/release/", views_releases.release, name="release"),
    path("scans/<uuid:id>/recall/<uuid:recipient>/", views_releases.recall, name="recall"),
    path("scans/<uuid:id>/export/", views_releases.export, name="export"),
    path("scans/<uuid:id>/workstation/", views_releases.workstation, name="workstation"),
    *addresses(PAGES),
    path("scans/<uuid:id>/erase/", views_releases.erase, name="erase"),
]
