"""URLs of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from vaern.node.reports.writing import views

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    path("reports/write-down/", views.write_down, name="write-down"),
    path("reports/sent/write/", views.write_report, name="write-report"),
]
