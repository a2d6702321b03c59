"""URLs of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from vaern.node.reports.assessment import views, views_station, views_together

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    path("reports/grounds/", views.grounds, name="grounds"),
    path("reports/next/", views.next_report, name="next"),
    path("reports/together/", views_together.conclude, name="together"),
    path("reports/<uuid:id>/assess/", views.assess, name="assess"),
    path("reports/<uuid:id>/items/<int:number>/same/", views.same, name="same"),
    path("reports/<uuid:id>/from-station/", views_station.conclude, name="from-station"),
    path("reports/<uuid:id>/undo/", views.undo, name="undo"),
    path("reports/<uuid:id>/law/", views.law, name="law"),
]
