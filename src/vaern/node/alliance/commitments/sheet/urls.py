"""The addresses of spreadsheets."""

from __future__ import annotations

from django.urls import path

from vaern.node.alliance.commitments.sheet import views

urlpatterns = [
    path("alliance/replies/<uuid:id>/spreadsheet/", views.sheet, name="reply-sheet"),
    path("alliance/replies/<uuid:id>/spreadsheet/fetch/", views.fetch, name="fetch-reply-sheet"),
    path("alliance/replies/<uuid:id>/spreadsheet/difference/", views.compare, name="compare-reply-sheet"),
    path("alliance/replies/<uuid:id>/spreadsheet/drop/", views.drop, name="drop-reply-sheet"),
]
