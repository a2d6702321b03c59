"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.lists.votes import views, views_graded

urlpatterns = [
    path("hash-lists/<uuid:id>/entries/<int:number>/vote/", views.vote, name="vote"),
    path("hash-lists/<uuid:id>/graded/", views_graded.graded_file, name="graded"),
]
