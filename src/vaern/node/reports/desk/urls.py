"""The addresses of the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from vaern.node.reports.desk import views

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    path("reports/", views.worklist, name="worklist"),
    path("reports/<uuid:id>/", views.report, name="report"),
]
