"""URLs of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from vaern.node.reports.forwarding import views, views_sent

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    path("reports/forwarded/", views.forwarded, name="forwarded"),
    path("reports/forwarded/<uuid:id>/recall/", views.recall, name="recall-forward"),
    path("reports/sent/", views_sent.sent_list, name="sent"),
    path("reports/sent/<uuid:id>/", views_sent.sent_report, name="sent-report"),
    path("reports/<uuid:id>/forward/", views.forward, name="forward"),
    path("reports/<uuid:id>/outcome/", views.outcome, name="outcome"),
]
