"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.lists.comparing import views

urlpatterns = [
    path("hash-lists/<uuid:id>/compare/", views.compare, name="compare"),
    path("hash-lists/<uuid:id>/compare/file/", views.compare_file, name="compare-file"),
]
