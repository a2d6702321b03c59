"""URLs of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.reports.domains import views, views_public

urlpatterns = [
    path("stopped/", views_public.stopped, name="stopped"),
    path("reports/domains/", views.domains, name="domains"),
    path("reports/domains/export/", views.export, name="export-domains"),
    path("reports/domains/<uuid:block>/", views.domain, name="domain"),
    path("reports/domains/<uuid:block>/second/", views.second, name="second-domain"),
    path("reports/domains/<uuid:block>/put/", views.put, name="put-domain"),
    path("reports/domains/<uuid:block>/answer/", views.answer, name="answer-domain"),
    path("reports/domains/<uuid:block>/lift/", views.lift, name="lift-domain"),
    path("reports/domains/<uuid:block>/decide/", views.decide_appeal, name="decide-domain"),
    path("reports/<uuid:id>/locations/<uuid:location>/domain/", views.ask, name="ask-domain"),
]
