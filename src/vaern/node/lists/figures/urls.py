"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.lists.figures import views, views_public

urlpatterns = [
    path("list-figures/", views_public.figures, name="public-figures"),
    path("list-figures/<slug:name>/<slug:what>.csv", views_public.file, name="public-figures-file"),
    path("hash-lists/<uuid:id>/figures/", views.figures, name="figures"),
    path("hash-lists/<uuid:id>/figures/publish/", views.publish, name="publish-figures"),
    path("hash-lists/<uuid:id>/figures/withdraw/", views.withdraw, name="withdraw-figures"),
]
