"""URLs of mappings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from vaern.node.reports.mappings import views, views_drafts, views_imports

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    path("reports/bring-in/", views_imports.bring_in, name="bring-in"),
    path("reports/mappings/", views.mappings, name="mappings"),
    path("reports/mappings/new/", views_drafts.text, name="new-mapping"),
    path("reports/mappings/draft/", views_drafts.draft, name="draft-mapping"),
    path("reports/mappings/<uuid:id>/", views.mapping, name="mapping"),
    path("reports/mappings/<uuid:id>/change/", views_drafts.text, name="change-mapping"),
    path("reports/mappings/<uuid:id>/draft/", views_drafts.draft, name="redraft-mapping"),
    path("reports/mappings/<uuid:id>/versions/<int:number>/", views.file, name="mapping-file"),
    path("reports/mappings/<uuid:id>/versions/<int:number>/use/", views.use, name="use-mapping"),
    path("reports/mappings/<uuid:id>/retire/", views.retire, name="retire-mapping"),
    path("reports/mappings/<uuid:id>/resume/", views.resume, name="resume-mapping"),
]
