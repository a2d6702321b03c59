"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.lists.subscribers import views

urlpatterns = [
    path("hash-lists/<uuid:id>/subscribers/enrol/", views.enrol, name="enrol-subscriber"),
    path("hash-lists/<uuid:id>/subscribers/hand-in/", views.hand_in, name="hand-in-acknowledgements"),
    path("hash-lists/<uuid:id>/subscribers/<slug:key>/end/", views.end, name="end-subscriber"),
]
