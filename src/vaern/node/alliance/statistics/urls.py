"""The addresses of statistics."""

from __future__ import annotations

from django.urls import path

from vaern.node.alliance.statistics import views

urlpatterns = [
    path("alliance/statistics/", views.statistics, name="statistics"),
    path("alliance/statistics/<uuid:id>/<int:year>/", views.statistics, name="statistics-of"),
    path("alliance/statistics/<uuid:id>/<int:year>/export/", views.export, name="statistics-export"),
]
