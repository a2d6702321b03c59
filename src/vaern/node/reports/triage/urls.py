"""URLs of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from vaern.node.reports.triage import views

if TYPE_CHECKING:
    from django.urls import URLPattern


urlpatterns: list[URLPattern] = [path("reports/triage/", views.weights, name="triage")]
