"""URLs of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from vaern.node.reports.exposure import views

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    path("reports/exposure/", views.exposure, name="exposure"),
    path("reports/exposure/not-now/", views.not_now, name="not-now"),
    path("reports/welfare/", views.welfare, name="welfare"),
    path("reports/welfare/<uuid:id>/", views.welfare_person, name="welfare-person"),
]
