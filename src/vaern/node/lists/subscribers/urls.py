"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.lists.subscribers import views, views_subsets

urlpatterns = [
    path("hash-lists/<uuid:id>/subscribers/enrol/", views.enrol, name="enrol-subscriber"),
    path("hash-lists/<uuid:id>/subscribers/hand-in/", views.hand_in, name="hand-in-acknowledgements"),
    path("hash-lists/<uuid:id>/subscribers/<slug:key>/end/", views.end, name="end-subscriber"),
    path("hash-lists/subsets/<uuid:id>/subscribers/enrol/", views_subsets.enrol, name="enrol-subscriber-subset"),
    path(
        "hash-lists/subsets/<uuid:id>/subscribers/hand-in/",
        views_subsets.hand_in,
        name="hand-in-acknowledgements-subset",
    ),
    path("hash-lists/subsets/<uuid:id>/subscribers/<slug:key>/end/", views_subsets.end, name="end-subscriber-subset"),
]
