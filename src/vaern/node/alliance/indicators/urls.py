"""The addresses of indicators."""

from __future__ import annotations

from django.urls import path

from vaern.node.alliance.indicators import views

urlpatterns = [
    path("alliance/indicators/", views.indicators, name="indicators"),
    path("alliance/indicators/<slug:code>/", views.indicator, name="indicator"),
    path("alliance/indicators/<slug:code>/records/<slug:period>/<slug:start>/", views.behind, name="behind"),
]
