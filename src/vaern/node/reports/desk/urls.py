"""URLs of the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from vaern.node.reports.desk import views, views_actions, views_sheet

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    path("reports/", views.worklist, name="worklist"),
    path("reports/live/", views.live, name="live"),
    path("reports/bulk/", views_actions.many, name="bulk"),
    path("reports/views/", views.views, name="views"),
    path("reports/views/<int:id>/forget/", views.forget_view, name="forget-view"),
    path("reports/preferences/", views.prefer, name="prefer"),
    path("reports/desk/", views.desk, name="desk"),
    path("reports/<uuid:id>/", views_sheet.report, name="report"),
    path("reports/<uuid:id>/documents/<int:number>/", views_sheet.original, name="original"),
    path("reports/<uuid:id>/claim/", views_actions.claim, name="claim"),
    path("reports/<uuid:id>/give-back/", views_actions.give_back, name="give-back"),
    path("reports/<uuid:id>/duplicate/", views_actions.duplicate, name="duplicate"),
    path("reports/<uuid:id>/separate/", views_actions.separate, name="separate"),
]
