"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.lists.upward import views

urlpatterns = [
    path("hash-lists/<uuid:id>/source/feedback/", views.tell_source, name="tell-source"),
    path("hash-lists/<uuid:id>/source/told/", views.source_told, name="source-told"),
]
