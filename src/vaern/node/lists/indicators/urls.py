"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.lists.indicators import views

urlpatterns = [
    path("hash-lists/indicators/", views.indicators, name="indicators"),
    path("hash-lists/indicators/alliance/", views.of_alliance, name="alliance-indicators"),
    path("hash-lists/indicators/alliance/indicators.csv", views.alliance_file, name="alliance-indicators-file"),
    path("hash-lists/indicators/indicators.csv", views.file, name="indicators-file"),
]
