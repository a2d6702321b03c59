"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.lists.sources import views, views_acknowledging

urlpatterns = [
    path("hash-lists/<uuid:id>/source/", views.set_source, name="set-source"),
    path("hash-lists/<uuid:id>/source/try/", views.try_source, name="try-source"),
    path("hash-lists/<uuid:id>/source/fetch/", views.fetch_now, name="fetch-now"),
    path("hash-lists/<uuid:id>/source/end/", views.drop_source, name="drop-source"),
    path("hash-lists/<uuid:id>/source/by-hand/", views.keep_by_hand, name="keep-by-hand"),
    path("hash-lists/<uuid:id>/source/key/", views_acknowledging.take_key, name="take-subscriber-key"),
    path(
        "hash-lists/<uuid:id>/source/acknowledgement/",
        views_acknowledging.take_acknowledgement,
        name="take-acknowledgement",
    ),
]
